import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptPaths } from '../../src/closure/kept-paths.ts';
import { imagePath } from '../../src/model/image-path.ts';
import { type ConfigReason, requesterOf } from '../../src/model/reason.ts';
import { directory, file, fixture, symlink } from '../builders/tar.ts';

const { tree } = fixture(
  file('usr/lib/libc.so.6'),
  symlink('lib', 'usr/lib'),
  symlink('usr/lib/libc.so', 'libc.so.6'),
  symlink('dangling', 'nowhere'),
  directory('opt/app/bin'),
  directory('opt/plugins'),
  file('opt/app/bin/run'),
  file('opt/data'),
);
const BY_CONFIG: ConfigReason = { kind: 'config', field: 'Cmd', as: 'program' };

function keptBy(...paths: string[]): string[] {
  const kept = new KeptPaths(tree);
  for (const path of paths) kept.require({ path, reason: BY_CONFIG });
  return [...kept.reasons.keys()].sort();
}

test('a path is kept with every link on the way', () => {
  assert.deepEqual(keptBy('/lib/libc.so'), ['lib', 'usr/lib/libc.so', 'usr/lib/libc.so.6']);
});

test('a path that leads nowhere keeps nothing and says so', () => {
  assert.deepEqual(keptBy('/dangling', '/lib/nothing'), []);
  assert.equal(new KeptPaths(tree).require({ path: '/dangling', reason: BY_CONFIG }), false);
});

test('directories that ".." leaves are kept: the walk fails without them', () => {
  assert.deepEqual(keptBy('/opt/plugins/../data'), ['opt/data', 'opt/plugins']);
});

test('but not those that hold the requester, which are there anyway', () => {
  const kept = new KeptPaths(tree);
  kept.require({ path: '/opt/app/bin/../../data', reason: { kind: 'interpreter', by: imagePath('/opt/app/bin/run') } });
  assert.deepEqual([...kept.reasons.keys()], ['opt/data']);
});

test('each path is handed on once, with all the different reasons for it', () => {
  const kept = new KeptPaths(tree);
  const other = { kind: 'interpreter', by: imagePath('/opt/data') } as const;
  for (const reason of [BY_CONFIG, { ...BY_CONFIG }, other]) kept.require({ path: '/opt/app/bin/run', reason });
  assert.deepEqual(kept.reasons.get(imagePath('/opt/app/bin/run')), [BY_CONFIG, other]);
  assert.equal(kept.next()?.path, 'opt/app/bin/run');
  assert.equal(kept.next(), undefined);
});

test('each reason is told once, however many there are', () => {
  const kept = new KeptPaths(tree);
  const programs = Array.from({ length: 100 }, (_, number) => imagePath(`/bin/${number}`));
  for (const by of [...programs, ...programs]) {
    kept.require({ path: '/usr/lib/libc.so.6', reason: { kind: 'interpreter', by } });
  }
  assert.deepEqual(kept.reasons.get(imagePath('/usr/lib/libc.so.6'))?.map(requesterOf), programs);
});

test('paths that share a reason do not share those that come later', () => {
  const kept = new KeptPaths(tree);
  for (const path of ['/opt/data', '/opt/app/bin/run']) kept.require({ path, reason: BY_CONFIG });
  kept.require({ path: '/opt/data', reason: { kind: 'interpreter', by: imagePath('/opt/app/bin/run') } });
  const kindsOf = (path: string) => kept.reasons.get(imagePath(path))?.map(({ kind }) => kind);
  assert.deepEqual(kindsOf('/opt/data'), ['config', 'interpreter']);
  assert.deepEqual(kindsOf('/opt/app/bin/run'), ['config']);
});
