import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { agree, GLIBC } from './agree.ts';
import { LoaderRoot } from './root.ts';

/** Makes /d1/liba.so what it should be, a good library being there. */
type Spoil = (root: LoaderRoot) => void | Promise<void>;

const PASSED_OVER: Readonly<Record<string, Spoil>> = {
  'of the other class': (root) => root.patch('/d1/liba.so', { 4: 1 }),
  'of the other class and byte order': (root) => root.patch('/d1/liba.so', { 4: 1, 5: 2 }),
  'of another machine': (root) => root.patch('/d1/liba.so', { 18: 183 }),
  'of the other byte order, the machine’s number written so, too': (root) =>
    root.patch('/d1/liba.so', { 5: 2, 18: 0, 19: 62 }),
  'of another machine and a foreign system': (root) => root.patch('/d1/liba.so', { 7: 9, 18: 183 }),
  'of another machine, neither library nor program': (root) => root.patch('/d1/liba.so', { 18: 183, 16: 9 }),
  'a dangling link': (root) => {
    rmSync(root.at('/d1/liba.so'));
    root.link('/d1/liba.so', '/none');
  },
  'below a file': (root) => {
    rmSync(root.at('/d1'), { recursive: true });
    root.write('/d1', 'x');
  },
};

const FATAL: Readonly<Record<string, Spoil>> = {
  empty: (root) => root.write('/d1/liba.so', ''),
  'too short': (root) => root.write('/d1/liba.so', '\x7fELF\x02\x01\x01'),
  'a text': (root) => root.write('/d1/liba.so', `GROUP ( libc.so.6 )${' '.repeat(80)}`),
  'a directory': (root) => {
    rmSync(root.at('/d1/liba.so'));
    mkdirSync(root.at('/d1/liba.so'));
  },
  'of the other byte order': (root) => root.patch('/d1/liba.so', { 5: 2 }),
  'of a foreign system': (root) => root.patch('/d1/liba.so', { 7: 9 }),
  'neither library nor program': (root) => root.patch('/d1/liba.so', { 16: 4 }),
  'with program headers of a wrong size': (root) => root.patch('/d1/liba.so', { 54: 55 }),
  'a program': async (root) => await root.program('/d1/liba.so', {}, ['-no-pie']),
  'a position-independent program': async (root) => await root.program('/d1/liba.so', {}, ['-pie']),
};

async function withFirst(spoil: Spoil, check: (root: LoaderRoot) => Promise<void>): Promise<void> {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['liba.so'], runpath: '/d1:/d2' });
  for (const directory of ['d1', 'd2']) await root.library(`/${directory}/liba.so`);
  await spoil(root);
  await check(root);
}

for (const [name, spoil] of Object.entries(PASSED_OVER)) {
  test(`a first candidate that is passed over: ${name}`, async () => {
    await withFirst(spoil, async (root) => await agree(root, { files: ['d2/liba.so'] }));
  });
}

for (const [name, spoil] of Object.entries(FATAL)) {
  test(`a first candidate that ends the search: ${name}`, async () => {
    await withFirst(spoil, async (root) => {
      const loaded = await root.run('/bin/main');
      assert.ok(loaded.failed && !loaded.output.includes('/d2'), loaded.output);
      const { closure, files } = root.kept('/bin/main');
      assert.deepEqual(files, GLIBC);
      assert.deepEqual(
        closure.findings.map((finding) => [finding.kind, 'candidate' in finding && finding.candidate]),
        [['blocked-library', 'd1/liba.so']],
      );
    });
  });
}

test('a circle of links ends its list; the next list is searched', async () => {
  await withFirst(
    (root) => {
      rmSync(root.at('/d1/liba.so'));
      root.link('/d1/liba.so', 'liba.so');
    },
    async (root) => {
      await agree(root, { missing: ['liba.so'] });
      await root.library('/lib/liba.so');
      await agree(root, { files: ['usr/lib/liba.so'] });
    },
  );
});

test('so does a link that leads through a file', async () => {
  await withFirst(
    (root) => {
      rmSync(root.at('/d1/liba.so'));
      root.link('/d1/liba.so', '/d2/liba.so/x');
    },
    async (root) => await agree(root, { missing: ['liba.so'] }),
  );
});
