import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import { type ArchiveSubjectOptions, openArchiveSubject } from '../../../src/subject/archive/archive-subject.ts';
import type { Snapshot } from '../../../src/subject/snapshot.ts';
import type { ReadRequest, Subject } from '../../../src/subject/subject.ts';
import {
  type BuiltImage,
  configOf,
  digestOf,
  gzipLayer,
  layoutMembers,
  plainLayer,
  saveMembers,
} from '../../builders/image-archive.ts';
import { directory, file, program, tar } from '../../builders/tar.ts';
import { shownTree } from '../access/layer-stack/stack.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'sw-archive-'));
after(() => rmSync(FOLDER, { recursive: true }));

let count = 0;
function archive(members: Parameters<typeof tar>[0]): string {
  const path = join(FOLDER, `${count++}.tar`);
  writeFileSync(path, tar(members));
  return path;
}

const BASE = plainLayer(directory('bin'), program('bin/sh', 'sh'));
const APP = gzipLayer(directory('opt'), file('opt/app', 'app'));
const IMAGE: BuiltImage = {
  layers: [BASE, APP],
  references: ['registry.example:5000/team/app:1.0'],
  run: { Cmd: ['/opt/app'] },
  history: [{ created_by: '/bin/sh -c #(nop) ADD file:ab in / ' }, { created_by: 'COPY app /opt # buildkit' }],
};

const open = (path: string, more: Partial<ArchiveSubjectOptions> = {}): Promise<Subject> =>
  openArchiveSubject({ file: path, signal: new AbortController().signal, ...more });

function request(more: Partial<ReadRequest> = {}): ReadRequest {
  const directory = mkdtempSync(join(FOLDER, 'read-'));
  return { access: 'auto', directory, pause: true, takesLong: false, onEvent: () => {}, ...more };
}

async function snapshotOf(subject: Subject, more?: Partial<ReadRequest>): Promise<Snapshot> {
  const read = await subject.read(request(more));
  assert.ok('tree' in read);
  return read;
}

test('what an archive says of its image', async () => {
  const path = archive(saveMembers(IMAGE));
  await using subject = await open(path);
  const id = digestOf(configOf(IMAGE));
  assert.deepEqual(subject.origin, {
    kind: 'image',
    location: { kind: 'docker-archive', file: path },
    id,
    reference: 'registry.example:5000/team/app:1.0',
  });
  assert.deepEqual(subject.base, { evidence: 'history', id: undefined, name: undefined, layers: 1 });
  assert.deepEqual(subject.config.run, { Cmd: ['/opt/app'] });
  assert.equal(subject.defaultReference, 'skinny-team-app:1.0');
  assert.deepEqual(subject.identity.labels, {
    'io.skinnywhale.image': id,
    'io.skinnywhale.repository': 'registry.example:5000/team/app',
  });
  assert.equal(subject.runnable, undefined, 'nothing can be run without an engine');
});

for (const [format, members] of [
  ['a folder a layer', saveMembers(IMAGE)],
  ['an OCI layout', layoutMembers([IMAGE])],
] as const) {
  test(`the files of an image: ${format}`, async () => {
    await using subject = await open(archive(members));
    const bytes: number[] = [];
    const onEvent: ReadRequest['onEvent'] = (event) => void (event.type === 'progress' && bytes.push(event.bytes));
    await using snapshot = await snapshotOf(subject, { onEvent });
    assert.deepEqual(shownTree(snapshot), { bin: 'directory', 'bin/sh': 'sh', opt: 'directory', 'opt/app': 'app' });
    assert.deepEqual([...snapshot.changed.keys()], ['opt', 'opt/app']);
    assert.equal(snapshot.source, 'archive');
    assert.equal(snapshot.temporaryBytes, APP.plain.length);
    assert.deepEqual(bytes, [BASE.plain.length, BASE.plain.length + APP.plain.length]);
  });
}

