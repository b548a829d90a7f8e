import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { extract, pack } from 'tar-stream';
import type { DockerClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect/connect.ts';
import { type Digest, digestFromHex } from '../../src/model/digest.ts';

const REPOSITORY = `skinnywhale-test-client-${process.pid}`;

const sha256 = (bytes: Buffer): Digest => digestFromHex(createHash('sha256').update(bytes).digest('hex'));

let client: DockerClient;
const containers: string[] = [];

before(async () => {
  const host = process.env['SKINNYWHALE_TEST_HOST'];
  assert.ok(host, 'SKINNYWHALE_TEST_HOST names no engine: run the tests with test/run.ts');
  client = await connect({ host, env: process.env, home: homedir() });
});

after(async () => {
  for (const id of containers) await client.removeContainer(id);
  for (const tag of ['imported', 'loaded', 'tagged']) await client.removeImage(`${REPOSITORY}:${tag}`);
});

/** A tar archive of these files. */
async function archive(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const packed = pack();
  for (const [name, content] of Object.entries(files)) packed.entry({ name, mtime: new Date(0) }, content);
  packed.finalize();
  return await buffer(packed);
}

/** The names in a tar archive. */
async function namesIn(stream: Readable): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Readable.from([await buffer(stream)]).pipe(extract())) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

test('an engine answers, and knows what it is', async () => {
  const info = await client.engineInfo();
  assert.match(info.version, /^\d+\./);
  assert.match(info.apiVersion, /^1\.\d+$/);
});

test('what is not there', async () => {
  await assert.rejects(client.inspectContainer(`${REPOSITORY}-missing`), { code: 'NO_SUCH_CONTAINER' });
  await assert.rejects(client.exportContainer(`${REPOSITORY}-missing`), { code: 'NO_SUCH_CONTAINER' });
  assert.equal(await client.inspectImage(`${REPOSITORY}:missing`), undefined);
  assert.equal(await client.removeImage(`${REPOSITORY}:missing`), false);
  await client.removeContainer(`${REPOSITORY}-missing`);
});

test('import, create, changes, export, remove', async () => {
  const layer = await archive({ 'etc/greeting': 'hello' });
  const image = await client.importImage(Readable.from([layer]), `${REPOSITORY}:imported`);
  assert.equal((await client.inspectImage(`${REPOSITORY}:imported`))?.id, image);

  const id = await client.createContainer({ image, labels: { [REPOSITORY]: 'yes' }, command: ['-'], network: 'none' });
  containers.push(id);
  const container = await client.inspectContainer(id.slice(0, 12));
  assert.deepEqual([container.id, container.image, container.running], [id, image, false]);
  assert.equal(container.config.Labels?.[REPOSITORY], 'yes');
  assert.deepEqual(await client.changes(id), []);
  assert.ok((await namesIn(await client.exportContainer(id))).includes('etc/greeting'));
  await client.pause(id);
  await client.unpause(id);

  assert.equal(await client.removeImage(image), false, 'a container uses it');
  await client.removeContainer(id);
  await assert.rejects(client.inspectContainer(id), { code: 'NO_SUCH_CONTAINER' });
  assert.equal(await client.removeImage(`${REPOSITORY}:imported`), true);
});

test('load, tag, remove', async () => {
  const layer = await archive({ 'etc/greeting': 'hello' });
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      created: '2024-01-02T03:04:05Z',
      config: { Cmd: ['/hello'], StopSignal: 'SIGQUIT', Env: ['A=$B'] },
      rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
    }),
  );
  const manifest = [{ Config: 'config.json', RepoTags: [`${REPOSITORY}:loaded`], Layers: ['layer.tar'] }];
  const files = { 'layer.tar': layer, 'config.json': config, 'manifest.json': JSON.stringify(manifest) };
  await client.loadImage(Readable.from([await archive(files)]));

  const image = await client.inspectImage(`${REPOSITORY}:loaded`);
  assert.deepEqual(image?.layers, [sha256(layer)]);
  assert.deepEqual(image.config, { Cmd: ['/hello'], StopSignal: 'SIGQUIT', Env: ['A=$B'] });
  assert.equal(image.platform.architecture, 'arm64');
  await client.tagImage(image.id, `${REPOSITORY}:tagged`);
  assert.equal((await client.inspectImage(`${REPOSITORY}:tagged`))?.id, image.id);
  assert.equal(await client.removeImage(`${REPOSITORY}:loaded`), true);
  assert.equal(await client.removeImage(`${REPOSITORY}:tagged`), true);
  assert.equal(await client.inspectImage(image.id), undefined);
});

test('what the engine refuses in the middle of an upload is told in its words', async () => {
  const rubbish = Readable.from(Array(200).fill(Buffer.alloc(1 << 20, 'rubbish')));
  await assert.rejects(client.importImage(rubbish, `${REPOSITORY}:imported`), {
    code: 'ENGINE',
    message: /tar|header/i,
  });
  assert.equal(rubbish.destroyed, true);
  const incomplete = Readable.from([await archive({ 'manifest.json': '[{"Config":"x","Layers":[]}]' })]);
  await assert.rejects(client.loadImage(incomplete), { code: 'ENGINE' });
});
