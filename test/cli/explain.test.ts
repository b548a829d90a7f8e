import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import type { FindReportOptions } from '../../src/pipeline/explain.ts';
import { listRules } from '../../src/pipeline/rules.ts';
import { explain } from '../../src/report/explain.ts';
import { renderExplanation } from '../../src/report/explanation-text.ts';
import { renderJsonExplanation, renderJsonRules } from '../../src/report/json.ts';
import { renderRules } from '../../src/report/rules-text.ts';
import { SAMPLE_WITH_LEDGER } from '../report/sample-ledger.ts';
import { command } from './command.ts';

test('explain with an image or report and a path answers on stdout, as text or as a document', async () => {
  for (const path of ['/opt/app', '/usr/bin/a']) {
    const explanation = explain(SAMPLE_WITH_LEDGER, path);
    const text = await command(['explain', 'r.json', path]);
    assert.deepEqual(text, { code: 0, stdout: renderExplanation(explanation), stderr: '', options: undefined });
    const json = await command(['--json', 'explain', 'r.json', path]);
    assert.deepEqual(json, { code: 0, stdout: renderJsonExplanation(explanation), stderr: '', options: undefined });
  }
});

test('a path that is not in the container is answered, with exit code 1', async () => {
  const { code, stdout, stderr } = await command(['explain', 'r.json', '/none']);
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /^\/none\n {2}not in the container; \/ is there\n$/);
});

test('without a report: exit code 1, and with --json a document', async () => {
  const findReport = async (): Promise<never> => {
    throw new SkinnywhaleError('NO_REPORT', 'what', { hint: 'do' });
  };
  const { code, stdout, stderr } = await command(['explain', 'x', '/a', '--json'], { findReport });
  assert.deepEqual([code, stderr], [1, 'error: what\nhint: do\n']);
  assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'NO_REPORT');
});

test('what explain was told reaches the library', async () => {
  const asked: FindReportOptions[] = [];
  const findReport = async (options: FindReportOptions) => {
    asked.push(options);
    return SAMPLE_WITH_LEDGER;
  };
  const env = { HOME: '/h' };
  await command(['explain', '--host', 'tcp://h:1', 'skinny-web', '/opt/app'], { findReport, env });
  const [{ signal, ...options } = { signal: undefined }] = asked;
  assert.deepEqual(options, {
    subject: 'skinny-web',
    host: 'tcp://h:1',
    reportCache: '/h/.cache/skinnywhale/reports',
    env,
  });
  assert.ok(signal);
});

test('a signal ends an explanation that waits for an engine', async () => {
  const signals = new EventEmitter();
  const findReport = async ({ signal }: FindReportOptions): Promise<never> => {
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    throw new Error('socket hang up');
  };
  const running = command(['explain', 'x', '/a'], { signals, findReport });
  while (signals.listenerCount('SIGINT') === 0) await new Promise(setImmediate);
  signals.emit('SIGINT');
  const { code, stderr } = await running;
  assert.deepEqual([code, stderr], [130, 'error: interrupted; nothing was changed\n']);
});

test('explain --help tells of explain alone, wherever the flag stands', async () => {
  const { code, stdout } = await command(['explain', '--help']);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: skinnywhale explain <image-or-report> <path>\n/);
  for (const part of ['--host', '--json', '--debug', 'SKINNYWHALE_CACHE', 'Exit codes:'])
    assert.ok(stdout.includes(part));
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  assert.equal((await command(['explain', 'r.json', '/a', '-h'])).stdout, stdout);
});

test('rules lists every rule', async () => {
  const { code, stdout, stderr, options } = await command(['rules']);
  assert.deepEqual([code, stderr, options], [0, '', undefined]);
  assert.equal(stdout, renderRules(listRules()));
  assert.match(stdout, /^gconv +on +\S/m);
  assert.equal((await command(['rules', '--json'])).stdout, renderJsonRules(listRules()));
  // As the first releases had it.
  assert.equal((await command(['--rules'])).stdout, stdout);
});
