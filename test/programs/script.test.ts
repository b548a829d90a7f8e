import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunConfig } from '../../src/model/image-config.ts';
import { requesterOf } from '../../src/model/reason.ts';
import { analyzeScript, envProgram, parseShebang } from '../../src/programs/script.ts';
import { file, program, symlink } from '../builders/tar.ts';
import { viewOf } from '../closure/view.ts';

test('an interpreter and its one argument', () => {
  const cases: [string, [string, string] | undefined][] = [
    ['#!/bin/sh\n', ['/bin/sh', '']],
    ['#!/bin/sh', ['/bin/sh', '']],
    ['#! /bin/sh\nrest', ['/bin/sh', '']],
    ['#! \t /bin/sh \t\n', ['/bin/sh', '']],
    ['#!/bin/sh -e\n', ['/bin/sh', '-e']],
    ['#!/usr/bin/awk\t -f  x \t\n', ['/usr/bin/awk', '-f  x']],
    ['#!/bin/sh\r\n', ['/bin/sh\r', '']],
    ['#!/bin/sh -e\r\n', ['/bin/sh', '-e\r']],
    ['#!bin/sh\n', ['bin/sh', '']],
    ['#!/bin/sh\0junk\n', ['/bin/sh', '']],
    ['#!/opt/caf\xc3\xa9\n', ['/opt/caf\xc3\xa9', '']],
    ['#!\n/bin/sh', undefined],
    ['#!', undefined],
    ['#!  \t\n', undefined],
    [' #!/bin/sh', undefined],
    ['#/bin/sh', undefined],
    ['', undefined],
  ];
  for (const [head, expected] of cases) {
    const line = parseShebang(head);
    assert.deepEqual(line && [line.interpreter, line.argument], expected, JSON.stringify(head));
  }
});

test('what is behind the 255th byte is cut', () => {
  const { view, scripts } = scriptsOf({}, { script: `#!/bin/sh ${'a'.repeat(300)}\n` });
  assert.deepEqual(analyzeScript(scripts('script'), view).needs.length, 1);
  assert.equal(parseShebang(`#!/bin/sh ${'a'.repeat(245)}`)?.argument.length, 245);
});

test('the program that env looks up', () => {
  const cases: [string, string | undefined][] = [
    ['python3', 'python3'],
    ['/opt/python3', '/opt/python3'],
    // without -S, env gets all of it as one word
    ['python3 -u', 'python3 -u'],
    ['', undefined],
    ['-S python3 -u', 'python3'],
    ['-Spython3 -u', 'python3'],
    ['-vS python3', 'python3'],
    ['-iS python3', 'python3'],
    ['--split-string=python3 -u', 'python3'],
    ['--split-string python3', 'python3'],
    ['-S -i python3', 'python3'],
    ['-S - python3', 'python3'],
    ['-S --ignore-environment python3', 'python3'],
    ['-S -u NAME python3', 'python3'],
    ['-S -uNAME python3', 'python3'],
    ['-S --unset NAME python3', 'python3'],
    ['-S --unset=NAME python3', 'python3'],
    ['-S -iu NAME python3', 'python3'],
    ['-S -C /dir python3', 'python3'],
    ['-S --chdir /dir python3', 'python3'],
    ['-S --chdir=/dir python3', 'python3'],
    ['-S A=B C=D python3', 'python3'],
    ['-S A.B=C python3', 'python3'],
    ['-S -i A=B -- python3', 'python3'],
    ['-S -- A=B python3', 'python3'],
    ['-S "python3" -u', 'python3'],
    ["-S 'python3' -u", 'python3'],
    ['-S "A=x y" python3', 'python3'],
    ["-S A='x y' python3", 'python3'],
    ['-S', undefined],
    ['-S -i', undefined],
    ['-S A=B', undefined],
    ['-i', undefined],
  ];
  for (const [argument, expected] of cases) assert.equal(envProgram(argument), expected, argument);
});

/** A container with these executable scripts, two interpreters and env. */
function scriptsOf(run: RunConfig, scripts: Readonly<Record<string, string>>) {
  const view = viewOf(
    run,
    program('bin/sh', 'x'),
    program('usr/bin/env', 'x'),
    program('usr/bin/python3.11', 'x'),
    symlink('usr/bin/python3', 'python3.11'),
    ...Object.entries(scripts).map(([name, text]) => program(name, text)),
    file('data', '#!/bin/sh\n'),
  );
  const get = (name: string) => {
    const { entry } = view.tree.resolve(name);
    assert.ok(entry);
    return entry;
  };
  return { view, scripts: get };
}

function analyze(text: string, run: RunConfig = {}): string[] {
  const { view, scripts } = scriptsOf(run, { script: text });
  const { needs, findings } = analyzeScript(scripts('script'), view);
  for (const { reason } of needs) assert.equal(requesterOf(reason), 'script');
  return [
    ...needs.map(({ path, reason }) => `${reason.kind === 'script' ? reason.how : reason.kind} ${path}`),
    ...findings.map((finding) => `${finding.kind} ${'name' in finding ? finding.name : ''}`),
  ];
}

test('an executable script needs its interpreter', () => {
  assert.deepEqual(analyze('#!/bin/sh\necho'), ['shebang /bin/sh']);
  assert.deepEqual(analyze('#! /bin/gone\n'), ['unresolved-interpreter /bin/gone']);
  assert.deepEqual(analyze('#!/bin/sh\r\n'), ['unresolved-interpreter /bin/sh\r']);
  assert.deepEqual(analyze('echo'), []);
  assert.deepEqual(analyze('#!'), []);
});

test('through env it needs env and the program', () => {
  assert.deepEqual(analyze('#!/usr/bin/env python3\n'), ['shebang /usr/bin/env', 'env /usr/bin/python3']);
  assert.deepEqual(analyze('#!/usr/bin/env -S python3 -u\n'), ['shebang /usr/bin/env', 'env /usr/bin/python3']);
  assert.deepEqual(analyze('#!/usr/bin/env ruby\n'), ['shebang /usr/bin/env', 'unresolved-interpreter ruby']);
  assert.deepEqual(analyze('#!/usr/bin/env python3\n', { Env: ['PATH=/bin'] }), [
    'shebang /usr/bin/env',
    'unresolved-interpreter python3',
  ]);
});

test('a relative interpreter starts in the working directory', () => {
  assert.deepEqual(analyze('#!bin/sh\n'), ['shebang /bin/sh']);
  assert.deepEqual(analyze('#!sh\n', { WorkingDir: '/bin' }), ['shebang /bin/sh']);
  assert.deepEqual(analyze('#!bin/sh\n', { WorkingDir: '/usr' }), ['unresolved-interpreter bin/sh']);
});

test('a file that nobody may execute is no script', () => {
  const { view, scripts } = scriptsOf({}, {});
  assert.deepEqual(analyzeScript(scripts('data'), view), { needs: [], findings: [] });
});
