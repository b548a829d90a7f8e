import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderText } from '../../src/report/text.ts';
import { DRY_RUN, SAMPLE } from './sample-report.ts';

const WHALE_LINE = '--- Skinny whale is positively starving ---';

/** The text kept in test/golden; UPDATE_GOLDEN=1 writes it anew, to be read before it is committed. */
function assertGolden(name: string, text: string): void {
  const file = new URL(`../golden/${name}`, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

test('a run with everything in it reads as kept', () => {
  assertGolden('report.txt', renderText(SAMPLE));
});

test('a dry run reads as kept: no whale, and a line that says that nothing was made', () => {
  const text = renderText(DRY_RUN);
  assertGolden('report-dry-run.txt', text);
  assert.ok(!text.includes('whale is'));
  assert.ok(text.endsWith('Dry run: nothing was made.\n'));
});

test('a successful run ends with the whale as the original drew it', () => {
  const text = renderText(SAMPLE);
  const whale = text.slice(text.indexOf(WHALE_LINE)).split('\n');
  assert.deepEqual(whale.slice(0, 3), [WHALE_LINE, '', '']);
  assert.equal(whale[3], '                    ##        .');
  assert.equal(whale[6], '       /""""""""""""""""___/ ===');
  assert.equal(whale[9], '       ______////////////__/');
  assert.deepEqual(whale.slice(10), ['']);
});

test('it says how to run the image, and asks for a command where the image has none', () => {
  assert.match(renderText(SAMPLE), /docker run --rm -it skinny-jdk\n/);
  const tagged = { ...SAMPLE, result: { ...SAMPLE.result, reference: 'host:5000/a:1', command: [] } };
  assert.match(renderText(tagged), /docker run --rm -it host:5000\/a:1 COMMAND\n/);
});

test('lines fit the terminal, and a name is never broken', () => {
  for (const columns of [40, 60, 100]) {
    const text = renderText(SAMPLE, { columns });
    for (const line of text.split('\n').filter((each) => /^ {2}[- ] /.test(each))) {
      assert.ok(
        line.length <= columns || line.trim().split(' ').length <= 2 || line.includes('('),
        `${columns}: ${line}`,
      );
    }
    assert.match(text, /libX11\.so\.6 \(18\)/);
  }
});

test('a tree that did not shrink says so, an empty one does not divide by zero', () => {
  const grown = { ...SAMPLE.sizes, before: { bytes: 100, entries: 1 }, after: { bytes: 110, entries: 2 } };
  assert.match(renderText({ ...SAMPLE, sizes: grown }), /After +110 B +2 entries +\+10\.0 %/);
  const empty = { ...grown, before: { bytes: 0, entries: 0 } };
  assert.doesNotMatch(renderText({ ...SAMPLE, sizes: empty }), /NaN|Infinity/);
});

test('no escape sequence without color, balanced ones with it', () => {
  const count = (text: string, part: string): number => text.split(part).length - 1;
  assert.equal(count(renderText(SAMPLE), '\x1b'), 0);
  const colored = renderText(SAMPLE, { color: true });
  assert.ok(count(colored, '\x1b[1m') > 3);
  assert.equal(count(colored, '\x1b[1m'), count(colored, '\x1b[22m'));
});
