import assert from 'node:assert/strict';
import { test } from 'node:test';

import { digestFromHex } from '../../src/model/digest.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { resultConfig } from '../../src/subject/result-config.ts';

const IMAGE = {
  id: digestFromHex('1'.repeat(64)),
  created: '2024-01-02T03:04:05.678901234Z',
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  config: { Cmd: ['bash'], Env: ['PATH=/bin'], Labels: { vendor: 'us' } },
};
const CONTAINER = {
  origin: { kind: 'container', endpoint: 'unix:///x', id: 'c'.repeat(64), name: 'box', running: false, paused: false },
  base: { evidence: 'container', id: IMAGE.id, name: 'debian:bookworm', layers: 1 },
  config: { platform: IMAGE.platform, author: 'someone', created: IMAGE.created, run: IMAGE.config },
  identity: { labels: { 'io.skinnywhale.container': 'c'.repeat(64) }, text: 'this container' },
} as const;
const OPTIONS = { change: [], sourceDateEpoch: undefined, version: '1.2.3' } as const;

test('the configuration is taken, with where it came from in labels', () => {
  const { run, ...rest } = resultConfig(CONTAINER, OPTIONS);
  assert.deepEqual(rest, { platform: IMAGE.platform, author: 'someone', created: IMAGE.created });
  assert.deepEqual([run.Cmd, run.Env], [['bash'], ['PATH=/bin']]);
  assert.deepEqual(run.Labels, {
    vendor: 'us',
    'io.skinnywhale.container': CONTAINER.origin.id,
    'io.skinnywhale.parent': IMAGE.id,
    'io.skinnywhale.version': '1.2.3',
  });
});

test('an image’s labels are its own, its repository and its base; what this tool said of it before is not repeated', () => {
  const labels = { 'io.skinnywhale.image': IMAGE.id, 'io.skinnywhale.repository': 'app' };
  const base = { evidence: 'layers', id: digestFromHex('2'.repeat(64)), name: undefined, layers: 1 } as const;
  const image = {
    origin: { kind: 'image', location: { kind: 'engine', endpoint: 'unix:///x' }, id: IMAGE.id, reference: 'app:1' },
    base,
    config: {
      ...CONTAINER.config,
      run: { Labels: { vendor: 'us', 'io.skinnywhale.container': 'older', 'io.skinnywhale.parent': 'older' } },
    },
    identity: { labels, text: 'an image of app' },
  } as const;
  assert.deepEqual(resultConfig(image, OPTIONS).run.Labels, {
    vendor: 'us',
    ...labels,
    'io.skinnywhale.base': base.id,
    'io.skinnywhale.version': '1.2.3',
  });
});

test('instructions are applied, and what the engine told stays as it was', () => {
  const before = structuredClone(IMAGE.config);
  const { run } = resultConfig(CONTAINER, { ...OPTIONS, change: ['CMD ["server"]', 'LABEL a=b', 'ENV X=1'] });
  assert.deepEqual([run.Cmd, run.Labels?.['a'], run.Labels?.['vendor']], [['server'], 'b', 'us']);
  assert.deepEqual(IMAGE.config, before);
});

test('SOURCE_DATE_EPOCH sets the time of creation', () => {
  const created = (sourceDateEpoch: string) => resultConfig(CONTAINER, { ...OPTIONS, sourceDateEpoch }).created;
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
