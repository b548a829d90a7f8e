import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { keptAnyway } from '../../src/closure/roots/kept-anyway.ts';
import { ReadAgain } from '../../src/filesystem/read-again.ts';
import { SpoolStore } from '../../src/filesystem/spool-store.ts';
import { SpoolWriter } from '../../src/filesystem/spool-writer.ts';
import { EarlyLayer } from '../../src/layer/early-layer.ts';
import { layerStream } from '../../src/layer/layer-stream.ts';
import { Transfer } from '../../src/layer/transfer.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { resolveOptions } from '../../src/options/resolve.ts';
import type { SlimOptions } from '../../src/options.ts';
import { ExportReader } from '../../src/subject/access/export-reader.ts';
import type { OpenFeed } from '../../src/subject/feed.ts';
import { directory, file, fixture, hardlink, program, symlink, type TarMember } from '../builders/tar.ts';

/** Neither small nor something to look into: such a file is not set aside once it has been sent. */
const LARGE = Buffer.alloc(3 << 20, 'large');

const MEMBERS: readonly TarMember[] = [
  directory('etc'),
  file('etc/changed', 'changed', { uid: 5 }),
  file('etc/empty'),
  directory('mnt'),
  directory('opt'),
  file('opt/.wh.name', 'can not be in a layer'),
  directory('opt/app'),
  file('opt/app/big', LARGE),
  hardlink('opt/app/linked', 'opt/app/big'),
  hardlink('opt/app/parents', 'etc/changed'),
  file('opt/app/r\xe9sum\xe9', 'not UTF-8'),
  symlink('opt/link', 'app'),
  program('opt/tool', `#!/bin/sh\n${'x'.repeat(2 << 20)}`),
  directory('tmp'),
  file('tmp/trimmed', 'x'),
  directory('usr'),
  file('usr/first', 'of the parent'),
  file('usr/parent', Buffer.alloc(2 << 20, 'parent')),
  hardlink('usr/second', 'usr/first'),
  directory('var/lib/dpkg'),
  file('var/lib/dpkg/status', 'Package: x\n'),
];
const ARCHIVE = (() => {
  const { content } = fixture(...MEMBERS);
  return content.archive;
})();
const CHANGED: ReadonlySet<ImagePath> = new Set(
  MEMBERS.map(({ name }) => name as ImagePath).filter((name) => !/^(mnt|usr|usr\/(first|parent))$/.test(name)),
);
const KEPT: ReadonlySet<ImagePath> = new Set(
  [...CHANGED, 'usr/first' as ImagePath].filter((path) => !path.startsWith('tmp/')),
);

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'early-layer-test-'));
});
after(() => rmSync(folder, { recursive: true }));

interface Reading {
  readonly chunkSize?: number;
  /** after how many bytes the list of changes is there; undefined: without sending anything early */
  readonly listedAfter?: number;
  readonly kept?: ReadonlySet<ImagePath>;
  readonly options?: Partial<SlimOptions>;
}

let runs = 0;

/** The layer that comes of it, and how many entries of it were sent before the container was read. */
async function layerOf({ chunkSize = 65_536, listedAfter, kept = KEPT, options }: Reading) {
  const path = join(folder, `spool-${++runs}`);
  const layer = new EarlyLayer(keptAnyway(resolveOptions({ container: 'x', ...options })));
  const sent: Buffer[] = [];
  const transfer = new Transfer(async (pieces) => {
    for await (const chunk of layerStream(pieces, () => {}).stream) sent.push(chunk);
    return {} as never;
  });
  await using spool = new SpoolWriter(path);
  const feed: OpenFeed = (source) => layer.feed(source, transfer);
  const reader = new ExportReader(spool, listedAfter === undefined ? undefined : feed);
  let list: (changed: ReadonlySet<ImagePath>) => void = () => {};
  const listed = new Promise<ReadonlySet<ImagePath>>((resolve) => {
    list = resolve;
  });
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < ARCHIVE.length; at += chunkSize) {
      if (at >= (listedAfter ?? 0)) list(CHANGED);
      yield Buffer.from(ARCHIVE.subarray(at, at + chunkSize));
    }
    list(CHANGED);
  }
  try {
    const tree = await reader.read(Readable.from(chunks()), listed, () => {});
    const early = layer.sent;
    using content = new SpoolStore(path, reader.cut);
    const plan = layer.plan(kept, CHANGED, { tree, content });
    await transfer.finish(content.outgoing(plan.entries.slice(layer.sent)));
    return { bytes: Buffer.concat(sent), early, spooled: spool.length, plan };
  } catch (error) {
    throw await transfer.abandon(error);
  }
}

