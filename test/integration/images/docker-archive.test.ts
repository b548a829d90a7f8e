import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { archiveDestination } from '../../../src/destination/docker-archive/archive-destination.ts';
import { configFile } from '../../../src/image/config-file.ts';
import { layerStream } from '../../../src/layer/layer-stream.ts';
import type { ImagePath } from '../../../src/model/image-path.ts';
import { openArchiveSubject } from '../../../src/subject/archive/archive-subject.ts';
import type { Snapshot } from '../../../src/subject/snapshot.ts';
import { digestOf, gzipLayer, layoutMembers, plainLayer, saveMembers } from '../../builders/image-archive.ts';
import { directory, file, hardlink, program, symlink, type TarMember, tar, tarEntry } from '../../builders/tar.ts';
import { binaryDocker } from '../cases/binary-docker.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { readArchive, type Tree } from '../cases/tree.ts';
import { exportOf } from '../overlay/export.ts';

const lab = await openLab('dockerarchive');
const signal = new AbortController().signal;

/** What the engine puts into every container. */
const INIT = /^(\.dockerenv|dev(\/(console|pts|shm))?|etc(\/(hostname|hosts|resolv\.conf|mtab))?|proc|sys)$/;

/** A tree without the engine's own files, and without what two unpackings differ in: times of directories that no layer has. */
function comparable(tree: Tree): Record<string, object> {
  const entries = [...tree].filter(([path]) => !INIT.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([path, node]) => [
      path,
      { ...node, ...(node.type === 'directory' && node.mtime !== 7 && { mtime: 0 }) },
    ]),
  );
}

