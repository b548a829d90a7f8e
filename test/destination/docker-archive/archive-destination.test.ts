import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ImageContent } from '../../../src/destination/destination.ts';
import { archiveDestination } from '../../../src/destination/docker-archive/archive-destination.ts';
import { bufferSource } from '../../../src/elf/byte-source.ts';
import { ArchiveMembers } from '../../../src/image/archive-members.ts';
import { configFile } from '../../../src/image/config-file.ts';
import { listImages } from '../../../src/image/image-archive.ts';
import { readLayer } from '../../../src/image/layers/read-layer.ts';
import { layerStream } from '../../../src/layer/layer-stream.ts';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import { digestOf } from '../../builders/image-archive.ts';
import { file, tar, tarEntry } from '../../builders/tar.ts';
import { scan } from '../../tar/scan.ts';

const ENTRIES = [tarEntry(file('a', 'a'.repeat(700))), tarEntry(file('b', 'b'))];
const LAYER = tar([file('a', 'a'.repeat(700)), file('b', 'b')]);
const SIGNAL = new AbortController().signal;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sw-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* pieces(failure?: Error): AsyncGenerator<Buffer> {
  yield ENTRIES[0] as Buffer;
  if (failure !== undefined) throw failure;
  yield ENTRIES[1] as Buffer;
}

const CONTENT: ImageContent = {
  openLayer: () => layerStream(pieces(), () => {}),
  layerLength: () => LAYER.length,
  configFor: async (layer) =>
    configFile(
      { platform: { os: 'linux', architecture: 'amd64' }, created: '2024-01-02T03:04:05Z', run: { Cmd: ['x'] } },
      layer,
      'test',
    ),
};

async function write(path: string, reference = 'skinny-app:1.0'): Promise<void> {
  const destination = archiveDestination({ file: path, signal: SIGNAL });
  await destination.checkName(reference);
  await using candidate = await destination.store(CONTENT);
  await candidate.commit(reference);
}

test('an archive that can be read as what docker save writes, and as an OCI layout', async () => {
  const path = join(folder, 'out.tar');
  await write(path);
  const bytes = readFileSync(path);
  const entries = scan(bytes);
  const names = entries.map(({ name }) => name.replace(/[0-9a-f]{64}$/, '*'));
  assert.deepEqual(names, [
    'blobs/',
    'blobs/sha256/',
    'blobs/sha256/*',
    'blobs/sha256/*',
    'blobs/sha256/*',
    'index.json',
    'manifest.json',
    'oci-layout',
  ]);
  for (const { name, content, mtime, uid, gid } of entries) {
    assert.deepEqual([mtime, uid, gid], [0, 0, 0]);
    const digits = /[0-9a-f]{64}$/.exec(name)?.[0];
    if (digits !== undefined) assert.equal(digestOf(content), `sha256:${digits}`);
  }
  const withoutManifest = tar(
    entries.filter(({ name }) => name !== 'manifest.json').map(({ name, content }) => file(name, content)),
  );
  for (const [form, reference] of [
    [bytes, 'skinny-app:1.0'],
    [withoutManifest, 'docker.io/library/skinny-app:1.0'],
  ] as const) {
    const [image] = listImages(new ArchiveMembers(bufferSource(form)));
    assert.equal(image?.references[0], reference);
    const { document, layers } = image?.open() ?? {};
    assert.deepEqual(document?.config.run, { Cmd: ['x'] });
    assert.equal(layers?.[0]?.diffId, digestOf(LAYER));
    for (const layer of layers ?? []) await readLayer(layer, { take: () => {} });
  }
});

test('the same image gives the same bytes, another name does not change its id', async () => {
  const paths = ['one', 'two', 'other'].map((name) => join(folder, name));
  for (const path of paths) await write(path, path.endsWith('other') ? 'registry.example/other:2' : undefined);
  const [one, two, other] = paths.map((path) => readFileSync(path));
  assert.deepEqual(one, two);
  assert.notDeepEqual(one, other);
  const ids = [one, other].map((bytes) => {
    const [image] = listImages(new ArchiveMembers(bufferSource(bytes as Buffer)));
    return [image?.references[0], image?.open().document.id];
  });
  assert.deepEqual(
    ids.map(([name]) => name),
    ['skinny-app:1.0', 'registry.example/other:2'],
  );
  assert.equal(ids[0]?.[1], ids[1]?.[1]);
});

