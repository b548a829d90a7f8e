import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileTree } from '../../src/filesystem/file-tree.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { EntryMap } from '../../src/filesystem/tree-index.ts';
import { canonicalPath, type ImagePath, parentPath } from '../../src/model/image-path.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { packageData } from '../../src/packages/package-data.ts';
import { directory, file, fixture, symlink, type TarMember } from '../builders/tar.ts';
import { cut } from './cut.ts';

test('rpm: the database is left out with a warning, unless it is to be kept', () => {
  const places = [
    ['var/lib/rpm/Packages', 'var/lib/rpm'],
    ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'usr/lib/sysimage/rpm'],
  ];
  for (const [database = '', place = ''] of places) {
    const members = [file(database, 'bytes'), file(`${place}/more`, 'bytes'), file('usr/bin/x', 'x')];
    const kept = [place, database, `${place}/more`, 'usr/bin/x'];
    const honest = cut(members, kept);
    assert.deepEqual(Object.keys(honest.files), ['usr/bin/x']);
    assert.match(honest.data.warnings.join(), /rpm.*--package-data keep/);
    assert.equal(honest.data.database, 'rpm');
    const whole = cut(members, kept, 'keep');
    assert.deepEqual(Object.keys(whole.files), [database, `${place}/more`, 'usr/bin/x'].sort());
    assert.deepEqual(whole.data.warnings, []);
    assert.deepEqual(Object.keys(cut(members, kept, 'drop').files), ['usr/bin/x']);
  }
});

test('a link that stands for the rpm database goes with it', () => {
  const members = [
    file('usr/lib/sysimage/rpm/rpmdb.sqlite', 'b'),
    symlink('var/lib/rpm', '../../usr/lib/sysimage/rpm'),
  ];
  const { files } = cut(members, ['var/lib/rpm', 'usr/lib/sysimage/rpm/rpmdb.sqlite']);
  assert.deepEqual(files, {});
});

test('without any database nothing happens', () => {
  const { data } = cut([file('usr/bin/x')], ['usr/bin/x']);
  assert.equal(data.database, null);
  assert.deepEqual([data.replaced.size, data.removed.size, data.added.size, data.alsoKeep.size], [0, 0, 0, 0]);
});

test('a database that was excluded is not made again', () => {
  const members = [
    file('usr/bin/x'),
    file('lib/apk/db/installed', 'P:x\nF:usr/bin\nR:x\n\n'),
    file('var/lib/dpkg/status', 'Package: x\nArchitecture: all\n'),
    file('var/lib/dpkg/info/x.list', '/usr/bin/x\n'),
  ];
  for (const hidden of ['var/lib/dpkg/', 'lib/apk/']) {
    const { tree, content } = fixture(
      ...members.filter(({ name }) => !name.startsWith(hidden === 'lib/apk/' ? 'var/' : 'lib/')),
    );
    const visible = tree.without(({ path }) => path.startsWith(hidden));
    const kept = new Set([canonicalPath('usr/bin/x')]);
    const database = readPackages({ tree, content });
    const data = packageData({ database, tree: visible, content, kept, mode: 'honest' });
    assert.equal(data.packages.present.length, 1);
    assert.deepEqual([data.replaced.size, data.added.size], [0, 0], hidden);
  }
});

test('the tree is asked about directories, not about each file of each package', () => {
  const packages = 100;
  const files = 600;
  const members: TarMember[] = [directory('usr/share')];
  let status = '';
  for (let one = 0; one < packages; one++) {
    const paths = Array.from({ length: files }, (_, number) => `/usr/share/p${one}/d${number % 10}/file${number}`);
    const directories = Array.from({ length: 10 }, (_, number) => `/usr/share/p${one}/d${number}`);
    members.push(
      file(
        `var/lib/dpkg/info/p${one}.list`,
        ['/.', '/usr', `/usr/share/p${one}`, ...directories, ...paths, ''].join('\n'),
      ),
    );
    const sums = paths.map((path) => `0123456789abcdef0123456789abcdef  ${path.slice(1)}\n`);
    members.push(file(`var/lib/dpkg/info/p${one}.md5sums`, sums.join('')));
    status += `Package: p${one}\nStatus: install ok installed\nArchitecture: all\n\n`;
    if (one < 3) for (const path of paths.slice(0, 20)) members.push(file(path.slice(1)));
    else members.push(directory(`usr/share/p${one}`));
  }
  const { tree, content } = fixture(...members, file('var/lib/dpkg/status', status));
  const known = new Map<ImagePath, TreeEntry>([...tree.entries()].map((entry) => [entry.path, entry]));
  const kept = new Set([...known.keys()].filter((path) => /^usr\/share\/p[012]\/d.*file/.test(path)));
  const index = new EntryMap(known);
  const asked: ImagePath[] = [];
  const counting = new FileTree({
    known: (path) => index.known(path),
    numbered: (number) => index.numbered(number),
    get(path) {
      asked.push(path);
      return index.get(path);
    },
    children: (path) => index.children(path),
    entries: () => assert.fail('the whole tree is read'),
  });
  const source = { tree: counting, content };
  const start = performance.now();
  const { packages: found } = packageData({ database: readPackages(source), ...source, kept, mode: 'honest' });
  const milliseconds = performance.now() - start;
  assert.deepEqual(
    found.present.map(({ record, kept: left, files: all }) => [record.name, left, all]),
    ['p0', 'p1', 'p2'].map((name) => [name, 20, files]),
  );
  const inPackages = asked.filter((path) => path.startsWith('usr/share/p') && !kept.has(path));
  const looked = new Set(inPackages.filter((path) => parentPath(path) !== 'usr/share'));
  assert.deepEqual([...looked], []);
  assert.ok(asked.length < 5_000, `${asked.length} questions`);
  assert.ok(milliseconds < 1_500, `${milliseconds} ms for ${packages * files} paths`);
});
