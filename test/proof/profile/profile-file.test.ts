import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ProfileFile } from '../../../src/proof/profile/profile-file.ts';

const learned = (path: string) => ({ path, how: 'opened', by: '/bin/sh' }) as const;

test('a profile is whole each time that it is written; without that, there is none', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'sw-profile-'));
  t.after(() => rm(directory, { recursive: true }));
  const path = join(directory, 'p');
  {
    await using _ = await ProfileFile.open(path);
  }
  assert.deepEqual(await readdir(directory), []);
  {
    await using file = await ProfileFile.open(path);
    await file.write([learned('/a')]);
    assert.match(await readFile(path, 'utf8'), /\n\/a\topened/);
    await file.write([learned('/a'), learned('/b')]);
  }
  assert.match(await readFile(path, 'utf8'), /\n\/b\topened/);
  assert.deepEqual(await readdir(directory), ['p']);
  await assert.rejects(ProfileFile.open(join(path, 'below')), /the profile can't be written/);
});
