import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWords } from '../../src/shell/shell-commands.ts';

test('a chain as long as a script may be is read to its end', () => {
  assert.deepEqual(shellWords(`${'a && '.repeat(20_000)}last`).commands, ['a', 'last']);
  assert.deepEqual(shellWords(`${'a; '.repeat(20_000)}last`).commands, ['a', 'last']);
  assert.deepEqual(shellWords(`first\necho $((${'1+'.repeat(50_000)}1))`).commands, ['first']);
});

test('what is nested deeper than the parser’s stack, or than any real script, is left out', () => {
  assert.deepEqual(shellWords('f() '.repeat(60_000)).commands, []);
  assert.deepEqual(shellWords('coproc '.repeat(30_000)).commands, []);
  const started = performance.now();
  assert.deepEqual(shellWords(`first\n${'"$('.repeat(80_000)}`).commands, ['first']);
  assert.deepEqual(shellWords(`first\n${'cat <<E '.repeat(30_000)}`).commands, ['first', 'cat']);
  assert.ok(performance.now() - started < 5000);
});

test('scripts within scripts are read to a depth', () => {
  const within = (script: string): string => `sh -c '${script.replaceAll("'", `'\\''`)}'; c${script.length}`;
  let script = 'deepest';
  for (let depth = 0; depth < 4; depth++) script = within(script);
  assert.ok(shellWords(script).commands.includes('deepest'));
  for (let depth = 0; depth < 3; depth++) script = within(script);
  assert.ok(!shellWords(script).commands.includes('deepest'));
});
