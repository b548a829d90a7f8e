import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { removeLeftovers } from '../../src/engine/leftovers.ts';
import { isRunMark, makerOf, runMark } from '../../src/engine/run-mark.ts';
import { FakeEngineState } from '../fake-engine/engine-state.ts';
import { startFakeEngine } from '../fake-engine/fake-engine.ts';
import { openClient } from './open-client.ts';

/** The mark of a process of this machine that has ended. */
async function markOfTheDead(): Promise<string> {
  const child = spawn('sleep', ['60']);
  const [machine, , , random] = runMark().split('-');
  const start = await startOf(child.pid ?? 0);
  const mark = `${machine}-${child.pid}-${start}-${random}`;
  assert.equal(makerOf(mark), 'alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return mark;
}

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const ELSEWHERE = '0123456789ab-1-1-0123456789ab';
const NOW = '2026-05-20T00:00:00.123456789Z';
const [YESTERDAY, LONG_AGO] = ['2026-05-19T00:00:00Z', '2026-05-01T00:00:00Z'];

test('a mark tells whether its process runs, and of another machine that nobody knows', async () => {
  const own = runMark();
  assert.ok(isRunMark(own));
  assert.notEqual(own, runMark());
  assert.equal(makerOf(own), 'alive');
  assert.equal(makerOf(await markOfTheDead()), 'gone');
  // the number was given again
  assert.equal(makerOf(own.replace(/-\d+-([0-9a-f]+)$/, '-1-$1')), 'gone');
  for (const mark of [ELSEWHERE, '', 'latest', own.slice(1), `${own}0`, '000000000000-1-1-0123456789ab'])
    assert.equal(makerOf(mark), 'unknown', mark);
});

test('a process of another user is alive', { skip: process.getuid?.() !== 0 }, async () => {
  const child = spawn('sleep', ['60'], { uid: 65534, gid: 65534 });
  const start = await startOf(child.pid ?? 0);
  const mark = runMark().replace(/-\d+-\d+-/, `-${child.pid}-${start}-`);
  assert.equal(makerOf(mark), 'alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
});

/** An engine with what runs have left, by their mark. */
async function engineWith(
  marks: readonly { readonly mark: string; readonly time: string }[],
  clock: string | undefined = NOW,
) {
  const state = new FakeEngineState();
  for (const { mark, time } of marks) {
    const image = state.addImage({ tagged: time }, `skinnywhale-held:${mark}`);
    state.addImage({ tagged: time }, `skinnywhale-carrier:${mark}`);
    state.addContainer({
      image: image.id,
      labels: { 'io.skinnywhale.purpose': 'proof', 'io.skinnywhale.run': mark },
      created: Date.parse(time) / 1000,
      running: true,
    });
  }
  const info = { Driver: 'overlay2', ...(clock !== undefined && { SystemTime: clock }) };
  const engine = await startFakeEngine({ 'GET /info': ({ json }) => json(200, info) }, state.routes());
  const client = await openClient(engine);
  return Object.assign(engine, {
    state,
    remove: async () => removeLeftovers({ client, info: await client.engineInfo() }),
  });
}

test('what a killed run of this machine left goes at once', async () => {
  const mark = await markOfTheDead();
  await using engine = await engineWith([{ mark, time: NOW }]);
  assert.deepEqual(await engine.remove(), { containers: 1, images: 2 });
  assert.deepEqual([engine.state.containers.length, engine.state.tags.size, engine.state.images.size], [0, 0, 0]);
  assert.deepEqual(await engine.remove(), { containers: 0, images: 0 });
});

test('what a run that is alive needs stays, however old it is', async () => {
  await using engine = await engineWith([{ mark: runMark(), time: LONG_AGO }]);
  assert.deepEqual(await engine.remove(), { containers: 0, images: 0 });
  assert.equal(engine.state.tags.size, 2);
});

test('what a run of another machine left stays for a week, by the engine’s clock', async () => {
  await using young = await engineWith([{ mark: ELSEWHERE, time: YESTERDAY }]);
  assert.deepEqual(await young.remove(), { containers: 0, images: 0 });
  await using old = await engineWith([{ mark: ELSEWHERE, time: LONG_AGO }]);
  assert.deepEqual(await old.remove(), { containers: 1, images: 2 });
  // an engine that does not tell its time
  await using mute = await engineWith([{ mark: ELSEWHERE, time: LONG_AGO }], '');
  assert.deepEqual(await mute.remove(), { containers: 0, images: 0 });
});

test('names and containers of others are left alone', async () => {
  const mark = await markOfTheDead();
  const state = new FakeEngineState();
  state.addImage({ tagged: LONG_AGO }, 'skinnywhale-held:latest', `mine:${mark}`, `team/skinnywhale-held:${mark}`);
  state.addContainer({ image: state.addImage().id, labels: { 'io.skinnywhale.run': mark } });
  await using engine = await startFakeEngine({}, state.routes());
  const client = await openClient(engine);
  const info = { ...(await client.engineInfo()), time: Date.parse(NOW) };
  assert.deepEqual(await removeLeftovers({ client, info }), { containers: 0, images: 0 });
  assert.equal(state.tags.size, 3);
});
