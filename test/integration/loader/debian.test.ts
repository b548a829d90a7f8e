import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readElf } from '../../../src/elf/elf-file.ts';
import { imagePath } from '../../../src/model/image-path.ts';
import { closureOf, debianTree } from '../../debian/debian-tree.ts';
import { DESKTOP } from '../../debian/systems.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';
const HEADERS = { rules: ['-all'], dlopen: 'off', programs: 'off' } as const;

test('libblas3 through /etc/alternatives: every link on the way, and what they lead to', async () => {
  const root = await debianTree(DESKTOP);
  const { kept, findings } = closureOf(root, [`${LIB}/lapack/liblapack.so.3`], HEADERS);
  const { path, links } = root.tree.resolve(`${LIB}/libblas.so.3`);
  assert.equal(`/${path}`, `${LIB}/blas/libblas.so.3.11.0`);
  assert.ok(links.includes(imagePath('/etc/alternatives/libblas.so.3-x86_64-linux-gnu')));
  for (const each of [path, ...links, imagePath('/etc/ld.so.cache')]) assert.ok(kept.has(each), `/${each}`);
  assert.deepEqual(findings, []);
});

test('java starts through alternatives, and finds libjli by its $ORIGIN', async () => {
  const root = await debianTree(DESKTOP);
  const home = '/usr/lib/jvm/java-17-openjdk-amd64';
  const { kept } = closureOf(root, ['/usr/bin/java'], HEADERS);
  for (const path of ['/etc/alternatives/java', `${home}/bin/java`, `${home}/lib/libjli.so`]) {
    assert.ok(kept.has(imagePath(path)), path);
  }
  // jvm.cfg is a link to /etc: with all of the runtime, its target comes along.
  const { path, links } = root.tree.resolve(`${home}/lib/jvm.cfg`);
  assert.equal(path, imagePath('/etc/java-17-openjdk/jvm-amd64.cfg'));
  const whole = closureOf(root, ['/usr/bin/java']);
  for (const each of [path, ...links]) assert.ok(whole.kept.has(each), `/${each}`);
});

test('a JDK’s libraries need libjvm.so, which the program that loads them has already', async () => {
  const root = await debianTree(DESKTOP);
  const { findings } = closureOf(root, ['/usr/bin/java']);
  const kinds = new Set(findings.map(({ kind }) => kind));
  assert.ok(kinds.has('provided-by-host') && !kinds.has('unresolved-library'), JSON.stringify([...kinds]));
  assert.ok(findings.some((finding) => finding.kind === 'provided-by-host' && finding.name === 'libjvm.so'));
});

test('Mesa’s drivers are one file with many names, read and kept as that', async () => {
  const root = await debianTree(DESKTOP);
  const drivers = root.tree.children(imagePath(`${LIB}/dri`)).filter(({ path }) => path.endsWith('_dri.so'));
  assert.ok(drivers.length > 5);
  assert.equal(new Set(drivers.map(({ inode }) => inode)).size, 1);
  const seeds = drivers.map(({ path }) => `/${path}`);
  const { kept, findings } = closureOf(root, seeds, HEADERS);
  assert.deepEqual(findings, []);
  const [first] = drivers;
  const elf = first && readElf(root.content.content(first));
  assert.ok(elf !== undefined && !('defect' in elf) && elf.needed.length > 5);
  for (const name of elf.needed)
    assert.ok(
      [...kept.keys()].some((path) => path.endsWith(`/${name}`)),
      name,
    );
});

test('nothing that Debian’s base programs need is unresolved, and every symbol version is there', async () => {
  const root = await debianTree(DESKTOP);
  const programs = ['usr/bin', 'usr/sbin'].flatMap((directory) => root.tree.children(imagePath(directory)));
  const { findings, kept } = closureOf(
    root,
    programs.map(({ path }) => `/${path}`),
    HEADERS,
  );
  const problems = findings.filter(({ kind }) => kind !== 'unresolved-interpreter' && kind !== 'unresolved-command');
  assert.ok(kept.size > 300);
  assert.deepEqual(problems, []);
});
