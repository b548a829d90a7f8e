import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectationText, matchesContent } from '../../../src/proof/container-run/content-match.ts';

const matches = (expect: object, content: string): boolean => matchesContent(expect, Buffer.from(content));

test('a text, an expression for a line, some fields of JSON', () => {
  assert.ok(matches({}, ''));
  assert.ok(matches({ text: 'b' }, 'abc') && !matches({ text: 'd' }, 'abc'));
  assert.ok(matches({ pattern: '^b+$' }, 'a\nbb\n') && !matches({ pattern: '^b$' }, 'abc'));
  assert.ok(matches({ json: { a: { b: 1 } } }, '{"a":{"b":1,"c":2},"d":[]}'));
  assert.ok(!matches({ json: { a: { b: 1 } } }, '{"a":{"b":"1"}}'));
  assert.ok(!matches({ json: { toString: {} } }, '{}'));
  assert.ok(matches({ json: [1, { a: null }] }, '[1, {"a": null, "b": 2}]') && !matches({ json: [1] }, '[1, 2]'));
  assert.ok(!matches({ json: { a: 1 } }, 'no JSON') && !matches({ json: { a: 1 }, text: 'x' }, '{"a":1}'));
});

test('an expression that backtracks without end matches nothing, in time', () => {
  const started = Date.now();
  assert.equal(matches({ pattern: '^(a+)+$' }, `${'a'.repeat(60)}!`), false);
  assert.ok(Date.now() - started < 5000);
});

test('what is expected, for people', () => {
  assert.equal(expectationText({ text: 'ok', json: { a: 1 } }), 'the text "ok" and JSON with {"a":1}');
});
