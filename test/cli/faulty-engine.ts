import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { type SlimOptions, type SlimReport, slim } from '../../src/index.ts';
import { digestFromHex } from '../../src/model/digest.ts';
import { directory, file, type TarMember, tar } from '../builders/tar.ts';
import { FakeEngineState, type FakeImage } from '../fake-engine/engine-state.ts';
import { type FakeEngine, type Routes, startFakeEngine } from '../fake-engine/fake-engine.ts';
import { command, type Outcome } from './command.ts';

export const NAME = 'app';
/** Everything in the container. From the third on, it is not the image's. */
export const MEMBERS: readonly TarMember[] = [
  directory('etc'),
  file('etc/passwd', 'root:x:0:0::/root:/none\n'),
  directory('opt'),
  file('opt/first', 'first'),
  file('opt/second', 'x'.repeat(200_000)),
];
export const EXPORT = tar(MEMBERS);

/** An engine with one container whose /opt is new, and faults in place of some of its answers. */
export async function engineWith(
  faults: Routes,
  prepare?: (state: FakeEngineState) => void,
): Promise<FakeEngine & { state: FakeEngineState }> {
  const state = new FakeEngineState();
  const image = state.addImage(
    { config: { Cmd: ['/opt/first'], Env: ['A=$b "c"'] }, architecture: 'arm64', variant: 'v8' },
    'parent:latest',
  );
  const changes = [
    { Path: '/opt', Kind: 1 },
    { Path: '/opt/first', Kind: 1 },
    { Path: '/opt/second', Kind: 1 },
  ];
  state.addContainer({ image: image.id, name: NAME, changes, export: EXPORT, running: true });
  prepare?.(state);
  const layers = 'GET /info' in faults || 'GET /version' in faults ? {} : loadKnownLayer(state);
  return Object.assign(await startFakeEngine(faults, layers, state.routes()), { state });
}

/** What an engine with graph-driver layers does with an archive of a layer that it has already: it looks at no other. */
function loadKnownLayer(state: FakeEngineState): Routes {
  return {
    'POST /images/load': async ({ body, json }) => {
      const archive = await body();
      state.uploads.push({ kind: 'load', body: archive });
      const bytes = (await membersOf(archive)).get('config.json') ?? Buffer.alloc(0);
      const { config, rootfs, ...more } = JSON.parse(`${bytes}`) as Record<string, object>;
      const { diff_ids: layers = [] } = rootfs as { diff_ids?: FakeImage['layers'] };
      const isKnown = [...state.images.values()].some((image) => String(image.layers) === String(layers));
      if (!isKnown) return json(500, { message: 'there is no such layer' });
      const id = digestFromHex(createHash('sha256').update(bytes).digest('hex'));
      state.addImage({ ...more, id, layers, config: config ?? {} });
      return json(200, { stream: `Loaded image ID: ${id}\n` });
    },
  };
}

/** The members of a tar archive, by name. */
export async function membersOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>();
  for await (const member of Readable.from([archive]).pipe(extract())) {
    members.set(member.header.name, await buffer(member));
  }
  return members;
}

/** Runs the command, with the real library behind it, in this process. It may leave no temporary file. */
export async function run(host: string, args: readonly string[], options: Partial<SlimOptions> = {}): Promise<Outcome> {
  const tempDir = await mkdtemp(join(tmpdir(), 'sw-faults-'));
  try {
    const slimHere = (given: SlimOptions): Promise<SlimReport> => slim({ ...given, tempDir, ...options });
    const outcome = await command(['--host', host, ...args], { slim: slimHere });
    assert.deepEqual(await readdir(tempDir), []);
    return outcome;
  } finally {
    await rm(tempDir, { recursive: true });
  }
}

/** Asserts that a run failed as it should, and that nothing is left of it: no image, no tag, no file, no paused container. */
export async function assertFails(
  faults: Routes,
  expected: { code: number; message: RegExp },
  prepare?: (state: FakeEngineState) => void,
): Promise<void> {
  await using engine = await engineWith(faults, prepare);
  const images = engine.state.images.size;
  const tags = [...engine.state.tags];
  const { code, stdout, stderr } = await run(engine.host, [NAME]);
  assert.equal(code, expected.code, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, expected.message);
  assert.equal(engine.state.images.size, images);
  assert.deepEqual([...engine.state.tags], tags);
  assert.equal(engine.state.containers[0]?.paused ?? false, false);
  const named = engine.requests.filter((line) => /\/tag(\?|$)/.test(line) && !line.includes('skinnywhale-held'));
  assert.deepEqual(named, []);
}
