import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandTokens } from '../../src/loader/tokens.ts';

const TOKENS = { ORIGIN: '/o', LIB: ['lib/multi', 'lib'], PLATFORM: ['x86_64', 'haswell'] };

const expand = (text: string) => expandTokens(text, TOKENS);

test('tokens stand for their values, with and without braces', () => {
  assert.deepEqual(expand('/plain'), ['/plain']);
  assert.deepEqual(expand('$ORIGIN/../lib'), ['/o/../lib']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  assert.deepEqual(expand('${ORIGIN}x'), ['/ox']);
  assert.deepEqual(expand('/a/$ORIGIN-b'), ['/a//o-b']);
});

test('every value counts, and every combination of them', () => {
  assert.deepEqual(expand('/$LIB'), ['/lib/multi', '/lib']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  assert.deepEqual(expand('/$LIB/${PLATFORM}').sort(), [
    '/lib/haswell',
    '/lib/multi/haswell',
    '/lib/multi/x86_64',
    '/lib/x86_64',
  ]);
});

test('unknown tokens and longer names stay as they are', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  for (const text of ['$FOO', '$ORIGINAL', '$ORIGIN_2', '$LIB64', '${ORIGIN', '${LIBS}', '$', 'a$', '$$', '$ {LIB}']) {
    assert.deepEqual(expand(text), [text]);
  }
  assert.deepEqual(expand('$FOO/$ORIGIN/$$LIB'), ['$FOO//o/$lib/multi', '$FOO//o/$lib']);
});

test('a value is not expanded again', () => {
  assert.deepEqual(expandTokens('$ORIGIN/x', { ...TOKENS, ORIGIN: '/$LIB' }), ['/$LIB/x']);
});

test('what can’t be expanded drops the element', () => {
  const nothing = { ORIGIN: undefined, LIB: [], PLATFORM: [] };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  for (const text of ['$ORIGIN/x', '/$LIB', '/x/${PLATFORM}/y']) assert.deepEqual(expandTokens(text, nothing), []);
});