function written(name: string, bytes: Buffer): string {
  const path = join(lab.folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** @param options which image of an archive, and which base */
async function snapshotOf(path: string, options: { reference?: string; base?: string } = {}): Promise<Snapshot> {
  const subject = await openArchiveSubject({ file: path, ...options, signal });
  const at = `${path}.read`;
  mkdirSync(at);
  const read = await subject.read({ access: 'auto', directory: at, pause: true, takesLong: false, onEvent: () => {} });
  assert.ok('tree' in read);
  const dispose = async (): Promise<void> => {
    await read[Symbol.asyncDispose]();
    await subject[Symbol.asyncDispose]();
  };
  return { ...read, [Symbol.asyncDispose]: dispose };
}

/** Each of these is a folder in both layers, where overlay file systems and the image specification agree on what comes of it. */
const CASES: Readonly<Record<string, readonly [below: readonly TarMember[], above: readonly TarMember[]]>> = {
  replaced: [
    [file('a', '1', { mode: 0o600 }), file('b', '1')],
    [file('a', '2', { uid: 7 }), file('c', '2')],
  ],
  deleted: [
    [file('a', '1'), directory('d'), file('d/a', '1')],
    [file('.wh.a'), file('.wh.d'), file('.wh.none')],
  ],
  opaque: [
    [directory('d'), file('d/a', '1')],
    [directory('d', { mode: 0o711 }), file('d/b', '2'), file('d/.wh..wh..opq')],
  ],
  attributes: [
    [directory('d', { mode: 0o700, mtime: 7 }), file('d/a')],
    [directory('d', { mode: 0o1777, gid: 3, mtime: 7 })],
  ],
  toFile: [
    [directory('d'), file('d/a', '1'), directory('l'), file('l/a')],
    [file('d', '2'), symlink('l', 'd')],
  ],
  toDirectory: [
    [file('a', '1'), symlink('l', 'a'), file('i', '1')],
    [directory('a'), file('a/b', '2'), directory('l'), file('i/x')],
  ],
  overLink: [[directory('usr'), file('usr/a', '1'), symlink('lib', 'usr')], [file('lib/b', '2')]],
  markOverLink: [[directory('usr'), file('usr/a', '1'), symlink('u', 'usr')], [file('u/.wh.a')]],
  markInNothing: [[file('x', '1')], [file('n/.wh.a')]],
  throughLink: [[], [directory('usr'), symlink('lib', 'usr'), file('lib/b', '2')]],
  linked: [[file('a', '1'), hardlink('b', 'linked/a'), hardlink('c', 'linked/a')], [file('.wh.a')]],
  linkedAnew: [[file('a', '1'), hardlink('b', 'linkedAnew/a')], [file('a', '2')]],
  bytes: [
    [file('\xff\xfe', '1'), file('\xe4', '1')],
    [file('.wh.\xff\xfe'), file('\xe4', '2')],
  ],
};

function layerOf(which: 0 | 1): TarMember[] {
  return Object.entries(CASES).flatMap(([folder, layers]) => [
    directory(folder),
    ...layers[which].map((member) => ({ ...member, name: `${folder}/${member.name}` })),
  ]);
}

describe('what an engine shows of layers is what is read from their archive', () => {
  const layers = [plainLayer(...layerOf(0)), plainLayer(...layerOf(1))];
  for (const [form, members] of [
    ['a folder a layer', saveMembers({ layers, references: [lab.imageName()] })],
    [
      'an OCI layout',
      layoutMembers([
        { layers: [gzipLayer(...layerOf(0)), layers[1] as (typeof layers)[0]], references: [lab.imageName()] },
      ]),
    ],
  ] as const) {
    test(form, async () => {
      const archive = tar(members);
      const path = written(`${form.replaceAll(' ', '-')}.tar`, archive);
      await binaryDocker(lab.docker, ['load'], archive);
      const manifest = JSON.parse(String(members.find(({ name }) => name === 'manifest.json')?.content));
      await using snapshot = await snapshotOf(path);
      const shown = await lab.treeOf(manifest[0].RepoTags[0]);
      assert.deepEqual(comparable(readArchive(await exportOf(snapshot)).tree), comparable(shown));
    });
  }
});

test('an image of the engine’s own: its files, and its changes', async () => {
  const below = lab.imageName();
  const first = await lab.containerAfter(
    await lab.shellImage(),
    'mkdir -p /t/d /t/e /t/gone; cd /t; echo 1 > d/a; echo 1 > d/b; echo 1 > e/a; echo 1 > h1; ln h1 h2; ln -s d l; echo 1 > own',
  );
  await lab.docker.docker(['commit', first, below]);
  const second = await lab.containerAfter(
    below,
    'cd /t; echo 2 > d/a; rm d/b; rm -r e; mkdir e; echo 2 > e/b; rm h1; rm l; ln -s e l; chown 7:8 own; rm -r gone; touch d; mkdir new',
  );
  const image = lab.imageName();
  await lab.docker.docker(['commit', second, image]);
  const path = written('committed.tar', await binaryDocker(lab.docker, ['save', image, below]));
  // With the image that it was committed from in the same archive, that is the base.
  await using snapshot = await snapshotOf(path, { reference: image, base: below });
  assert.deepEqual(comparable(readArchive(await exportOf(snapshot)).tree), comparable(await lab.treeOf(image)));
  const listed = (await lab.docker.docker(['diff', second])).split('\n').filter((line) => /^[AC] /.test(line));
  assert.deepEqual([...snapshot.changed.keys()].sort(), listed.map((line) => line.slice(3)).sort());
  assert.ok(snapshot.changed.has('t/own' as ImagePath));
});

test('an archive that is made without an engine is loaded by one, and runs', async () => {
  const shell = await lab.layerOf(await lab.shellImage());
  const members = [...shell.headers].map(([name, header]) => Buffer.concat([header, contentOf(shell.tree, name)]));
  const entries = [...members, tarEntry(program('hello', '#!/bin/sh\necho hello\n'))];
  const length = entries.reduce((sum, { length }) => sum + length, 1024);
  const path = join(lab.folder, 'made.tar');
  const reference = lab.imageName();
  async function* pieces(): AsyncGenerator<Buffer> {
    yield* entries;
  }
  const destination = archiveDestination({ file: path, signal });
  {
    await using candidate = await destination.store({
      openLayer: () => layerStream(pieces(), () => {}),
      layerLength: () => length,
      configFor: async (layer) =>
        configFile(
          {
            platform: { os: 'linux', architecture: 'amd64' },
            created: '2024-01-02T03:04:05Z',
            run: { Cmd: ['/hello'] },
          },
          layer,
          'test',
        ),
    });
    await candidate.commit(reference);
    await binaryDocker(lab.docker, ['load'], readFileSync(path));
    const { Id, RootFS } = await lab.inspectImage(reference);
    assert.deepEqual([Id, RootFS.Layers], [candidate.id, candidate.layers]);
    assert.equal(candidate.layers[0], digestOf(Buffer.concat([...entries, Buffer.alloc(1024)])));
  }
  assert.equal((await lab.docker.run(reference, [])).stdout, 'hello\n');
});

function contentOf(tree: Tree, path: string): Buffer {
  const content = Buffer.from(tree.get(path)?.content ?? '', 'latin1');
  return Buffer.concat([content, Buffer.alloc(-content.length & 511)]);
}

nothingIsLeft(lab);
