import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerChange } from '../../src/engine/client.ts';
import type { FileTree } from '../../src/filesystem/file-tree.ts';
import { type ChangeLayer, findChangeLayer } from '../../src/subject/change-layer.ts';
import { ListedChanges } from '../../src/subject/listed-changes.ts';
import { directory, file, fixture, symlink } from '../builders/tar.ts';

const KINDS = { A: 'added', C: 'modified', D: 'deleted' } as const;

/** The engine's list in the notation of `docker diff`: `A /path`. */
function diff(...lines: string[]): ContainerChange[] {
  return lines.map((line) => ({ kind: KINDS[line[0] as keyof typeof KINDS], path: line.slice(2) }));
}

interface Question {
  readonly tree: FileTree;
  readonly changes: readonly ContainerChange[];
  readonly mounts?: readonly string[];
  readonly parent?: FileTree;
}

async function find({ tree, changes, mounts = [], parent }: Question): Promise<ChangeLayer> {
  return findChangeLayer(new ListedChanges(changes), tree, {
    mountTargets: mounts,
    parentTree: async () => {
      assert.ok(parent, 'the parent image is read, which is dear, and need not be');
      return parent;
    },
  });
}

function paths({ changed }: ChangeLayer): string[] {
  return [...changed.keys()];
}

test('what was added or modified and is there belongs to the change layer, what was deleted does not', async () => {
  const { tree } = fixture(file('etc/new', 'x'), file('etc/old', 'x'), file('etc/same', 'x'));
  const layer = await find({ tree, changes: diff('C /etc', 'A /etc/new', 'C /etc/old', 'D /etc/gone') });
  assert.deepEqual(paths(layer), ['etc', 'etc/new', 'etc/old']);
  assert.equal(layer.hasContent, true);
});

test('kinds are hints: what the tree has counts, whatever the engine calls it', async () => {
  const { tree } = fixture(directory('was-file'), file('was-file/new'), file('was-dir', 'x'), file('plain', 'x'));
  const layer = await find({
    tree,
    changes: diff('C /was-file', 'A /was-file/new', 'C /was-dir', 'D /plain', 'A /vanished'),
  });
  assert.deepEqual(paths(layer), ['plain', 'was-dir', 'was-file', 'was-file/new']);
  assert.equal(layer.hasContent, true);
});

test('a re-created directory counts with what is in it now', async () => {
  const { tree } = fixture(file('d/new', 'x'));
  for (const changes of [diff('C /d', 'A /d/new', 'D /d/old'), diff('D /d', 'A /d/new')]) {
    const layer = await find({ tree, changes });
    assert.deepEqual(paths(layer), ['d', 'd/new']);
    assert.equal(layer.hasContent, true);
  }
});

test('there is nothing to slim without content', async () => {
  const { tree } = fixture(directory('etc'), file('etc/x', 'x'));
  for (const changes of [[], diff('D /gone'), diff('C /etc'), diff('C /etc', 'D /etc/gone'), diff('A /not/there')]) {
    assert.equal((await find({ tree, changes })).hasContent, false, JSON.stringify(changes));
  }
});

test('an added directory, a link and an empty file are content', async () => {
  const { tree } = fixture(directory('new'), symlink('link', 'nowhere'), file('empty'));
  for (const line of ['A /new', 'A /link', 'C /link', 'A /empty', 'C /empty', 'D /empty']) {
    assert.equal((await find({ tree, changes: diff(line) })).hasContent, true, line);
  }
});

test('the root itself is no path of the change layer', async () => {
  const { tree } = fixture(directory('.'), file('x'));
  assert.deepEqual(paths(await find({ tree, changes: diff('C /', 'A /x') })), ['x']);
});

test('mount points that the engine made are not the container’s', async () => {
  const { tree } = fixture(directory('vol'), directory('tmpf'), file('bound'), file('x', 'x'));
  const layer = await find({
    tree,
    changes: diff('A /vol', 'A /tmpf', 'A /bound', 'A /x'),
    mounts: ['/vol', '/tmpf', '/bound'],
  });
  assert.deepEqual(paths(layer), ['x']);
});

test('nor are the directories made for them, and nothing but them is nothing to slim', async () => {
  const { tree } = fixture(directory('a/b/vol'));
  const layer = await find({ tree, changes: diff('A /a', 'A /a/b', 'A /a/b/vol'), mounts: ['/a/b/vol'] });
  assert.deepEqual(paths(layer), []);
  assert.equal(layer.hasContent, false);
});

test('directories made for several mounts go with the last of them', async () => {
  const { tree } = fixture(directory('data/a'), directory('data/b'));
  const changes = diff('A /data', 'A /data/a', 'A /data/b');
  assert.deepEqual(paths(await find({ tree, changes, mounts: ['/data/a', '/data/b'] })), []);
  assert.deepEqual(paths(await find({ tree, changes, mounts: ['/data/b'] })), ['data', 'data/a']);
});

