import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerInfo, ImageInfo } from '../../../src/engine/client.ts';
import { digestFromHex } from '../../../src/model/digest.ts';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import { resultConfig } from '../../../src/subject/container/image-config.ts';

const IMAGE: ImageInfo = {
  id: digestFromHex('1'.repeat(64)),
  tags: ['debian:bookworm'],
  created: '2024-01-02T03:04:05.678901234Z',
  author: 'someone',
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  config: { Cmd: ['bash'], Env: ['PATH=/bin'], Labels: { vendor: 'us' } },
  layers: [],
  size: 1,
};
const CONTAINER: ContainerInfo = {
  id: 'c'.repeat(64),
  name: 'installer',
  image: IMAGE.id,
  created: '2024-05-05T00:00:00Z',
  running: false,
  paused: false,
  config: { Cmd: ['apt-get', 'install'], Env: ['TOKEN=secret'], Labels: { 'io.skinnywhale.container': 'older' } },
  mountTargets: [],
};
const OPTIONS = { config: 'image', change: [], sourceDateEpoch: undefined, version: '1.2.3' } as const;

test('the parent image’s configuration is taken, with where it came from in labels', () => {
  const { run, ...rest } = resultConfig(CONTAINER, IMAGE, OPTIONS);
  assert.deepEqual(rest, { platform: IMAGE.platform, author: 'someone', created: IMAGE.created });
  assert.deepEqual([run.Cmd, run.Env], [['bash'], ['PATH=/bin']]);
  assert.deepEqual(run.Labels, {
    vendor: 'us',
    'io.skinnywhale.container': CONTAINER.id,
    'io.skinnywhale.parent': IMAGE.id,
    'io.skinnywhale.version': '1.2.3',
  });
});

test('or the container’s, whose labels do not hide the new ones', () => {
  const { run } = resultConfig(CONTAINER, IMAGE, { ...OPTIONS, config: 'container' });
  assert.deepEqual([run.Cmd, run.Env], [['apt-get', 'install'], ['TOKEN=secret']]);
  assert.equal(run.Labels?.['io.skinnywhale.container'], CONTAINER.id);
});

test('instructions are applied, and what the engine told stays as it was', () => {
  const before = structuredClone(IMAGE.config);
  const { run } = resultConfig(CONTAINER, IMAGE, { ...OPTIONS, change: ['CMD ["server"]', 'LABEL a=b', 'ENV X=1'] });
  assert.deepEqual([run.Cmd, run.Labels?.['a'], run.Labels?.['vendor']], [['server'], 'b', 'us']);
  assert.deepEqual(IMAGE.config, before);
});

test('an image without an author gets none', () => {
  assert.equal('author' in resultConfig(CONTAINER, { ...IMAGE, author: undefined }, OPTIONS), false);
});

test('SOURCE_DATE_EPOCH sets the time of creation', () => {
  const created = (sourceDateEpoch: string) => resultConfig(CONTAINER, IMAGE, { ...OPTIONS, sourceDateEpoch }).created;
  assert.equal(created('0'), '1970-01-01T00:00:00Z');
  assert.equal(created('1700000000'), '2023-11-14T22:13:20Z');
  assert.equal(created('253402300799'), '9999-12-31T23:59:59Z');
  assert.equal(created(''), IMAGE.created);
  for (const text of ['now', '-1', '1.5', '1e9', ' 1', '99999999999999999999', '253402300800']) {
    assert.throws(
      () => created(text),
      (error) => error instanceof SkinnywhaleError && error.code === 'USAGE' && error.message.includes(text),
      text,
    );
  }
});
