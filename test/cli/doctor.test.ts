import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { examineMachine } from '../../src/pipeline/doctor.ts';
import { renderDiagnosis } from '../../src/report/doctor-text.ts';
import { command } from './command.ts';

const NOWHERE = 'unix:///nowhere/docker.sock';

test('without an engine: why, what can be done, exit code 4, and the rest nonetheless', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sw-doctor-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'strace'), '', { mode: 0o755 });
  const env = { PATH: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const { code, stdout, stderr } = await command(['doctor', '--host', NOWHERE], { env });
  assert.deepEqual([code, stderr], [4, '']);
  assert.match(stdout, /^skinnywhale \d+\.\d+\.\d+, Node\.js \d+\./);
  assert.match(stdout, /engine +no +no container engine answers/);
  assert.ok(stdout.includes(`tracing              yes  ${folder}/strace`), stdout);
  assert.match(stdout, /temporary files +yes .* free$/m);
  assert.ok(stdout.includes(`yes  ${folder}/cache/skinnywhale/reports`), stdout);
  const json = await command(['--json', 'doctor', '--host', NOWHERE], { env: { PATH: '' } });
  const { doctor } = JSON.parse(json.stdout) as { doctor: { engine: null; abilities: { works: boolean }[] } };
  assert.equal(json.code, 4);
  assert.deepEqual([doctor.engine, doctor.abilities.map(({ works }) => works)], [null, [false, false, true, false]]);
});

test('an address that cannot be one is invalid usage', async () => {
  const { code, stdout } = await command(['doctor', '--host', 'nonsense://x'], { signals: new EventEmitter() });
  assert.deepEqual([code, stdout], [2, '']);
});

test('what works is one line, what does not has its reason and what helps', async () => {
  const diagnosis = await examineMachine({ host: NOWHERE, env: { PATH: '' } });
  const text = renderDiagnosis({
    ...diagnosis,
    engine: {
      endpoint: 'unix:///run/docker.sock',
      kind: 'podman',
      version: '5.0',
      apiVersion: '1.41',
      storage: 'overlay',
      operatingSystem: 'debian',
    },
    abilities: [
      { name: 'engine', works: true, detail: 'unix:///run/docker.sock' },
      { name: 'local', works: false, detail: 'the engine is Podman', hint: 'Nothing helps.' },
    ],
  });
  assert.deepEqual(text.split('\n').slice(1), [
    'Podman 5.0, API 1.41, overlay, debian',
    '',
    '  engine          yes  unix:///run/docker.sock',
    '  direct reading  no   the engine is Podman',
    '                       Nothing helps.',
    '',
  ]);
});
