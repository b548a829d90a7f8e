import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerCli } from '../../fixture/docker-cli.ts';
import type { FurtherTest } from './real-program.ts';

/** What one run learns is the same image again for another one, which runs nothing and has no tracer. */
export const PROFILED: FurtherTest = {
  name: 'a profile of it makes the same image where nothing can be traced',
  async run({ docker, changes, imageName, slimUntraced, tight: { image, profile } }) {
    const told = await slimUntraced(imageName('told'), '--tight', '--profile', profile, ...changes);
    const id = await docker.docker(['image', 'inspect', '--format', '{{.Id}}', image]);
    assert.equal(told.result.imageId, id.trim());
    assert.deepEqual(told.proof?.items, []);
  },
};

/** Undefined where the engine's processes can't be looked at from here. */
function notHere(error: Error): undefined {
  if (!/the running container can't be looked into/.test(error.message)) throw error;
}

async function untilItAnswers(docker: DockerCli, container: string, command: readonly string[]): Promise<void> {
  for (let left = 50; (await docker.exec(container, command)).exitCode !== 0; left--) {
    assert.ok(left > 0, 'it does not start');
    await sleep(100);
  }
}

/** What the service has open while it runs in the container is enough for it to start again. */
export const LIVE: FurtherTest = {
  name: 'what it has open while it runs is enough for it to start again',
  async run({ docker, program, container, changes, imageName, slim }) {
    const { service } = program;
    const [ping] = service?.talk ?? [];
    assert.ok(service !== undefined && ping !== undefined);
    await docker.docker(['start', container]);
    try {
      await docker.docker(['exec', '--detach', '--user', service.user ?? '0', container, ...service.command]);
      await untilItAnswers(docker, container, ping.command);
      const image = imageName('live');
      const report = await slim(image, '--live', '--tight', ...changes).catch(notHere);
      if (report === undefined) return;
      assert.ok((report.proof?.learned ?? 0) > 5);
      const again = await docker.start(image, { command: service.command, user: service.user });
      try {
        await untilItAnswers(docker, again, ping.command);
      } finally {
        await docker.remove({ containers: [again] });
      }
    } finally {
      await docker.docker(['kill', container]);
    }
  },
};
