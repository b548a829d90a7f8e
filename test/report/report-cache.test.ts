import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { beginReport, cachedReport } from '../../src/report/report-cache.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sw-cache-'));
  t.after(() => rm(path, { recursive: true }));
  return join(path, 'deep', 'reports');
}

async function keep(directory: string, imageId: string, beginning: Iterable<string>, rest = ''): Promise<void> {
  await using draft = beginReport(directory, beginning);
  await draft.finish(imageId, rest);
}

const id = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;

test('a report is found again by the id of its image, readable for its owner alone', async (t) => {
  const directory = await folder(t);
  await keep(directory, id(1), ['first, ', 'é'], ', and its end');
  const path = cachedReport(directory, id(1));
  assert.equal(gunzipSync(await readFile(path)).toString(), 'first, é, and its end');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(directory)).mode & 0o777, 0o700);
  await keep(directory, id(1), ['second']);
  assert.equal(gunzipSync(await readFile(path)).toString(), 'second');
});

test('the newest twenty stay, and files of others are left alone', async (t) => {
  const directory = await folder(t);
  for (let number = 1; number <= 23; number++) {
    await keep(directory, id(number), ['x']);
    await utimes(cachedReport(directory, id(number)), number, number);
    if (number === 1) await writeFile(join(directory, 'notes'), '');
  }
  // The last one was the newest when it came, so that 4 to 23 are left.
  const numbers = (await readdir(directory))
    .filter((name) => name !== 'notes')
    .map((name) => Number.parseInt(name, 16));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, index) => index + 4),
  );
  assert.ok((await readdir(directory)).includes('notes'));
});

test('a report that ends in the middle leaves nothing', async (t) => {
  const directory = await folder(t);
  function* broken(): Generator<string> {
    yield 'x'.repeat(100_000);
    throw new Error('broken');
  }
  await assert.rejects(keep(directory, id(1), broken()), /broken/);
  assert.deepEqual(await readdir(directory), []);
});

test('a report whose image was never made leaves nothing', async (t) => {
  const directory = await folder(t);
  {
    await using _draft = beginReport(directory, ['x'.repeat(100_000)]);
  }
  assert.deepEqual(await readdir(directory), []);
});

test('a folder that can never be made is an error at once', { timeout: 10_000 }, async (t) => {
  const file = join(await mkdtemp(join(tmpdir(), 'sw-cache-')), 'file');
  t.after(() => rm(dirname(file), { recursive: true }));
  await writeFile(file, '');
  for (const directory of ['/proc/nowhere/.cache/skinnywhale', '/proc/1/none/x', `${file}/x/y`, '/dev/null/x']) {
    await assert.rejects(keep(directory, id(1), ['x']), directory);
  }
});
