import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { runMark } from '../../src/engine/run-mark.ts';
import type { ResolvedOptions } from '../../src/options.ts';
import { removeOldDirectories, temporaryDirectory } from '../../src/pipeline/temporary-directory.ts';

/** The mark of a process that can't be: its number was given again. */
const GONE = runMark().replace(/-\d+-([0-9a-f]+)$/, '-1-$1');
const ELSEWHERE = '0123456789ab-1-1-0123456789ab';
const HOUR = 60 * 60 * 1000;

test('folders of killed runs go after a day, of other machines after a week, and nothing else does', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'sw-folders-'));
  t.after(() => rm(parent, { recursive: true }));
  const options = { tempDir: parent, keepTemp: false, onEvent: () => {} } as unknown as ResolvedOptions;
  const made = async (name: string, hours: number): Promise<void> => {
    await mkdir(join(parent, name));
    await writeFile(join(parent, name, 'spool'), 'x');
    const time = (Date.now() - hours * HOUR) / 1000;
    await utimes(join(parent, name), time, time);
  };
  await made(`skinnywhale-${GONE}-abcdef`, 25);
  await made(`skinnywhale-${GONE}-ghijkl`, 23);
  await made(`skinnywhale-${ELSEWHERE}-abcdef`, 25);
  await made(`skinnywhale-${ELSEWHERE}-ghijkl`, 24 * 8);
  await made(`skinnywhale-${runMark()}-abcdef`, 1000);
  await made('skinnywhale-backup', 1000);
  await made('skinnywhale-kept-abcdef', 1000);
  // a clock that was set back makes them be of the future
  await made(`skinnywhale-${GONE}-future`, -1000);
  await symlink('/etc', join(parent, `skinnywhale-${GONE}-mnopqr`));
  const before = await readdir(parent);
  assert.equal(await removeOldDirectories(options), 2);
  const left = await readdir(parent);
  assert.deepEqual(
    before.filter((name) => !left.includes(name)).sort(),
    [`skinnywhale-${ELSEWHERE}-ghijkl`, `skinnywhale-${GONE}-abcdef`].sort(),
  );
});

test('a run’s own folder is kept from others, also where the caller keeps it', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'sw-folders-'));
  t.after(() => rm(parent, { recursive: true }));
  for (const keepTemp of [false, true]) {
    const options = { tempDir: parent, keepTemp, onEvent: () => {} } as unknown as ResolvedOptions;
    const { path } = await temporaryDirectory(options);
    assert.equal(await removeOldDirectories(options, Date.now() + 1000 * 24 * HOUR), 0, basename(path));
    assert.ok((await lstat(path)).isDirectory());
  }
});
