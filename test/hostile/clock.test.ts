import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { execa } from 'execa';
import { PROBER_SCRIPT, type ProberAnswer } from '../../src/proof/container-run/prober-script.ts';

const SRC = new URL('../../src/', import.meta.url);

/** Where the time of day is meant, and not how long something takes: what a folder's time is compared with. */
const TIME_OF_DAY = ['pipeline/temporary-directory.ts'];

test('a clock that is set back while a probe waits does not make it wait for ever', { timeout: 30_000 }, async () => {
  const question = { url: 'http://127.0.0.1:1/', timeout: 1, wanted: [[200, 299]], tolerated: [] };
  const setBack = 'let now = Date.now(); Date.now = () => (now -= 60_000);';
  const { stdout } = await execa(process.execPath, ['-e', `${setBack}\n${PROBER_SCRIPT}`], {
    input: JSON.stringify([question]),
    timeout: 20_000,
  });
  assert.equal((JSON.parse(stdout) as ProberAnswer).kind, 'none');
});

test('no time is measured by a clock that can be set', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const measuring = files.filter((path) =>
    /\bDate\.now\(|\bnew Date\(\)/.test(readFileSync(new URL(path, SRC), 'utf8')),
  );
  assert.deepEqual(measuring, TIME_OF_DAY);
});
