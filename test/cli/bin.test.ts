import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin', import.meta.url));

/** A folder laid out as the package is, without what is built. */
function packageFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'skinnywhale-bin-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(BIN, join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

test('a copy that is not built says so', (t) => {
  const folder = packageFolder(t);
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(folder, 'bin/skinnywhale.js'), '--help'], {
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^error: .* not built\nhint: .*npm run build/);
});

test('arguments go in, the exit code comes out', (t) => {
  const folder = packageFolder(t);
  mkdirSync(join(folder, 'dist/cli'), { recursive: true });
  writeFileSync(
    join(folder, 'dist/cli/main.js'),
    'export const main = async (args) => { console.log(args.join("|")); return 7; };',
  );
  const { status, stdout } = spawnSync(join(folder, 'bin/skinnywhale.js'), ['a b', '-q'], { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [7, 'a b|-q\n']);
});
