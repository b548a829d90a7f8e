import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { livePaths } from '../../../src/proof/trace/live.ts';
import { traceService } from '../../../src/proof/trace/run-trace.ts';
import type { TraceSetting } from '../../../src/proof/trace/traced-container.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { containersOf, installTools, settingFor } from './tracing.ts';

await installTools();
const lab = await openLab('traceservice');
const parent = await lab.shellImage();

/** An image whose command is a shell script. */
async function service(
  script: string,
  ...options: readonly string[]
): Promise<{ image: string; setting: TraceSetting }> {
  const files = 'mkdir -p /srv; for each in start asked bye unused; do echo $each > /srv/$each; done; cat > /run.sh';
  const container = await lab.runningAfter(parent, 'true', ...options);
  const { exitCode } = await lab.docker.exec(container, ['sh', '-c', files], { stdin: script });
  assert.equal(exitCode, 0);
  const image = lab.imageName();
  await lab.docker.docker(['commit', '--change', 'CMD ["sh", "/run.sh"]', container, image]);
  return { image, setting: await settingFor(lab, image) };
}

const WAITING = `
[ $$ = 1 ] || exit 9
cat /srv/start
trap 'cat /srv/bye; exit 0' TERM USR1
until [ -e /tmp/go ]; do sleep 0.1; done
cat /srv/asked
touch /tmp/done
while :; do sleep 0.1; done
`;

/** Asks the service for something, and waits until it has done it. */
async function ask({ client }: TraceSetting, id: string): Promise<string> {
  await client.execInContainer(id, ['touch', '/tmp/go']);
  while ((await client.execInContainer(id, ['stat', '/tmp/done'])).exitCode !== 0) await sleep(50);
  return 'done';
}

function inSrv(learned: readonly { path: string }[]): string[] {
  return learned.map(({ path }) => path).filter((path) => path.startsWith('/srv'));
}

test('a service is the first process; its start, its work and its end are traced', async () => {
  const { image, setting } = await service(WAITING, '--stop-signal=SIGUSR1');
  const { learned, result, unreadable } = await traceService(({ id }) => ask(setting, id), {}, setting);
  assert.equal(result, 'done');
  assert.deepEqual(inSrv(learned), ['/srv/asked', '/srv/bye', '/srv/start']);
  assert.ok(learned.some(({ path }) => path === '/run.sh'));
  assert.deepEqual(unreadable, []);
  assert.deepEqual(await containersOf(lab, image), []);
});

test('a service that gives up its rights is traced a second time', async () => {
  const script =
    'exec perl -e \'$SIG{TERM} = sub { exit }; open(F, "/srv/start"); $> = 65534; open(F, "/srv/asked"); open(F, ">/tmp/done"); sleep 60\'';
  const { setting } = await service(script);
  let uses = 0;
  const use = async ({ id }: { readonly id: string }): Promise<string> => {
    uses++;
    return ask(setting, id);
  };
  const { learned, unreadable } = await traceService(use, {}, setting);
  assert.equal(uses, 2);
  assert.deepEqual(inSrv(learned), ['/srv/asked', '/srv/start']);
  assert.deepEqual(unreadable, []);
});

test('a service that ends early is an error with its last words, and who uses it is told', async () => {
  const { image, setting } = await service('echo no licence >&2; exit 4');
  let isTold = false;
  const use = async (_service: unknown, signal: AbortSignal): Promise<void> => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    isTold = true;
  };
  await assert.rejects(traceService(use, {}, setting), /the service ended with 4 while it was traced:\nno licence/);
  assert.ok(isTold);
  assert.deepEqual(await containersOf(lab, image), []);
});

test('what goes wrong in its use is told, and nothing is left', async () => {
  const { image, setting } = await service(WAITING);
  const use = async (): Promise<void> => {
    throw new Error('no answer');
  };
  await assert.rejects(traceService(use, {}, setting), /no answer/);
  assert.deepEqual(await containersOf(lab, image), []);
});

test('a running container shows what it has open at this moment', async () => {
  const { image, setting } = await service('exec 5</srv/start; exec perl -e "sleep 300"');
  const name = lab.containerName();
  const args = ['run', '--detach', '--name', name, '--network=none', '--volume', '/vol', '--workdir', '/srv', image];
  const id = (await lab.docker.docker(args)).trim();
  for (
    let left = 50;
    left > 0 && (await setting.client.execInContainer(id, ['stat', '/proc/1/fd/5'])).exitCode !== 0;
    left--
  ) {
    await sleep(100);
  }
  await sleep(300);
  const { pid } = await setting.client.containerState(id);
  const learned = livePaths({ containerId: id, pid, tree: setting.tree });
  const shown = learned.map(({ path, how }) => `${path} ${how}`).filter((line) => /^\/(srv|usr\/bin)/.test(line));
  assert.deepEqual(shown, ['/srv resolved', '/srv/start opened', '/usr/bin/perl executed']);
  assert.ok(learned.some(({ path, how }) => path.includes('/libc.so.6') && how === 'mapped'));
});

nothingIsLeft(lab);
