import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createReportFile } from '../../src/report/report-file.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sw-report-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('the file appears when it is whole: the beginning, spaces, and the rest', async (t) => {
  const path = join(await folder(t), 'r.json');
  await writeFile(path, 'the last one');
  await using file = await createReportFile(path);
  const tail = Array.from({ length: 30_000 }, (_, index) => `\n"é ${index}"`);
  await file.writeTail(10, tail);
  assert.equal(await readFile(path, 'utf8'), 'the last one');
  await file.finish('{é');
  assert.equal(await readFile(path, 'utf8'), `{é${' '.repeat(7)}${tail.join('')}`);
  assert.deepEqual(await readdir(join(path, '..')), ['r.json']);
});

test('a file that is not finished leaves nothing behind, and what was there as it was', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'r.json'), 'the last one');
  for (const name of ['r.json', 'new.json']) {
    await using file = await createReportFile(join(directory, name));
    await file.writeTail(4, ['tail']);
  }
  assert.deepEqual(await readdir(directory), ['r.json']);
  assert.equal(await readFile(join(directory, 'r.json'), 'utf8'), 'the last one');
});

test('room that does not suffice is an error, and no damaged file', async (t) => {
  const path = join(await folder(t), 'r.json');
  {
    await using file = await createReportFile(path);
    await file.writeTail(2, ['x']);
    await assert.rejects(file.finish('é1'), /longer than the room/);
  }
  assert.deepEqual(await readdir(join(path, '..')), []);
});
