import { cpus, release, tmpdir, totalmem } from 'node:os';
import { packageVersion } from '../../src/model/version.ts';
import type { Engine } from '../fixture/engine.ts';
import { shell } from './commands.ts';

/** What the numbers are from. */
export interface Machine {
  readonly skinnywhale: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** file system and device of the folder for temporary files */
  readonly temporaryStorage: string;
  readonly engine: {
    readonly version: string;
    /** driver and what it says of itself: `overlay2, Backing Filesystem extfs, ...` */
    readonly storage: string;
    /** started for this run, or found */
    readonly origin: Engine['origin'];
  };
}

/** What is used of `docker info`. */
interface EngineInfo {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly DriverStatus: readonly (readonly [name: string, value: string])[] | null;
}

export async function describeMachine(engine: Engine): Promise<Machine> {
  const info = JSON.parse(await engine.docker.docker(['info', '--format={{json .}}'])) as EngineInfo;
  const status = (info.DriverStatus ?? []).map(([name, value]) => `${name} ${value}`);
  const { stdout } = await shell('df --output=fstype,source "$0" | tail -1', [tmpdir()]);
  const processors = cpus();
  return {
    skinnywhale: packageVersion(),
    node: process.version,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    kernel: release(),
    temporaryStorage: stdout.replace(/\s+/g, ' '),
    engine: {
      version: info.ServerVersion,
      storage: [info.Driver, ...status].join(', '),
      origin: engine.origin,
    },
  };
}

export function machineText(machine: Machine): string {
  const { engine } = machine;
  return [
    `machine: ${machine.cores} x ${machine.processor}, ${(machine.memoryBytes / 1e9).toFixed(0)} GB, Linux ${machine.kernel}`,
    `engine: ${engine.version} (${engine.origin}), ${engine.storage}`,
    `temporary files: ${machine.temporaryStorage}; node ${machine.node}; skinnywhale ${machine.skinnywhale}`,
    'Times are wall time. Compare the ratios, not the seconds.',
  ].join('\n');
}
