import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { configFile } from '../../src/image/config-file.ts';
import { digestFromHex } from '../../src/model/digest.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';

const LAYER = digestFromHex('a'.repeat(64));
const CONFIG: ImageConfig = {
  platform: { os: 'linux', architecture: 'arm', variant: 'v7', osVersion: '1.2' },
  author: 'someone',
  created: '2024-01-02T03:04:05Z',
  run: {
    Env: ['B=2', 'A=1'],
    Cmd: ['x'],
    Labels: { z: '1', a: '2', '10': 'ten', '9': 'nine' },
    ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
    Healthcheck: { Test: ['CMD', 'x'], Interval: 1, Retries: 2 },
  },
};

test('the file says what an engine needs', () => {
  const { bytes, imageId } = configFile(CONFIG, LAYER, 'by us');
  assert.deepEqual(JSON.parse(bytes.toString()), {
    architecture: 'arm',
    variant: 'v7',
    os: 'linux',
    'os.version': '1.2',
    author: 'someone',
    created: CONFIG.created,
    config: CONFIG.run,
    history: [{ created: CONFIG.created, created_by: 'by us' }],
    rootfs: { type: 'layers', diff_ids: [LAYER] },
  });
  assert.equal(imageId, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
});

test('the same configuration gives the same bytes, in whatever order its keys came', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, one]) => [key, reversed(one)]),
    );
  };
  const same = reversed(CONFIG) as ImageConfig;
  assert.notEqual(JSON.stringify(same), JSON.stringify(CONFIG));
  assert.deepEqual(configFile(same, LAYER, 'by us'), configFile(CONFIG, LAYER, 'by us'));
});

test('lists keep their order, since it means something', () => {
  const other = { ...CONFIG, run: { ...CONFIG.run, Env: ['A=1', 'B=2'] } };
  assert.notEqual(configFile(other, LAYER, 'by us').imageId, configFile(CONFIG, LAYER, 'by us').imageId);
});

test('what is not known is left out', () => {
  const plain: ImageConfig = { platform: { os: 'linux', architecture: 'amd64' }, created: CONFIG.created, run: {} };
  const document = JSON.parse(configFile(plain, LAYER, 'x').bytes.toString());
  for (const key of ['variant', 'os.version', 'author']) assert.equal(key in document, false);
  assert.deepEqual(document.config, {});
});

test('a label with a special name stays a label', () => {
  const Labels = JSON.parse('{"__proto__":"x","constructor":"y"}');
  const { bytes } = configFile({ ...CONFIG, run: { Labels } }, LAYER, 'x');
  assert.ok(bytes.toString().includes('"config":{"Labels":{"__proto__":"x","constructor":"y"}}'));
});
