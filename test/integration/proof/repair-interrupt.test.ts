import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { type Moment, tapEngine } from '../cases/tapped-engine.ts';
import { Made, slimTraced } from './made.ts';
import { installTools } from './tracing.ts';

const ENTRY = fileURLToPath(new URL('../../fixture/cli-entry.ts', import.meta.url));

/** What it reads is found by a trace alone; it lasts as long as it may take to interrupt it. */
const SLOW = `#!/bin/sh
name=$(printf wor%s ds)
cat "/opt/$name.txt" || exit 4
sleep "$1"
`;

await installTools();
const lab = await openLab('repairinterrupt');
const parent = lab.imageName();
const container = await (async () => {
  const before = await lab.runningAfter(await lab.shellImage(), 'mkdir -p /opt; echo hello > /opt/words.txt');
  await lab.docker.docker(['commit', '--change', 'VOLUME /data', before, parent]);
  return await lab.containerAfter(parent, `cat > /opt/slow <<'END'\n${SLOW}END\nchmod +x /opt/slow`);
})();

/** The n-th request of a kind is told by what comes before it. */
const after = (first: RegExp, then: RegExp): Moment['request'] => {
  let isReached = false;
  const both = {
    test(line: string): boolean {
      if (first.test(line)) isReached = true;
      return isReached && then.test(line);
    },
  };
  return both as Pick<RegExp, 'test'> as RegExp;
};
const COMMIT = /^POST \/commit/;
const CREATE = /^POST \/containers\/create/;
const PUT = /^PUT \/containers\/[^/]+\/archive/;
const IMAGE = /^POST \/images\/load/;

const MOMENTS: readonly (readonly [what: string, moment: Moment, ...args: string[]])[] = [
  ["when the container's state is about to be committed", { request: COMMIT, at: 'start' }],
  ['when it has just been committed', { request: COMMIT, at: { received: 1 } }],
  ['when the first check has its container', { request: CREATE, at: { received: 1 } }],
  ['when the image is there, and not checked yet', { request: IMAGE, at: { received: 1 } }],
  ['in the check of the image', { request: after(IMAGE, /\/wait/), at: 'start' }],
  ['in the check of an image that may stay', { request: after(IMAGE, /\/wait/), at: 'start' }, '--keep-failed'],
  ['when the tracer is there', { request: after(PUT, /\/attach/), at: 'start' }],
  ['in the middle of a trace', { request: after(PUT, /\/wait/), at: 'start' }],
  ['when the trace is about to be read', { request: /^GET \/containers\/[^/]+\/archive/, at: 'start' }],
  ['when the second image is about to be sent', { request: after(PUT, /^POST \/images\/create/), at: 'start' }],
];

for (const [what, moment, ...args] of MOMENTS) {
  test(`SIGINT ${what}`, { timeout: 60_000 }, async () => {
    const image = lab.imageName();
    const made = await Made.from(lab, container);
    let child: ChildProcess | undefined;
    let isReached = false;
    await using engine = await tapEngine(lab.docker.host, moment, async () => {
      isReached = true;
      child?.kill('SIGINT');
      // until the signal has been heard, nothing goes on
      await sleep(100);
    });
    const command = [
      '--tag',
      image,
      '--host',
      engine.host,
      '--check',
      '/opt/slow 1',
      '--no-trace-checks',
      ...args,
      container,
    ];
    child = spawn(process.execPath, ['--import', 'tsx', ENTRY, ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: lab.folder },
    });
    let stderr = '';
    child.stderr?.on('data', (chunk) => (stderr += chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.ok(isReached, `the moment did not come: ${engine.requests.join('\n')}`);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^error: interrupted; nothing was changed$/m);
    assert.deepEqual(
      readdirSync(lab.folder).filter((name) => name.startsWith('skinnywhale-')),
      [],
    );
    assert.deepEqual([await made.leftoversSoon(), await made.images()], [[], []]);
  });
}

test('a container that is killed while it is traced leaves nothing, and tells what it used until then', async () => {
  const image = lab.imageName();
  const made = await Made.from(lab, container);
  const running = slimTraced(lab, '--tag', image, '--trace', '/opt/slow 100', '--tight', '--json', container);
  const over = new AbortController();
  void running.finally(() => over.abort());
  const isTraced = async (id: string): Promise<boolean> =>
    (await lab.docker.attempt(['top', id])).stdout.includes('sleep 100');
  for (let traced: string | undefined; traced === undefined && !over.signal.aborted; ) {
    await sleep(100);
    for (const id of await made.containers()) if (traced === undefined && (await isTraced(id))) traced = id;
    if (traced !== undefined) await lab.docker.docker(['kill', traced]);
  }
  const { exitCode, stdout, stderr } = await running;
  assert.equal(exitCode, 0, stderr);
  assert.ok(JSON.parse(stdout).proof.learned > 0);
  assert.ok((await lab.treeOf(image)).has('opt/words.txt'));
  assert.deepEqual(await made.leftovers(), []);
});

nothingIsLeft(lab);
