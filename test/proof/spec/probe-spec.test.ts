import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProbe } from '../../../src/proof/spec/probe-spec.ts';
import { timed } from '../../../src/proof/spec/time-limits.ts';

test('a probe in an option', () => {
  assert.deepEqual(parseProbe('tcp:6379'), { kind: 'tcp', port: 6379, text: 'tcp:6379' });
  assert.deepEqual(parseProbe(' healthcheck '), { kind: 'healthcheck', text: 'healthcheck' });
  for (const url of ['http://localhost:8080/a?b', 'https://127.0.0.1/', 'http://[::1]:80/']) {
    assert.equal(parseProbe(url).kind, 'http', url);
  }
  const wrong = ['', 'tcp:0', 'tcp:65536', 'tcp:x', 'udp:5', 'http://', 'http://example.org/', 'ftp://localhost/'];
  for (const text of wrong) assert.throws(() => parseProbe(text), { code: 'USAGE', hint: /Probes: / }, text);
});

test('the time limit: its own, the one for all, or what the health check says of a slow start', () => {
  const [page, health] = [parseProbe('http://localhost/'), parseProbe('healthcheck')];
  const seconds = (count: number): number => count * 1e9;
  const limit = (...question: Parameters<typeof timed>): number => timed(...question).timeout;
  assert.equal(limit(page, undefined, undefined), 30);
  assert.equal(limit(page, 50, { StartPeriod: seconds(120) }), 50);
  assert.equal(limit({ ...page, timeout: 7 }, 50, undefined), 7);
  assert.equal(limit(page, undefined, { StartPeriod: seconds(120) }), 150);
  assert.equal(limit(health, undefined, { Test: ['CMD', 'x'] }), 90);
  const slow = { StartPeriod: seconds(60), Interval: seconds(10), Retries: 5 };
  assert.equal(limit(health, undefined, slow), 110);
  assert.equal(limit(health, undefined, { Interval: seconds(3600), Retries: 1 }), 30);
  assert.equal(limit(health, undefined, { Interval: 0, Retries: 0, StartPeriod: 0 }), 90);
});
