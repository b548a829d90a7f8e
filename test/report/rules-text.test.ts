import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRules } from '../../src/report/rules-text.ts';

test('one line for each rule, in columns', () => {
  const text = renderRules([
    { name: 'nss', default: 'on', summary: 'looks up users' },
    { name: 'locales', default: 2_000_000, summary: 'other languages' },
    { name: 'x', default: 'off', summary: 'much' },
  ]);
  assert.equal(
    text,
    [
      'nss      on            looks up users',
      'locales  up to 2.0 MB  other languages',
      'x        off           much',
      '',
    ].join('\n'),
  );
});
