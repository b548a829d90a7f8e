import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';
import { dockerCli } from '../../fixture/docker-cli.ts';
import { provideEngine } from '../../fixture/engine.ts';
import { type EngineKind, startEngine } from '../../fixture/engines.ts';

/**
 * Starts an engine of that kind, on which the tests of this process run from then on: `provideEngine` gives no other. It
 * has the base image.
 */
export async function onEngine(kind: EngineKind): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`engine: ${line}\n`);
  await using main = await provideEngine();
  const reference = await main.baseImage();
  const engine = await startEngine(kind, { log });
  const docker = dockerCli(engine.host, main.run);
  after(async () => {
    await docker.killAll();
    await engine[Symbol.asyncDispose]();
  });
  const saving = spawn('docker', ['--host', main.host, 'save', reference], { stdio: ['ignore', 'pipe', 'inherit'] });
  const saved = once(saving, 'close');
  await docker.docker(['load'], { stdin: saving.stdout });
  await saved;
  // Podman gives a name without a registry its own one for what is local.
  if ((await docker.imageSize(reference)) === undefined)
    await docker.docker(['tag', `localhost/${reference}`, reference]);
  process.env['SKINNYWHALE_TEST_HOST'] = engine.host;
  process.env['SKINNYWHALE_TEST_RUN'] = main.run;
}
