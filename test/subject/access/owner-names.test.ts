import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, GROUP, headerStyle, idNames, strangeAccounts } from '../../../src/subject/access/owner-names.ts';
import { directory, file, fixture, symlink, type TarMember } from '../../builders/tar.ts';

// What Docker 20.10.24 on Debian 12 made of these very lines.
test('accounts are read as the C library reads them', () => {
  const lines = [
    'ruth:x:0:0::/:/bin/sh',
    '# comment:x:5:5::/:',
    'short:x:6:6',
    'shorter:x:7',
    'first:x:9:9::/:/bin/sh',
    'second:x:9:9::/:/bin/sh',
    ' space:x:10:10::/:/bin/sh',
    '+plus:x:11:11::/:/bin/sh',
    'lead0:x:012:12::/:/bin/sh',
    ':x:13:13::/:/bin/sh',
    '\xc3\xbcn:x:15:15::/:/bin/sh',
    'extra:x:17:17::/:/bin/sh:more:fields',
    'sp:x: 18:18::/:/bin/sh',
    'nopw:19:19',
    '-minus:x:22:22::/:/bin/sh',
    'text:x:y:23',
    '',
  ];
  const found = [...idNames(lines.join('\n'), ACCOUNT)];
  assert.deepEqual(found, [
    [0, 'ruth'],
    [6, 'short'],
    [9, 'first'],
    [10, 'space'],
    [12, 'lead0'],
    [15, '\xc3\xbcn'],
    [17, 'extra'],
    [18, 'sp'],
  ]);
  assert.deepEqual(
    [...idNames('a:x:1:\nshort:x:2\nshorter:x\n#b:x:4:\nc:x:5:d,e\n', GROUP)],
    [
      [1, 'a'],
      [2, 'short'],
      [5, 'c'],
    ],
  );
});

test('what engines write depends on their version', () => {
  const styles = ['19.03.1', '20.10.24+dfsg1', '23.0.6', '24.0.0', '28.5.2', 'unknown'].map(headerStyle);
  assert.deepEqual(
    styles.map(({ typeBits, ownerNames }) => [typeBits, ownerNames]),
    [
      [true, true],
      [true, true],
      [true, false],
      [false, false],
      [false, false],
      [false, false],
    ],
  );
});

test('account files that no one can tell the names of are left to the engine', () => {
  const strange = (...members: TarMember[]): string | undefined => strangeAccounts(fixture(...members).tree);
  const large = 'x:x:1:1::/:\n'.repeat(1_000_000);
  assert.equal(strange(), undefined);
  assert.equal(strange(file('etc/passwd', 'x'), symlink('etc/group', '../g'), file('g', 'x')), undefined);
  for (const member of [
    directory('etc/group'),
    symlink('etc/group', '/none'),
    symlink('etc/group', 'group'),
    file('etc/group', large),
  ])
    assert.match(strange(file('etc/passwd', 'x'), member) ?? '', /^\/etc\/group is no file that names owners/);
  assert.match(strange(directory('etc/passwd')) ?? '', /^\/etc\/passwd/);
});
