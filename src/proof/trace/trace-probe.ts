import { setTimeout as wait } from 'node:timers/promises';
import type { Prober } from '../container-run/prober.ts';
import type { ProbeSpec } from '../spec/probe-spec.ts';
import { type Learned, type ServiceUse, traceService } from './run-trace.ts';
import type { TraceSetting } from './traced-container.ts';

/** A traced service is slower than it will be. */
const PATIENCE = 3;

/** What a service uses of its files until it has answered probes, one after the other; it is started once. */
export async function traceProbes(
  probes: readonly ProbeSpec[],
  prober: () => Promise<Prober>,
  setting: TraceSetting,
): Promise<Learned> {
  const askAll: ServiceUse<void> = async (id, stop) => {
    for (const probe of probes) {
      if (stop.aborted) return;
      const timeout = probe.timeout * PATIENCE;
      if (probe.kind === 'healthcheck') await runHealthcheck(id, setting, timeout);
      else {
        const asker = await prober();
        await asker.ask(id, probe.kind === 'tcp' ? { port: probe.port, timeout } : { url: probe.url, timeout }, stop);
      }
    }
  };
  return await traceService(askAll, {}, setting);
}

/** How often a health check is tried, in milliseconds. */
const INTERVAL = 500;

/** Its own programs run beside the traced ones: what they use is found by reading the configuration. */
async function runHealthcheck(id: string, { client, run }: TraceSetting, seconds: number): Promise<void> {
  const [kind, ...words] = run?.Healthcheck?.Test ?? [];
  const argv = kind === 'CMD-SHELL' ? [...(run?.Shell ?? ['/bin/sh', '-c']), ...words] : words;
  const end = performance.now() + seconds * 1000;
  while (argv.length > 0 && performance.now() < end) {
    if ((await client.execInContainer(id, argv)).exitCode === 0) return;
    await wait(INTERVAL);
  }
}