test('an archive that needs nothing unpacked takes no room', async () => {
  await using subject = await open(archive(saveMembers({ ...IMAGE, layers: [BASE, plainLayer(file('a', 'a'))] })));
  const asked = request();
  const snapshot = await subject.read(asked);
  assert.ok('tree' in snapshot);
  assert.equal(snapshot.temporaryBytes, 0);
  assert.deepEqual(readdirSync(asked.directory), []);
  await snapshot[Symbol.asyncDispose]();
});

describe('the base', () => {
  const base: BuiltImage = { layers: [BASE], references: ['base:1'] };
  test('another image of the archive', async () => {
    const members = saveMembers(IMAGE, base);
    for (const wanted of [undefined, 'base:1']) {
      await using subject = await open(archive(members), {
        reference: 'registry.example:5000/team/app:1.0',
        base: wanted,
      });
      const evidence = wanted === undefined ? 'layers' : 'option';
      assert.deepEqual(subject.base, { evidence, id: digestOf(configOf(base)), name: 'base:1', layers: 1 });
    }
  });
  test('one that is damaged is none, and does not matter', async () => {
    const broken = { ...base, config: { architecture: 7 } };
    await using subject = await open(archive(saveMembers(IMAGE, broken)), { reference: '@0' });
    assert.equal(subject.base.evidence, 'history');
    assert.equal(subject.defaultReference, 'skinny-team-app:1.0');
  });
  test('none: all is kept by need alone', async () => {
    await using subject = await open(archive(saveMembers(IMAGE)), { base: 'none' });
    assert.deepEqual([subject.base.evidence, subject.base.layers], ['none', 2]);
    await using snapshot = await snapshotOf(subject);
    assert.deepEqual([...snapshot.changed.keys()], []);
  });
  test('with nothing above it', async () => {
    const layers = [BASE, plainLayer(file('bin/.wh.sh'))];
    await using subject = await open(archive(saveMembers({ ...IMAGE, layers })));
    assert.match(((await subject.read(request())) as { unchanged: string }).unchanged, /only in deleted files/);
  });
});

describe('what can’t be read', () => {
  const folder = join(FOLDER, 'folder');
  mkdirSync(folder);
  const link = join(FOLDER, 'link.tar');
  symlinkSync(archive(saveMembers(IMAGE)), link);
  const cases: [what: string, path: string, code: string, message: RegExp, more?: Partial<ArchiveSubjectOptions>][] = [
    ['a file that is not there', join(FOLDER, 'none.tar'), 'USAGE', /none\.tar can't be read: ENOENT/],
    ['a folder', folder, 'USAGE', /it is not a file/],
    ['an archive of something else', archive([file('a')]), 'BAD_ARCHIVE', /tar is damaged, or no archive of an image/],
    ['an image that it does not have', link, 'USAGE', /has no image other:1/, { reference: 'other:1' }],
    ['a base that it does not have', link, 'USAGE', /no image base:1 here/, { base: 'base:1' }],
  ];
  for (const [what, path, code, message, more] of cases) {
    test(what, () =>
      assert.rejects(
        open(path, more),
        (error) => error instanceof SkinnywhaleError && error.code === code && message.test(error.message),
      ),
    );
  }
  test('a link to an archive is followed', async () => {
    await using subject = await open(link);
    assert.equal(subject.base.layers, 1);
  });
  test('a layer that is another one, and nothing is left of what was unpacked', async () => {
    const members = saveMembers({ ...IMAGE, layers: [BASE, { ...APP, stored: BASE.stored }] });
    await using subject = await open(archive(members));
    const asked = request();
    await assert.rejects(
      async () => await subject.read(asked),
      (error) => error instanceof SkinnywhaleError && /^.*tar is damaged.*layer.tar is another one/.test(error.message),
    );
  });
  test('an archive while the run is broken off', async () => {
    const controller = new AbortController();
    await using subject = await open(link, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(async () => await subject.read(request()), /enough|aborted/);
  });
});
