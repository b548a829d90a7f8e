import assert from 'node:assert/strict';
import { test } from 'node:test';
import { program } from '../../builders/tar.ts';
import { install } from '../../real-programs/compare.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { contentsBelow, pathsBelow, type Tree } from '../cases/tree.ts';
import { merged, packagesIn, paragraphs, wrongSums } from './installed-files.ts';

const DPKG = 'var/lib/dpkg';
const lab = await openLab('records');
const parent = await lab.engine.baseImage();
const container = await install(lab.docker, { name: 'records', packages: ['file'], run: [] }, parent);
lab.owns({ container });
const fat = (await lab.exported(container)).tree;

/** `libc6:amd64`, as the lists are called; their names say which packages have an architecture in them. */
function idOf(stanza: ReadonlyMap<string, string>): string {
  const name = stanza.get('Package') ?? '';
  const long = `${name}:${stanza.get('Architecture')}`;
  return fat.has(`${DPKG}/info/${long}.list`) ? long : name;
}

/** Compares all of a cut dpkg database with what is in the image. */
function checkStatus(tree: Tree): string[] {
  const expected = packagesIn(tree, fat);
  const stanzas = new Map(paragraphs(tree.get(`${DPKG}/status`)?.content ?? '').map((one) => [idOf(one), one]));
  assert.deepEqual([...stanzas.keys()].sort(), [...expected.keys()].sort());
  for (const [id, { kept, files }] of expected) {
    const mark = stanzas.get(id)?.get('X-Skinnywhale') ?? '';
    const counts = /^partial, (\d+) of (\d+) files/.exec(mark)?.slice(1).map(Number);
    assert.deepEqual(counts, kept < files ? [kept, files] : undefined, `${id}: ${mark}`);
    assert.equal(stanzas.get(id)?.get('Status'), 'install ok installed');
  }
  const info = contentsBelow(tree, `${DPKG}/info`);
  const ids = Object.keys(info).map((name) => name.replace(/\.[^.]*$/, ''));
  assert.deepEqual(
    ids.filter((id) => !expected.has(id) && id !== 'format'),
    [],
  );
  for (const id of expected.keys()) {
    const listed = (info[`${id}.list`] ?? '').split('\n').filter((line) => !['', '/.'].includes(line));
    assert.ok(listed.length > 0, `${id} has no list`);
    assert.deepEqual(
      listed.filter((line) => !tree.has(merged(line.slice(1)))),
      [],
    );
    assert.deepEqual(wrongSums(info[`${id}.md5sums`] ?? '', tree), []);
    const licence = `usr/share/doc/${id.replace(/:.*/, '')}/copyright`;
    if (fat.get(licence)?.type === 'file') assert.ok(tree.has(licence), licence);
  }
  return [...expected.keys()];
}

test('a status that the container wrote has the packages of which something is in the image, and no other', async () => {
  const { tree, image, stdout } = await lab.skinnyImage(container);
  const ids = checkStatus(tree);
  assert.ok(ids.includes('file') && ids.includes('libc6:amd64') && !ids.includes('apt'), ids.join(' '));
  assert.match(stdout, /Largest dropped packages\n {4}.*\d kB|MB/);
  assert.match((await lab.docker.run(image, ['file', '/etc/passwd'])).stdout, /ASCII text/);
});

test('what is excluded makes packages partial, or absent where nothing is left of them', async () => {
  const whole = checkStatus(await lab.skinny(container));
  const left = checkStatus(
    await lab.skinny(container, '--exclude', '/usr/lib/x86_64-linux-gnu/**', '--exclude', '/etc/**'),
  );
  assert.ok(left.includes('file') && whole.includes('zlib1g:amd64') && !left.includes('zlib1g:amd64'), left.join(' '));
});

test('dpkg itself reads the database that is left, and misses no file', async () => {
  const { image, tree } = await lab.skinnyImage(container, '--include', '/usr/bin/dpkg*');
  const ids = checkStatus(tree);
  assert.ok(ids.includes('dpkg'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills it in
  const shown = await lab.docker.run(image, ['dpkg-query', '-W', '-f', '${binary:Package} ${db:Status-Status}\n']);
  assert.equal(shown.stderr, '');
  assert.deepEqual(shown.stdout.trim().split('\n').sort(), ids.map((id) => `${id} installed`).sort());
  const verified = await lab.docker.run(image, ['dpkg', '--verify']);
  assert.deepEqual([verified.exitCode, verified.stdout, verified.stderr], [0, '', '']);
  const searched = await lab.docker.run(image, ['dpkg', '-S', '/usr/bin/file']);
  assert.equal(searched.stdout, 'file: /usr/bin/file\n');
});

test('a database of the parent image only becomes a record for each package, as distroless images have them', async () => {
  const plain = await lab.containerWith(parent, [program('opt/run', '#!/bin/sh\nexec grep root /etc/passwd\n')]);
  const original = (await lab.exported(plain)).tree;
  const { tree, image } = await lab.skinnyImage(plain);
  const expected = packagesIn(tree, original);
  const records = contentsBelow(tree, `${DPKG}/status.d`);
  assert.deepEqual(
    pathsBelow(tree, DPKG).filter((path) => !path.startsWith('status.d')),
    [],
  );
  const names = [...expected.keys()].map((id) => id.replace(/:.*/, ''));
  const stanzas = Object.keys(records).filter((name) => !name.endsWith('.md5sums'));
  assert.deepEqual(stanzas.sort(), names.sort());
  assert.ok(names.includes('libc6') && names.includes('grep'), names.join(' '));
  const status = new Map(
    paragraphs(original.get(`${DPKG}/status`)?.content ?? '').map((one) => [one.get('Package'), one]),
  );
  for (const [name, text] of Object.entries(records)) {
    if (name.endsWith('.md5sums')) assert.deepEqual(wrongSums(text, tree), []);
    else {
      const [stanza, ...more] = paragraphs(text);
      assert.deepEqual(more, []);
      for (const field of ['Package', 'Version', 'Architecture', 'Source', 'Status']) {
        assert.equal(stanza?.get(field), status.get(name)?.get(field), `${field} of ${name}`);
      }
    }
  }
  assert.match((await lab.docker.run(image, ['/opt/run'])).stdout, /^root:/);
  // Nothing says when it was made.
  const time = original.get(DPKG)?.mtime ?? 0;
  for (const name of stanzas) assert.ok((tree.get(`${DPKG}/status.d/${name}`)?.mtime ?? Number.NaN) <= time);
});

test('--package-data: keep leaves the records as they are, drop leaves none', async () => {
  const kept = await lab.skinny(container, '--package-data', 'keep');
  assert.equal(kept.get(`${DPKG}/status`)?.content, fat.get(`${DPKG}/status`)?.content);
  const dropped = await lab.skinny(container, '--package-data', 'drop');
  assert.deepEqual(
    pathsBelow(dropped, DPKG).filter((path) => !path.startsWith('alternatives')),
    [],
  );
});

nothingIsLeft(lab);
