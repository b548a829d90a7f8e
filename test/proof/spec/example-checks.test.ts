import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseCheckFile } from '../../../src/proof/spec/check-file.ts';

test('the example of a file of checks is one, with a probe of each kind', () => {
  const text = readFileSync(new URL('../../../examples/checks.yaml', import.meta.url), 'utf8');
  const { checks, probes } = parseCheckFile(text, 'checks.yaml');
  assert.equal(checks.length, 4);
  assert.deepEqual(
    probes.map(({ kind }) => kind),
    ['http', 'http', 'http', 'http', 'tcp', 'healthcheck', 'exec'],
  );
});