test('the layer is the same, whenever the list of changes comes and however the export is cut into chunks', async () => {
  const whole = await layerOf({});
  assert.equal(whole.early, 0);
  assert.deepEqual(whole.plan.whiteoutNames, ['opt/.wh.name']);
  for (const listedAfter of [0, 3_000, 2 << 20, 5 << 20, ARCHIVE.length]) {
    for (const chunkSize of [511, 65_536, 1 << 20]) {
      if (chunkSize === 511 && listedAfter > 3_000) continue;
      const one = await layerOf({ listedAfter, chunkSize });
      assert.ok(one.early > 5, `${one.early} were sent early`);
      assert.ok(one.bytes.equals(whole.bytes), `listed after ${listedAfter}, chunks of ${chunkSize}`);
    }
  }
});

test('what was sent and nobody has to look into is not set aside', async () => {
  const { spooled } = await layerOf({ listedAfter: 0 });
  assert.ok(spooled < ARCHIVE.length - LARGE.length + 100_000);
  assert.ok(spooled > ARCHIVE.length - LARGE.length - 100_000, 'scripts and the parent’s files are');
});

test('what is not certain waits: empty files, directories, odd names, trimmed files, package records', async () => {
  const { early, plan } = await layerOf({ listedAfter: 0 });
  const names = [...plan.entries].slice(0, early).map(({ path }) => path);
  assert.deepEqual(names, [
    'etc',
    'etc/changed',
    'opt',
    'opt/app',
    'opt/app/big',
    'opt/app/linked',
    'opt/app/parents',
    'opt/link',
    'opt/tool',
  ]);
});

test('where entries may be left out by name, none goes early', async () => {
  assert.equal((await layerOf({ listedAfter: 0, options: { exclude: ['/opt/app/big'] } })).early, 0);
});

test('a layer that can’t be made of what was sent and set aside is told apart from a failure', async () => {
  const without = new Set([...KEPT].filter((path) => path !== 'etc/changed'));
  await assert.rejects(layerOf({ listedAfter: 0, kept: without }), ReadAgain);
});

test('what is settled of a container that is there whole is the same, however much of it was asked for before the plan', async () => {
  const { plan: expected, early } = await layerOf({ listedAfter: 0 });
  const { tree, content } = fixture(...MEMBERS);
  const snapshot = { tree, content, changed: CHANGED };
  for (const first of [0, 1, 4, early]) {
    const layer = new EarlyLayer(keptAnyway(resolveOptions({ container: 'x' })));
    const settled = layer.settled(snapshot)[Symbol.iterator]();
    const sent = Array.from({ length: first }, () => settled.next().value);
    const plan = layer.plan(KEPT, CHANGED, { tree, content });
    for (let next = settled.next(); next.done !== true; next = settled.next()) sent.push(next.value);
    assert.deepEqual(
      sent.map(({ path }) => path),
      [...expected.entries].slice(0, early).map(({ path }) => path),
    );
    assert.deepEqual([layer.sent, sent], [early, [...plan.entries].slice(0, early)]);
    assert.deepEqual(
      Array.from(plan.entries, ({ path, linkTo }) => [path, linkTo]),
      Array.from(expected.entries, ({ path, linkTo }) => [path, linkTo]),
    );
  }
});
