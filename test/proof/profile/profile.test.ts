import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import type { LearnedPath } from '../../../src/proof/profile/learned-path.ts';
import { mergeProfiles, readProfile, writeProfile } from '../../../src/proof/profile/profile.ts';

const opened = (path: string, by = '/usr/bin/app'): LearnedPath => ({ path, how: 'opened', by });

const ODD = [
  opened('/a b'),
  opened('/tab\there'),
  opened('/line\nfeed'),
  opened('/#x', '/opt/my app'),
  opened('/back\\slash \\x41'),
  opened('/latin1 \xff'),
  opened('/caf\xc3\xa9'),
  opened('/c1 \xc2\x85'),
  opened('/ends in a blank '),
];

test('a profile is text: sorted, a path a line', () => {
  const text = writeProfile([
    { path: '/usr/share/x', how: 'listed', by: '/bin/sh' },
    { path: '/etc/passwd', how: 'opened', by: '/usr/bin/id' },
    { path: '/usr/share', how: 'resolved', by: '/usr/bin/caf\xc3\xa9' },
  ]);
  assert.equal(
    text,
    [
      '# skinnywhale profile 1',
      '# path, how it was used, by which program',
      '/etc/passwd\topened\t/usr/bin/id',
      '/usr/share\tresolved\t/usr/bin/café',
      '/usr/share/x\tlisted\t/bin/sh',
      '',
    ].join('\n'),
  );
});

test('every name comes back as it was, also after an editor of Windows', () => {
  const text = writeProfile(ODD);
  assert.equal(text.split('\n').length, ODD.length + 3);
  const sorted = mergeProfiles(ODD);
  assert.equal(sorted.length, ODD.length);
  assert.deepEqual(readProfile(text), sorted);
  assert.deepEqual(readProfile(`\ufeff${text.replaceAll('\n', '\r\n')}`), sorted);
  assert.equal(writeProfile(readProfile(text)), text);
});

test('of several uses the strongest counts, of several programs the first by name, in whatever order they come', () => {
  const uses: LearnedPath[] = [
    { path: '/x', how: 'resolved', by: '/a' },
    { path: '/x', how: 'opened', by: '/c' },
    { path: '/x', how: 'opened', by: '/b' },
    { path: '/y', how: 'executed', by: '/z' },
    { path: '/y', how: 'mapped', by: '/a' },
  ];
  const expected = [uses[2], uses[3]];
  assert.deepEqual(mergeProfiles(uses.slice(0, 2), uses.slice(2)), expected);
  assert.deepEqual(mergeProfiles(uses.slice(2).reverse(), uses.slice(0, 2).reverse()), expected);
});

test('profiles that were put together line by line are one', () => {
  const [first, second] = [writeProfile([opened('/b'), opened('/c')]), writeProfile([opened('/a'), opened('/c')])];
  assert.deepEqual(readProfile(second + first), mergeProfiles([opened('/a'), opened('/b'), opened('/c')]));
});

const BAD: readonly (readonly [line: string, message: RegExp])[] = [
  ['<<<<<<< ours', /line 2: it does not begin with an absolute path/],
  ['/x', /line 2: after the path, a tab and one of executed, mapped, opened, listed, resolved/],
  ['/x read /bin/sh', /line 2: after the path/],
  ['/x\tread\t/bin/sh', /line 2: after the path/],
  ['/x\topened\t/bin/sh\tmore', /line 2: after the path/],
  ['/x\topened', /line 2: the program/],
  ['/x\\\topened\t/bin/sh', /line 2: a backslash/],
  ['/x\topened\t/\\xFF', /line 2: a backslash/],
  ['# skinnywhale profile 2', /line 2: version 2 /],
];

for (const [line, message] of BAD) {
  test(`refused with its place: ${JSON.stringify(line)}`, () => {
    const isTold = (error: unknown): boolean =>
      error instanceof SkinnywhaleError && error.code === 'USAGE' && message.test(error.message);
    assert.throws(() => readProfile(`# skinnywhale profile 1\n${line}\n/y\topened\t/bin/sh\n`, 'p.txt'), isTold);
  });
}

test('what is no profile is refused by its name', () => {
  assert.throws(() => readProfile('/etc/passwd\topened\t/bin/sh\n', 'list.txt'), /list\.txt is not a profile/);
  assert.throws(() => readProfile('', 'empty'), /empty is not a profile/);
});
