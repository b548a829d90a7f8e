import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Candidate } from '../../src/destination/destination.ts';
import { engineDestination } from '../../src/destination/engine/engine-destination.ts';
import { useImage } from '../../src/engine/held-image.ts';
import { configFile } from '../../src/image/config-file.ts';
import { layerStream } from '../../src/layer/layer-stream.ts';
import { digestFromHex } from '../../src/model/digest.ts';
import { LABEL } from '../../src/model/labels.ts';
import { file, tar } from '../builders/tar.ts';
import { openClient } from '../engine/open-client.ts';
import { FakeEngineState } from '../fake-engine/engine-state.ts';
import { type FakeEngine, type Routes, startFakeEngine } from '../fake-engine/fake-engine.ts';

const CONTAINER = 'c'.repeat(64);
/** a layer without its end marker */
const LAYER = tar([file('x', 'content')]).subarray(0, -1024);

const LABELLED = { config: { Labels: { [LABEL.container]: CONTAINER } } };

/** What an engine's id of an image is made from its config file. */
const IDENTITIES = {
  'the digest of its config': (config: Buffer) => sha256(config),
  'the digest of its manifest': (config: Buffer) => sha256(Buffer.concat([Buffer.from('manifest'), config])),
};

function sha256(bytes: Buffer) {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

async function engineOf(identity: keyof typeof IDENTITIES, faults: Routes = {}) {
  const state = new FakeEngineState();
  state.idOf = IDENTITIES[identity];
  const engine = await startFakeEngine(faults, state.routes());
  return Object.assign(engine, { state, store: () => storeIn(engine) });
}

async function storeIn(engine: FakeEngine): Promise<Candidate> {
  const client = await openClient(engine);
  async function* pieces(): AsyncGenerator<Buffer> {
    yield LAYER;
  }
  const config = {
    platform: { os: 'linux', architecture: 'amd64' },
    created: '2024-01-01T00:00:00Z',
    run: LABELLED.config,
  };
  const destination = engineDestination({
    engine: { client, info: await client.engineInfo() },
    way: 'load',
    identity: { labels: { [LABEL.container]: CONTAINER }, text: 'this container' },
    force: false,
    signal: new AbortController().signal,
  });
  return await destination.store({
    openLayer: () => layerStream(pieces(), () => {}),
    layerLength: () => LAYER.length + 1024,
    configFor: async (layer) => configFile(config, layer, 'test'),
  });
}

for (const identity of Object.keys(IDENTITIES) as (keyof typeof IDENTITIES)[]) {
  describe(`an image's id is ${identity}`, () => {
    test('an image that is committed has its name, and no other', async () => {
      await using engine = await engineOf(identity);
      const candidate = await engine.store();
      const { id } = await candidate.commit('skinny:1');
      await candidate[Symbol.asyncDispose]();
      assert.deepEqual([...engine.state.tags], [['skinny:1', id]]);
    });

    test('one that is not committed is gone', async () => {
      await using engine = await engineOf(identity);
      const candidate = await engine.store();
      assert.equal(engine.state.images.size, 1);
      await candidate[Symbol.asyncDispose]();
      assert.deepEqual([engine.state.images.size, engine.state.tags.size], [0, 0]);
    });

    test('one that was there before stays, with its name or without', async () => {
      for (const name of ['skinny:0', undefined]) {
        await using engine = await engineOf(identity);
        const first = await engine.store();
        await first.commit('skinny:0');
        await first[Symbol.asyncDispose]();
        if (name === undefined) engine.state.tags.clear();
        const second = await engine.store();
        assert.equal(second.id, first.id);
        await second[Symbol.asyncDispose]();
        assert.ok(engine.state.images.has(first.id));
        assert.deepEqual(engine.state.tagsOf(first.id), name === undefined ? [] : [name]);
      }
    });

    test('one that somebody has named meanwhile stays', async () => {
      await using engine = await engineOf(identity);
      const candidate = await engine.store();
      engine.state.tags.set('somebody:1', candidate.id);
      await candidate[Symbol.asyncDispose]();
      assert.deepEqual([...engine.state.tags.keys()], ['somebody:1']);
      assert.equal(engine.state.images.size, 1);
    });

    test('one that the engine has finished without a word is gone, and no other', async () => {
      await using engine = await engineOf(identity, {
        'POST /images/load': async ({ body, response }) => {
          await body();
          engine.state.addImage({ ...LABELLED, layers: [sha256(Buffer.concat([LAYER, Buffer.alloc(1024)]))] });
          response.destroy();
        },
      });
      const other = engine.state.addImage(LABELLED);
      await assert.rejects(engine.store(), { code: 'ENGINE' });
      assert.deepEqual([...engine.state.images.keys()], [other.id]);
    });
  });
}

test('an image that somebody has removed meanwhile is told as such', async () => {
  await using engine = await engineOf(Object.keys(IDENTITIES)[0] as keyof typeof IDENTITIES);
  const candidate = await engine.store();
  // as `docker image prune --all` does
  engine.state.tags.clear();
  engine.state.images.clear();
  await assert.rejects(candidate.commit('skinny:1'), /^SkinnywhaleError: the image was removed from the engine before/);
  await candidate[Symbol.asyncDispose]();
  assert.equal(engine.state.tags.size, 0);
});

test('an image that is in use by a container of ours is none that can be removed', async () => {
  await using engine = await engineOf(Object.keys(IDENTITIES)[0] as keyof typeof IDENTITIES);
  const { id } = engine.state.addImage();
  const client = await openClient(engine);
  {
    await using _used = await useImage(client, id);
    assert.deepEqual(
      engine.state.containers.map(({ image }) => image),
      [id],
    );
    assert.equal(engine.state.containers[0]?.running, false);
    assert.equal(await client.removeImage(id), false);
  }
  assert.deepEqual(engine.state.containers, []);
  assert.equal(await client.removeImage(id), true);
});