test('a directory above a mount point stays where something else in it was changed', async () => {
  const { tree } = fixture(directory('srv/app/vol'), file('srv/app/x', 'x'));
  const layer = await find({
    tree,
    changes: diff('C /srv', 'A /srv/app', 'A /srv/app/vol', 'A /srv/app/x'),
    mounts: ['/srv/app/vol'],
  });
  assert.deepEqual(paths(layer), ['srv', 'srv/app', 'srv/app/x']);
});

test('mount targets are looked up through links, with trailing slashes and non-ASCII names', async () => {
  const { tree } = fixture(symlink('var/run', '/run'), directory('run/sock'), directory('caf\xc3\xa9'), file('x', 'x'));
  const layer = await find({
    tree,
    changes: diff('C /run', 'A /run/sock', 'A /café', 'A /x'),
    mounts: ['/var/run/sock/', '/café'],
  });
  assert.deepEqual(paths(layer), ['x']);
});

test('what the container put under a mount point before it was one is its own', async () => {
  const { tree } = fixture(file('vol/data', 'x'), file('bound', 'content'), directory('old'));
  const layer = await find({
    tree,
    changes: diff('A /vol', 'A /vol/data', 'A /bound', 'C /old'),
    mounts: ['/vol', '/bound', '/old', '/not/in/the/tree'],
  });
  assert.deepEqual(paths(layer), ['bound', 'old', 'vol', 'vol/data']);
});

test('a name that is not UTF-8 is found by its mangled text', async () => {
  const { tree } = fixture(file('caf\xe9/a', 'x'), file('cafe/b', 'x'));
  const layer = await find({ tree, changes: diff('A /caf\ufffd', 'A /caf\ufffd/a') });
  assert.deepEqual(paths(layer), ['caf\xe9', 'caf\xe9/a']);
  assert.equal(layer.hasContent, true);
});

test('a name with a genuine U+FFFD is found, too', async () => {
  const { tree } = fixture(file('x\xef\xbf\xbd', 'x'));
  assert.deepEqual(paths(await find({ tree, changes: diff('A /x\ufffd') })), ['x\xef\xbf\xbd']);
});

test('of several names that look the same, all are meant where the list has as many', async () => {
  const { tree } = fixture(file('x\xe9', '1'), file('x\xea', '2'));
  assert.deepEqual(paths(await find({ tree, changes: diff('A /x\ufffd', 'A /x\ufffd') })), ['x\xe9', 'x\xea']);
});

test('else the parent image’s tree tells which one was changed', async () => {
  const same = file('x\xe9', 'same', { mtime: 5 });
  const { tree } = fixture(same, file('x\xea', 'new', { mtime: 9 }));
  const cases = [fixture(same).tree, fixture(same, file('x\xea', 'old!', { mtime: 1 })).tree];
  for (const parent of cases) {
    assert.deepEqual(paths(await find({ tree, changes: diff('C /x\ufffd'), parent })), ['x\xea']);
  }
});

test('any difference that the engine would report tells them apart', async () => {
  const old = file('x\xe9', 'data', { mtime: 5 });
  const variants = [{ mode: 0o600 }, { uid: 1 }, { gid: 1 }, { mtime: 6 }, { content: 'other' }] as const;
  for (const variant of variants) {
    const { tree } = fixture({ ...old, ...variant }, file('x\xea', 'same'));
    const parent = fixture(old, file('x\xea', 'same')).tree;
    assert.deepEqual(paths(await find({ tree, changes: diff('C /x\ufffd'), parent })), ['x\xe9']);
  }
  const { tree } = fixture(symlink('x\xe9', 'new'), file('x\xea', 'same'));
  const parent = fixture(symlink('x\xe9', 'old'), file('x\xea', 'same')).tree;
  assert.deepEqual(paths(await find({ tree, changes: diff('C /x\ufffd'), parent })), ['x\xe9']);
});

test('where even that does not tell, all of them are taken: too much works, too little does not', async () => {
  const { tree } = fixture(file('x\xe9', '1'), file('x\xea', '2'));
  assert.deepEqual(paths(await find({ tree, changes: diff('C /x\ufffd'), parent: tree })), ['x\xe9', 'x\xea']);
});

test('a deleted one of several does not bring the others in', async () => {
  const { tree } = fixture(file('x\xe9', '1'), file('y', 'x'));
  const parent = fixture(file('x\xe9', '1'), file('x\xea', '2')).tree;
  const layer = await find({ tree, changes: diff('D /x\ufffd', 'A /y'), parent });
  assert.deepEqual(paths(layer), ['y']);
});
