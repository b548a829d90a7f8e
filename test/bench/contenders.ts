import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { ErrorReport, SlimReport } from '../../src/report/slim-report.ts';
import type { Engine } from '../fixture/engine.ts';
import type { CachedContainers } from './cached-containers.ts';
import { shell } from './commands.ts';
import type { Machine } from './machine.ts';
import { type Contender, type Figures, NotAvailable, type Run } from './rounds.ts';

/** The command of the built package: what is measured is what is published. */
const BIN = fileURLToPath(new URL('../../bin/skinnywhale.js', import.meta.url));
const USAGE = fileURLToPath(new URL('usage.cjs', import.meta.url));
const ORIGINAL = fileURLToPath(new URL('original-entry.ts', import.meta.url));
/** src/cli/exit-codes.ts */
const WRONG_COMMAND_LINE = 2;

/** What the cases and contenders work with. */
export interface Bench {
  readonly engine: Engine;
  readonly machine: Machine;
  readonly cached: CachedContainers;
  /** a temporary folder, which goes at the end */
  readonly folder: string;
  readonly quick: boolean;
  readonly signal: AbortSignal;
}

/** Skinnywhale with these arguments, in a node process of its own. */
export function skinnywhale(bench: Bench, name: string, container: string, args: readonly string[] = []): Contender {
  const run = async (): Promise<Run> => {
    const { seconds, usage, report } = await runSkinnywhale(bench, container, args);
    const total = report.timings.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    const analysis = report.timings
      .filter(({ phase }) => phase === 'closure')
      .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return {
      figures: {
        seconds,
        ...usage,
        temporaryBytes: report.temporaryBytes,
        analysisSeconds: analysis / 1000,
        analysisShare: analysis / total,
      },
      images: report.result.imageId === null ? [] : [report.result.imageId],
    };
  };
  return { name, run };
}

async function runSkinnywhale(
  { engine, folder, signal }: Bench,
  container: string,
  args: readonly string[],
): Promise<{ seconds: number; usage: Pick<Figures, 'cpuSeconds' | 'peakBytes'>; report: SlimReport }> {
  const usageFile = join(folder, 'usage.json');
  const all = ['--host', engine.host, '--tag', engine.docker.imageName('bench'), '--json', ...args, container];
  const start = performance.now();
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--require', USAGE, BIN, ...all], {
    // Reports are kept for `explain`, as they are for everyone, but not among the user's.
    env: { SKINNYWHALE_BENCH_USAGE: usageFile, XDG_CACHE_HOME: folder, NODE_OPTIONS: undefined },
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: false,
  });
  const seconds = (performance.now() - start) / 1000;
  signal.throwIfAborted();
  if (exitCode !== 0) {
    const why = errorMessage(stdout) ?? (stderr.trim() || `exit code ${exitCode}`);
    throw exitCode === WRONG_COMMAND_LINE ? new NotAvailable(why) : new Error(why);
  }
  const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as Pick<Figures, 'cpuSeconds' | 'peakBytes'>;
  return { seconds, usage, report: JSON.parse(stdout) as SlimReport };
}

/** What the command's own error document says, if that is what this is. */
function errorMessage(stdout: string): string | undefined {
  try {
    return (JSON.parse(stdout) as ErrorReport).error.message;
  } catch {
    return undefined;
  }
}

/** What everybody does: the whole tree, with nothing left out. */
export function exportImport(bench: Bench, container: string): Contender {
  const script = 'docker --host "$0" export "$1" | docker --host "$0" import - "$2"';
  const name = bench.engine.docker.imageName('bench-import');
  return importing(bench, 'export | import', script, [container, name]);
}

/** Only reads: what no way by the engine can do without. */
export function exportAlone({ engine, signal }: Bench, container: string): Contender {
  const script = 'docker --host "$0" export "$1" > /dev/null';
  return {
    name: 'export > /dev/null',
    run: async () => {
      const { seconds } = await shell(script, [engine.host, container], signal);
      return { figures: { seconds }, images: [] };
    },
  };
}

/** A result as files of this machine: what the engine has to do at least. */
export interface FinishedImage {
  /** as `docker save` writes it */
  readonly archive: string;
  /** the only layer, uncompressed */
  readonly layer: string;
}

/** Slims a container once, and saves the result to files. */
export async function finishedImage(bench: Bench, container: string): Promise<FinishedImage> {
  const { engine, folder } = bench;
  const { report } = await runSkinnywhale(bench, container, []);
  const [archive, layer] = [join(folder, `${container}.tar`), join(folder, `${container}-layer.tar`)];
  const { reference, imageId } = report.result;
  await engine.docker.docker(['save', '--output', archive, reference]);
  const { stdout } = await shell('tar -xOf "$0" manifest.json', [archive]);
  const [{ Layers: layers }] = JSON.parse(stdout) as [{ Layers: [string] }];
  await shell('tar -xOf "$0" "$1" > "$2"', [archive, layers[0], layer]);
  // An engine with containerd's store may keep, and save, layers compressed.
  await shell('if gzip -dc < "$0" > "$0.plain" 2> /dev/null; then mv "$0.plain" "$0"; fi', [layer]);
  await engine.docker.docker(['image', 'rm', '--force', imageId ?? reference]);
  return { archive, layer };
}

export function loadFinished({ engine, signal }: Bench, { archive }: FinishedImage): Contender {
  return {
    name: 'floor: load',
    run: async () => {
      const { stdout, seconds } = await shell('docker --host "$0" load --input "$1"', [engine.host, archive], signal);
      const loaded = /^Loaded image(?: ID)?: (\S+)$/m.exec(stdout)?.[1];
      if (loaded === undefined) throw new Error(`docker load says ${stdout}`);
      return { figures: { seconds }, images: [loaded] };
    },
  };
}

export function importFinished(bench: Bench, { layer }: FinishedImage): Contender {
  const name = bench.engine.docker.imageName('bench-floor');
  return importing(bench, 'floor: import', 'docker --host "$0" import "$1" "$2"', [layer, name]);
}

/** @param script prints the id of the image that it makes; $0 is the engine */
function importing({ engine, signal }: Bench, name: string, script: string, args: readonly string[]): Contender {
  return {
    name,
    run: async () => {
      const { stdout, seconds } = await shell(script, [engine.host, ...args], signal);
      return { figures: { seconds }, images: [stdout.trim()] };
    },
  };
}

/** The algorithm of 2015. Its own seconds count, without the start of the process that runs it. */
export function originalAlgorithm({ engine, signal }: Bench, container: string): Contender {
  return {
    name: 'algorithm of 2015',
    run: async () => {
      const tag = engine.docker.imageName('bench-original');
      const args = ['--import', import.meta.resolve('tsx'), ORIGINAL, engine.host, engine.run, container, tag];
      const { exitCode, stdout, stderr } = await execa(process.execPath, args, { reject: false, cancelSignal: signal });
      signal.throwIfAborted();
      if (exitCode !== 0) throw new NotAvailable(stderr);
      const { seconds } = JSON.parse(stdout) as { seconds: number };
      return { figures: { seconds }, images: [tag] };
    },
  };
}
