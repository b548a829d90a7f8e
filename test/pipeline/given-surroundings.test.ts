import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveOptions } from '../../src/options/resolve.ts';
import type { SlimOptions } from '../../src/options.ts';
import { givenSurroundings } from '../../src/pipeline/given-surroundings.ts';

const given = (options: Partial<SlimOptions>) => givenSurroundings(resolveOptions({ container: 'c', ...options }));

test('variables from files, from options and from the caller, the last one counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sw-env-'));
  try {
    const file = join(folder, 'env');
    writeFileSync(file, '# a comment\n\nA=1\r\nB="b c"\nOWN\n');
    const { env } = await given({
      checkEnvFiles: [file],
      checkEnv: ['A=2', 'E=', 'NONE'],
      env: { OWN: 'mine' },
    });
    assert.deepEqual(env, { A: '2', B: '"b c"', OWN: 'mine', E: '' });
    await assert.rejects(given({ checkEnvFiles: [`${file}x`] }), {
      code: 'USAGE',
      message: /cannot read the variables/,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('limits and volumes', async () => {
  const { limits, volumes } = await given({
    ...{ checkMemory: '512m', checkPids: 'none', checkPrivileges: true },
    checkVolumes: ['/data:/srv', 'named:/n:rw'],
  });
  assert.deepEqual(limits, { memory: 512 * 2 ** 20, pids: undefined, newPrivileges: true });
  assert.deepEqual(volumes, ['/data:/srv:ro', 'named:/n:rw']);
  assert.deepEqual((await given({})).limits, { memory: 4 * 2 ** 30, pids: 4096, newPrivileges: false });
  const wrong: Partial<SlimOptions>[] = [
    ...[{ checkMemory: '1' }, { checkMemory: 'much' }, { checkPids: '0' }, { checkPids: '1.5' }],
    ...[{ checkVolumes: ['/data'] }, { checkVolumes: ['/a:b'] }, { checkEnv: ['=x'] }],
  ];
  for (const options of wrong) {
    await assert.rejects(given(options), { code: 'USAGE', message: /is not valid; it takes/ }, JSON.stringify(options));
  }
});