test('the file is as anybody makes one, not a temporary file of ours', async () => {
  const before = process.umask(0o027);
  try {
    await write(join(folder, 'out.tar'));
  } finally {
    process.umask(before);
  }
  assert.equal(statSync(join(folder, 'out.tar')).mode & 0o777, 0o640);
});

describe('what was there stays until the new one is whole', () => {
  const kept = (): void => {
    assert.deepEqual(readdirSync(folder), ['out.tar']);
    assert.equal(readFileSync(join(folder, 'out.tar'), 'utf8'), 'old');
  };
  const old = (): string => {
    const path = join(folder, 'out.tar');
    writeFileSync(path, 'old');
    return path;
  };

  test('it is replaced', async () => {
    const path = old();
    await write(path);
    assert.deepEqual(readdirSync(folder), ['out.tar']);
    assert.ok(readFileSync(path).length > LAYER.length);
  });
  test('the candidate is given up', async () => {
    const destination = archiveDestination({ file: old(), signal: SIGNAL });
    await (await destination.store(CONTENT))[Symbol.asyncDispose]();
    kept();
  });
  test('the layer fails half-way', async () => {
    const destination = archiveDestination({ file: old(), signal: SIGNAL });
    const openLayer = () => layerStream(pieces(new Error('no more')), () => {});
    await assert.rejects(destination.store({ ...CONTENT, openLayer }), /no more/);
    kept();
  });
  test('the layer is shorter or longer than was said', async () => {
    const destination = archiveDestination({ file: old(), signal: SIGNAL });
    for (const layerLength of [() => LAYER.length - 1, () => LAYER.length + 1]) {
      await assert.rejects(destination.store({ ...CONTENT, layerLength }), /bytes came instead of/);
    }
    kept();
  });
  test('the config can’t be had', async () => {
    const destination = archiveDestination({ file: old(), signal: SIGNAL });
    const configFor = () => Promise.reject(new Error('no config'));
    await assert.rejects(destination.store({ ...CONTENT, configFor }), /no config/);
    kept();
  });
  test('the run is broken off before it gets its name', async () => {
    const controller = new AbortController();
    const destination = archiveDestination({ file: old(), signal: controller.signal });
    {
      await using candidate = await destination.store(CONTENT);
      controller.abort(new Error('enough'));
      await assert.rejects(candidate.commit('app:1'), /enough/);
    }
    kept();
  });
});

test('a link stays one, and what it leads to is replaced', async () => {
  mkdirSync(join(folder, 'real'));
  const target = join(folder, 'real', 'image.tar');
  writeFileSync(target, 'old');
  symlinkSync(target, join(folder, 'out.tar'));
  await write(join(folder, 'out.tar'));
  assert.equal(readlinkSync(join(folder, 'out.tar')), target);
  assert.ok(readFileSync(target).length > LAYER.length);
  assert.deepEqual(readdirSync(join(folder, 'real')), ['image.tar']);
});

describe('what is told before anything long is done', () => {
  const cases: [what: string, path: () => string, message: RegExp][] = [
    ['a folder that is not there', () => join(folder, 'none', 'out.tar'), /there is no folder .*none/],
    ['a folder in place of the file', () => folder, /it is there already, and no file/],
    ['something else in place of it', () => '/dev/null', /it is there already, and no file/],
  ];
  for (const [what, path, message] of cases) {
    test(what, () =>
      assert.rejects(
        archiveDestination({ file: path(), signal: SIGNAL }).checkName('app:1'),
        (error) => error instanceof SkinnywhaleError && error.code === 'USAGE' && message.test(error.message),
      ),
    );
  }
});
