import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function start(entry: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', entry, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Everything that comes from a stream of a child, so far. */
function collect(child: ChildProcess, name: 'stdout' | 'stderr'): { text: string; until(part: string): Promise<void> } {
  const stream = child[name];
  assert.ok(stream);
  const state = {
    text: '',
    async until(part: string): Promise<void> {
      while (!state.text.includes(part)) await once(stream, 'data');
    },
  };
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    state.text += chunk;
  });
  return state;
}

test('a signal ends the process with 130, and a message', { timeout: 30_000 }, async () => {
  const child = start('test/cli/waiting-entry.ts', ['kind', 'web']);
  const stderr = collect(child, 'stderr');
  await stderr.until('export: waiting');
  child.kill('SIGTERM');
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  assert.deepEqual([code, signal], [130, null]);
  assert.match(stderr.text, /error: interrupted; nothing was changed\n$/);
});

test('a second signal ends a process that does not react to the first', { timeout: 30_000 }, async () => {
  const child = start('test/cli/waiting-entry.ts', ['deaf', '--json', 'web']);
  const stderr = collect(child, 'stderr');
  await stderr.until('export: waiting');
  child.kill('SIGINT');
  await stderr.until('warning: aborted');
  assert.equal(child.exitCode, null);
  // any sooner it would be the same one
  await new Promise((resolve) => setTimeout(resolve, 600));
  child.kill('SIGINT');
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  assert.deepEqual([code, signal], [130, null]);
});

test('a reader that closes stdout early sees no stack trace, and exit code 0', { timeout: 30_000 }, async () => {
  const child = start('test/cli/waiting-entry.ts', ['kind', '--help']);
  child.stdout?.destroy();
  const stderr = collect(child, 'stderr');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(stderr.text, '');
  assert.equal(code, 0);
});

test('--help works in a process of its own', { timeout: 30_000 }, async () => {
  const child = start('test/cli/waiting-entry.ts', ['kind', '--help']);
  const stdout = collect(child, 'stdout');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
  assert.ok(stdout.text.startsWith('Usage: skinnywhale'));
});
