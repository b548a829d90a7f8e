import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { programFiles } from '../../../src/loader/program-files.ts';
import { type Bundle, bundleProgram } from '../../../src/proof/container-run/bundle.ts';
import { buildElf } from '../../builders/elf.ts';
import { type Fixture, file, fixture, program, readFixture, symlink } from '../../builders/tar.ts';

const LOADER = '/lib64/ld-linux-x86-64.so.2';

/** A system with a program whose library stands in two versions, one for newer CPUs. */
function system(): Fixture {
  const library = (name: string, needed: readonly string[] = []): Buffer => buildElf({ soname: name, needed });
  return fixture(
    program('usr/bin/tool', buildElf({ interpreter: LOADER, needed: ['libx.so.1'] }), { mode: 0o4755 }),
    program('usr/bin/static', buildElf({ type: 'executable', dynamic: false })),
    program('usr/bin/script', '#!/bin/sh\n'),
    program('usr/bin/broken', buildElf({ interpreter: LOADER, needed: ['libgone.so.9'] })),
    program('lib/x/ld.so', library('ld-linux-x86-64.so.2')),
    symlink('lib64/ld-linux-x86-64.so.2', '/lib/x/ld.so'),
    symlink('usr/lib64/libx.so.1', 'libx.so.1.2'),
    file('usr/lib64/libx.so.1.2', library('libx.so.1', ['liby.so'])),
    file('usr/lib64/glibc-hwcaps/x86-64-v3/libx.so.1', library('libx.so.1', ['libz.so'])),
    file('usr/lib64/liby.so', library('liby.so')),
    file('usr/lib64/libz.so', library('libz.so')),
  );
}

async function contents(bundle: Bundle): Promise<Fixture> {
  return readFixture(await buffer(bundle.archive()));
}

/** The paths in a bundle's folder, with mode and size. */
async function listing(bundle: Bundle): Promise<string[]> {
  const { tree } = await contents(bundle);
  return [...tree.entries()].map(
    ({ path, mode, size, type }) => `${path.replace(bundle.folder, '')} ${mode.toString(8)} ${type} ${size}`,
  );
}

test('a program, its loader and the libraries for any CPU, under the names that the loader looks for', async () => {
  const source = system();
  const bundle = bundleProgram({ source, path: '/usr/bin/tool', resolve: programFiles });
  const folder = `/${bundle.folder}`;
  assert.match(folder, /^\/\.skinnywhale-[0-9a-f]{16}$/);
  assert.deepEqual(bundle.command, [`${folder}/ld.so`, '--library-path', `${folder}/lib`, `${folder}/bin/tool`]);
  const size = (path: string): number => source.tree.resolve(path).entry?.size ?? -1;
  assert.deepEqual(await listing(bundle), [
    ' 755 directory 0',
    '/bin 755 directory 0',
    `/bin/tool 755 file ${size('/usr/bin/tool')}`,
    `/ld.so 755 file ${size('/lib/x/ld.so')}`,
    '/lib 755 directory 0',
    `/lib/libx.so.1 755 file ${size('/usr/lib64/libx.so.1')}`,
    `/lib/liby.so 755 file ${size('/usr/lib64/liby.so')}`,
    `/lib/libz.so 755 file ${size('/usr/lib64/libz.so')}`,
    '/out 1777 directory 0',
  ]);
  const { tree, content } = await contents(bundle);
  const copy = tree.resolve(`${folder}/lib/libx.so.1`).entry;
  const original = source.tree.resolve('/usr/lib64/libx.so.1.2').entry;
  assert.ok(copy && original);
  assert.deepEqual(content.content(copy).read(0, copy.size), source.content.content(original).read(0, original.size));
});

test('a static program needs nothing, and starts by itself', async () => {
  const bundle = bundleProgram({ source: system(), path: '/usr/bin/static', resolve: programFiles });
  assert.deepEqual(bundle.command, [`/${bundle.folder}/bin/static`]);
  assert.equal((await listing(bundle)).filter((line) => line.includes(' file ')).length, 1);
});

test('two bundles of a program have folders of their own, and an archive can be made again', async () => {
  const options = { source: system(), path: '/usr/bin/tool', resolve: programFiles };
  const [one, two] = [bundleProgram(options), bundleProgram(options)];
  assert.notEqual(one.folder, two.folder);
  assert.deepEqual(await buffer(one.archive()), await buffer(one.archive()));
});

test('further files come along', async () => {
  const files = new Map([['probe.mjs', Buffer.from('1')]]);
  const bundle = bundleProgram({ source: system(), path: '/usr/bin/static', resolve: programFiles, files });
  assert.ok((await listing(bundle)).includes('/probe.mjs 644 file 1'));
});

test('what is held outlives its source', async () => {
  const { tree, content } = system();
  let isGone = false;
  const source = {
    tree,
    content: {
      content: (...args: Parameters<typeof content.content>) => {
        assert.ok(!isGone);
        return content.content(...args);
      },
    },
  };
  const bundle = bundleProgram({ source, path: '/usr/bin/tool', resolve: programFiles, hold: true });
  isGone = true;
  assert.equal((await listing(bundle)).length, 9);
});

test('a source that gets shorter meanwhile is an error for who reads the archive', async () => {
  const { tree, content } = system();
  const source = {
    tree,
    content: { content: (...args: Parameters<typeof content.content>) => content.content(...args) },
  };
  const bundle = bundleProgram({ source, path: '/usr/bin/tool', resolve: programFiles });
  source.content.content = (entry) => ({ size: entry.size, read: () => Buffer.alloc(0) });
  await assert.rejects(buffer(bundle.archive()), /shorter than it was/);
});

test('the machine that a program is for, and what it mentions', () => {
  const bundle = bundleProgram({ source: system(), path: '/usr/bin/tool', resolve: programFiles });
  const answers = ['amd64', '386', 'arm64', 'pdp11'].map((architecture) => bundle.runsOn(architecture));
  assert.deepEqual(answers, [true, false, false, undefined]);
  assert.deepEqual(
    ['libx.so.1', 'libq.so'].map((text) => bundle.mentions(text)),
    [true, false],
  );
});

test('a text is found across the borders of the pieces that are read', () => {
  const long = Buffer.concat([buildElf({ type: 'executable', dynamic: false }), Buffer.alloc(3 << 20)]);
  long.write('--seccomp-bpf', (1 << 20) - 5, 'latin1');
  const source = fixture(program('bin/long', long));
  const bundle = bundleProgram({ source, path: '/bin/long', resolve: programFiles });
  assert.deepEqual([bundle.mentions('--seccomp-bpf'), bundle.mentions('--seccomp-bpg')], [true, false]);
});

for (const [path, message] of [
  ['/usr/bin/script', /script can't be taken along: it is not an ELF program/],
  ['/usr/bin/none', /none can't be taken along: it is not there/],
  ['/usr/bin/broken', /broken can't be taken along: the library libgone\.so\.9 is missing/],
] as const) {
  test(`refused: ${path}`, () => {
    assert.throws(() => bundleProgram({ source: system(), path, resolve: programFiles }), message);
  });
}
