import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { givenText } from '../../src/pipeline/given-file.ts';
import { readProfile } from '../../src/proof/profile/profile.ts';
import { parseCheckFile } from '../../src/proof/spec/check-file.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'sw-given-'));
after(() => rmSync(FOLDER, { recursive: true }));

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const bomb = (start: string): string =>
  [
    `${start}&a0 [x,x,x,x,x,x,x,x,x]`,
    ...Array.from({ length: 12 }, (_, i) => `${start.replace('0', `${i + 1}`)}&a${i + 1} [${Array(9).fill(`*a${i}`)}]`),
  ].join('\n');

/** By what they are: a file of checks, and why it is refused. */
const REFUSED: Readonly<Record<string, readonly [text: string, why: RegExp]>> = {
  'aliases of aliases in a list': [bomb('- '), /a check is a command or a map/],
  'aliases of aliases in an expected answer': [
    `- probe: http://localhost/\n  expect:\n    json:\n${bomb('      a0: ')}`,
    /resource exhaustion|not unique|Map keys/,
  ],
  'aliases without number': [`- &a php\n${'- *a\n'.repeat(20_000)}`, /more than 1000 aliases/],
  'an alias of itself': ['- command: &a\n    - *a', /a word is a text/],
  'lists in lists, on a line': ['- '.repeat(20_000), /line 1: it is nested too deep/],
  'lists in lists, in brackets': ['['.repeat(20_000), /nested too deep/],
  'maps in maps, in braces': ['{a: '.repeat(20_000), /nested too deep/],
  'maps in maps, by indentation': [lines(1000, (index) => `${' '.repeat(index)}a:`), /line 101: it is nested too deep/],
  'keys in keys': ['? '.repeat(20_000), /nested too deep/],
};

for (const [what, [text, why]] of Object.entries(REFUSED)) {
  test(`a file of checks with ${what} is refused in time`, () => {
    const started = process.cpuUsage();
    assert.throws(
      () => parseCheckFile(text, 'checks'),
      (error) => error instanceof SkinnywhaleError && error.code === 'USAGE' && why.test(error.message),
    );
    assert.ok(process.cpuUsage(started).user / 1000 < 5000);
  });
}

test('text that only looks nested is read', () => {
  const stdin = `      ${'- '.repeat(40)}\n      [[[[ {{{{\n       deeper\n`;
  const { checks } = parseCheckFile(
    `- command: cat\n  stdin: |\n${stdin}- command: [a, b, '[']\n- {command: x}\n`,
    'checks',
  );
  assert.equal(checks.length, 3);
});

test('a profile that is nothing but brackets is refused', () => {
  for (const text of ['['.repeat(1_000_000), 'null', '{"__proto__":{"paths":[]}}', '"x"'])
    assert.throws(() => readProfile(text, 'profile'), { code: 'USAGE' });
});

test('a file without an end, one that is too long, and what is no file are refused; a pipe is read', async () => {
  const path = join(FOLDER, 'long');
  writeFileSync(path, 'x'.repeat(2000));
  await assert.rejects(givenText(path, 'checks', 1999), {
    code: 'USAGE',
    message: /cannot read the checks .*more than/,
  });
  await assert.rejects(givenText('/dev/zero', 'profile', 1e6), { code: 'USAGE', message: /more than 1 MB/ });
  await assert.rejects(givenText(FOLDER, 'checks', 1e6), { code: 'USAGE' });
  await assert.rejects(givenText(join(FOLDER, 'none'), 'checks', 1e6), { code: 'USAGE' });
  assert.equal((await givenText(path, 'checks', 2000)).length, 2000);
});
