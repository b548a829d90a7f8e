import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createWholeFile } from '../../src/filesystem/whole-file.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sw-whole-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('a link stays one, and what it leads to is replaced', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'real'), 'old');
  await symlink('real', join(directory, 'link'));
  await using file = await createWholeFile(join(directory, 'link'), 'report');
  assert.equal(await file.write(['n', Buffer.from('ew')]), 3);
  await file.finish();
  assert.equal(await readFile(join(directory, 'real'), 'utf8'), 'new');
  assert.deepEqual((await readdir(directory)).sort(), ['link', 'real']);
});

test('where no file can be, that is told at once, and nothing is replaced', async (t) => {
  const directory = await folder(t);
  await mkdir(join(directory, 'sub'));
  await writeFile(join(directory, 'file'), '');
  for (const path of ['none/r.json', 'file/r.json', 'sub'].map((name) => join(directory, name)).concat('/dev/null')) {
    await assert.rejects(
      createWholeFile(path, 'report'),
      (error) => error instanceof SkinnywhaleError && error.code === 'USAGE',
    );
  }
  assert.deepEqual((await readdir(directory)).sort(), ['file', 'sub']);
});

test('what is replaced keeps its rights, and nobody else can read it meanwhile', async (t) => {
  const path = join(await folder(t), 'r.json');
  await writeFile(path, 'old');
  await chmod(path, 0o600);
  await using file = await createWholeFile(path, 'report');
  await file.write(['new']);
  const [draft] = (await readdir(join(path, '..'))).filter((name) => name !== 'r.json');
  assert.equal((await stat(join(path, '..', draft ?? ''))).mode & 0o777, 0o600);
  await file.finish();
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});
