import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { Closure } from '../../../src/closure/closure-result.ts';
import { type ElfFile, readElf } from '../../../src/elf/elf-file.ts';
import { FileTree } from '../../../src/filesystem/file-tree.ts';
import type { TreeEntry } from '../../../src/filesystem/tree-entry.ts';
import { EntryMap } from '../../../src/filesystem/tree-index.ts';
import { baseName, type ImagePath, imagePath } from '../../../src/model/image-path.ts';
import { closureOf, type DebianTree, debianTree } from '../../debian/debian-tree.ts';

/** What Debian's packages of an architecture are made of. */
interface Architecture {
  readonly machine: number;
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  readonly triplet: string;
  /** PT_INTERP of its programs */
  readonly interpreter: string;
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  arm64: {
    machine: 183,
    class: 64,
    byteOrder: 'little',
    triplet: 'aarch64-linux-gnu',
    interpreter: '/lib/ld-linux-aarch64.so.1',
  },
  armhf: {
    machine: 40,
    class: 32,
    byteOrder: 'little',
    triplet: 'arm-linux-gnueabihf',
    interpreter: '/lib/ld-linux-armhf.so.3',
  },
  i386: { machine: 3, class: 32, byteOrder: 'little', triplet: 'i386-linux-gnu', interpreter: '/lib/ld-linux.so.2' },
  mips64el: {
    machine: 8,
    class: 64,
    byteOrder: 'little',
    triplet: 'mips64el-linux-gnuabi64',
    interpreter: '/lib64/ld.so.1',
  },
  ppc64el: {
    machine: 21,
    class: 64,
    byteOrder: 'little',
    triplet: 'powerpc64le-linux-gnu',
    interpreter: '/lib64/ld64.so.2',
  },
  s390x: { machine: 22, class: 64, byteOrder: 'big', triplet: 's390x-linux-gnu', interpreter: '/lib/ld64.so.1' },
};

/** What /bin/bash and /usr/bin/perl need, as their packages' dependencies say, by soname. */
const LIBRARIES = ['libc.so.6', 'libcrypt.so.1', 'libm.so.6', 'libtinfo.so.6'];

const PROBLEMS = [
  'unresolved-library',
  'provided-by-host',
  'unresolved-interpreter',
  'blocked-library',
  'version-mismatch',
];

function keptElves({ tree, content }: DebianTree, closure: Closure): { path: ImagePath; elf: ElfFile }[] {
  return [...closure.kept.keys()].flatMap((path) => {
    const entry = tree.get(path);
    const elf = entry?.type === 'file' ? readElf(content.content(entry)) : undefined;
    return elf === undefined || 'defect' in elf ? [] : [{ path, elf }];
  });
}

function checkPrograms(root: DebianTree, wanted: Architecture): void {
  const closure = closureOf(root, ['/usr/bin/perl', '/bin/bash'], { rules: ['-all'], dlopen: 'off', programs: 'off' });
  assert.deepEqual(
    closure.findings.filter(({ kind }) => PROBLEMS.includes(kind)),
    [],
  );
  const elves = keptElves(root, closure);
  for (const { path, elf } of elves) {
    assert.deepEqual([elf.machine, elf.class, elf.byteOrder], [wanted.machine, wanted.class, wanted.byteOrder], path);
  }
  const libraries = elves.filter(({ path }) => !/(^|\/)bin\//.test(path));
  const sonames = libraries.map(({ elf }) => elf.soname ?? '').filter((soname) => !soname.startsWith('ld'));
  assert.deepEqual(sonames.sort(), LIBRARIES);
  for (const { path } of libraries) assert.match(path, new RegExp(`^(usr/)?lib/${wanted.triplet}/`));
  // The way to the interpreter, with every link on it.
  const { entry, links } = root.tree.resolve(wanted.interpreter);
  assert.ok(entry !== undefined && [entry.path, ...links].every((path) => closure.kept.has(path)));
}

for (const [name, wanted] of Object.entries(ARCHITECTURES)) {
  test(`programs of ${name} find what they need in their own system`, async () => {
    const root = await debianTree(['bash', 'perl-base'], name);
    checkPrograms(root, wanted);
    // The same with an absolute link in place of /lib: on this machine that is another directory.
    assert.ok(existsSync('/usr/lib'));
    checkPrograms({ ...root, tree: withLibLink(root.tree, '/usr/lib') }, wanted);
    // And where the link leads to what this machine has, and the system has not.
    const host =
      ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].find((path) => existsSync(path)) ?? '/usr/sbin';
    if (host.includes(wanted.triplet)) return;
    const lost = { ...root, tree: withLibLink(root.tree, host) };
    const closure = closureOf(lost, ['/usr/bin/perl'], { rules: ['-all'], dlopen: 'off', programs: 'off' });
    assert.ok(lost.tree.resolve(host).entry === undefined && existsSync(host));
    const interpreters = closure.findings.flatMap((one) => (one.kind === 'unresolved-interpreter' ? [one.name] : []));
    assert.deepEqual(interpreters, [wanted.interpreter]);
    assert.deepEqual(
      keptElves(lost, closure).map(({ path }) => baseName(path)),
      ['perl'],
    );
  });
}

/** A copy of a tree in which /lib is a link to `target`, what is in /lib being moved to /usr/lib where it is not there already. */
function withLibLink(tree: FileTree, target: string): FileTree {
  const entries = new Map<ImagePath, TreeEntry>();
  let lib: TreeEntry | undefined;
  for (const entry of tree.entries()) {
    if (entry.path === imagePath('/lib')) {
      lib = entry;
      continue;
    }
    const path = entry.path.startsWith('lib/') ? imagePath(`/usr/${entry.path}`) : entry.path;
    if (!entries.has(path)) entries.set(path, copyOf(entry, { path }));
  }
  assert.ok(lib !== undefined);
  const link = copyOf(lib, { type: 'symlink', target });
  return new FileTree(new EntryMap(entries.set(lib.path, copyOf(link, { inode: link }))));
}

function copyOf(entry: TreeEntry, changes: Partial<TreeEntry>): TreeEntry {
  const { number, path, type, mode, uid, gid, size, mtime, target, inode, place } = entry;
  const { hasCapabilities, headerLength } = entry;
  const copied = {
    number,
    path,
    type,
    mode,
    uid,
    gid,
    size,
    mtime,
    target,
    inode,
    place,
    hasCapabilities,
    headerLength,
  };
  return { ...copied, ...changes };
}
