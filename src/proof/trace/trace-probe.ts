import { setTimeout as wait } from 'node:timers/promises';
import { healthcheckCommand } from '../../model/image-config.ts';
import { askProbes } from '../container-run/ask-probes.ts';
import type { Prober } from '../container-run/prober.ts';
import type { TimedProbe } from '../spec/time-limits.ts';
import { type Learned, TRACED_PATIENCE, traceService } from './run-trace.ts';
import type { TraceSetting } from './traced-container.ts';

/** What a service uses of its files until it has answered probes, one after the other; it is started once. */
export async function traceProbes(
  probes: readonly TimedProbe[],
  prober: () => Promise<Prober>,
  setting: TraceSetting,
): Promise<Learned> {
  const { client } = setting;
  const patient = probes.flatMap((probe) => traceable({ ...probe, timeout: probe.timeout * TRACED_PATIENCE }, setting));
  return await traceService(
    async (service, stop) => {
      // what is answered is of no interest here
      for await (const _ of askProbes(service, patient, { client, prober, stop }));
    },
    {},
    setting,
  );
}

/** How long a service is looked at that nobody asks anything, in seconds; a traced one takes its time to start. */
const START = 20;

/** What a service uses of its files in its first seconds. */
export async function traceStart(setting: TraceSetting): Promise<Learned> {
  return await traceService(
    async (_, signal) => {
      await wait(START * 1000, undefined, { signal });
    },
    {},
    setting,
  );
}

/** A health check's own programs run beside the traced ones: what they use is found by reading the configuration. */
function traceable(probe: TimedProbe, { run }: TraceSetting): TimedProbe[] {
  if (probe.kind !== 'healthcheck') return [probe];
  const command = healthcheckCommand(run ?? {});
  const { text, timeout, after } = probe;
  return command.length === 0 ? [] : [{ kind: 'exec', command, text, timeout, after }];
}
