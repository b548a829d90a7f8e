import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { OPTION_ROWS } from '../../src/options/option-table.ts';
import { resolveOptions } from '../../src/options/resolve.ts';
import type { SlimOptions } from '../../src/options.ts';

test('every option has its default where nothing is said', () => {
  const options = resolveOptions({ subject: 'web' });
  for (const [name, spec] of OPTION_ROWS) {
    const expected = spec.kind === 'list' ? [] : 'default' in spec ? spec.default : undefined;
    assert.deepEqual(options[name], expected, name);
  }
});

test('a value that an option can not have is refused, whoever gives it', () => {
  const wrong: readonly (readonly [keyof SlimOptions, unknown])[] = [
    ['dlopen', 'sometimes'],
    ['tight', 'most'],
    ['repair', -1],
    ['repair', 1.5],
    ['repair', '3'],
    ['trim', ['caches', 'nothing']],
    ['trim', 'caches'],
    ['sink', 'pipe'],
    ['report', '-'],
    ['tag', 'A b'],
    ['change', ['RUN true']],
  ];
  for (const [name, value] of wrong) {
    assert.throws(
      () => resolveOptions({ subject: 'web', [name]: value }),
      (error) => error instanceof SkinnywhaleError && error.code === 'USAGE',
      `${name}: ${JSON.stringify(value)}`,
    );
  }
});

test('flags are told apart, and each is in one line of plain words', () => {
  const flags = OPTION_ROWS.flatMap(([, { flag, short }]) => [flag, ...(short === undefined ? [] : [short])]);
  assert.equal(new Set(flags).size, flags.length);
  for (const [name, { help }] of OPTION_ROWS) assert.match(help, /^[a-z][^\n]+[^.]$/, name);
});
