import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/model/finding.ts';
import { canonicalPath } from '../../src/model/image-path.ts';
import { reportFindings } from '../../src/report/findings.ts';
import { isProblem } from '../../src/report/severity.ts';
import { wordFindings } from '../../src/report/wording.ts';

const path = canonicalPath('opt/\xff/a');
const shown = '/opt/\\xff/a';

test('every path and name becomes text that is safe to show', () => {
  const findings: Finding[] = [
    { kind: 'unresolved-library', name: 'lib\x1b.so', requesters: [path] },
    { kind: 'provided-by-host', name: 'lib\xff', requesters: [path], presentAs: [path] },
    { kind: 'unresolved-interpreter', name: '/x\n', requesters: [path] },
    { kind: 'unresolved-command', name: '\xc3\xa9', field: 'Cmd' },
    { kind: 'defective-elf', path, defect: 'd' },
    { kind: 'blocked-library', name: 'l', candidate: path, why: 'w', requesters: [path] },
    { kind: 'partly-read', path, part: 'DT_NEEDED' },
    { kind: 'whiteout-name', path },
  ];
  assert.deepEqual(reportFindings(findings), [
    { kind: 'unresolved-library', name: 'lib\\x1b.so', requesters: [shown] },
    { kind: 'provided-by-host', name: 'lib\\xff', requesters: [shown], presentAs: [shown] },
    { kind: 'unresolved-interpreter', name: '/x\\x0a', requesters: [shown] },
    { kind: 'unresolved-command', name: 'é', field: 'Cmd' },
    { kind: 'defective-elf', path: shown, defect: 'd' },
    { kind: 'blocked-library', name: 'l', candidate: shown, why: 'w', requesters: [shown] },
    { kind: 'partly-read', path: shown, part: 'DT_NEEDED' },
    { kind: 'whiteout-name', path: shown },
  ]);
});

test('findings of one kind are told at once, with files counted once and names by frequency', () => {
  const [message, ...others] = wordFindings([
    { kind: 'unresolved-library', name: 'libb.so', requesters: ['/a/x'] },
    { kind: 'unresolved-library', name: 'libc.so', requesters: ['/a/x', '/a/y', '/z'] },
    { kind: 'unresolved-library', name: 'liba.so', requesters: ['/a/x'] },
  ]);
  assert.equal(others.length, 0);
  assert.equal(message?.summary, '3 libraries that 3 files ask for are not in the container');
  assert.deepEqual(message?.names, ['libc.so (3)', 'liba.so (1)', 'libb.so (1)']);
  assert.equal(message?.remarks[0], 'Asked for in /a (2), / (1).');
});

test('one of a thing is told in the singular, and a library that is there after all is a note, after the problems', () => {
  const messages = wordFindings([
    { kind: 'provided-by-host', name: 'libh.so', requesters: ['/a/x'], presentAs: ['/b/libh.so'] },
    { kind: 'unresolved-library', name: 'liba.so', requesters: ['/a/x'] },
  ]);
  assert.deepEqual(
    messages.map(({ level, summary }) => [level, summary]),
    [
      ['problem', '1 library that 1 file asks for is not in the container'],
      ['note', '1 library that the program using it provides'],
    ],
  );
});

test('libraries that a program asks for itself come before those of plugins, however many want these', () => {
  const [message] = wordFindings([
    { kind: 'unresolved-library', name: 'libX11.so.6', requesters: ['/usr/lib/a.so', '/usr/lib/b.so'] },
    { kind: 'unresolved-library', name: 'libmain.so', requesters: ['/usr/bin/app'] },
  ]);
  assert.deepEqual(message?.names, ['libmain.so (1)', 'libX11.so.6 (2)']);
  assert.match(message?.remarks.join(' ') ?? '', /Programs that ask: \/usr\/bin\/app\./);
  const [plugins] = wordFindings([{ kind: 'unresolved-library', name: 'libX11.so.6', requesters: ['/usr/lib/a.so'] }]);
  assert.match(plugins?.remarks.join(' ') ?? '', /No program asks for them itself\. Usually harmless/);
});

test('an interpreter that only documentation and examples ask for is a note', () => {
  const finding = (name: string, ...requesters: string[]) =>
    ({ kind: 'unresolved-interpreter', name, requesters }) as const;
  const findings = [
    finding('/usr/bin/make', '/usr/share/doc/x/rules', '/opt/x/examples/run'),
    finding('/usr/bin/perl', '/usr/share/doc/x/run', '/usr/bin/x'),
  ];
  assert.deepEqual(
    wordFindings(findings).map(({ level, names }) => [level, ...names]),
    [
      ['problem', '/usr/bin/perl (2)'],
      ['note', '/usr/bin/make (2)'],
    ],
  );
  assert.deepEqual(findings.map(isProblem), [false, true]);
});
