/**
 * `node --import tsx test/bench/bench.ts [--quick] [--rounds N] [--case NAME]... [--json FILE]`: measures the built package
 * against `docker export | docker import`, the engine's own speed and other tools, side by side on this machine. Prints
 * tables in Markdown, and for each ratio what it ought to be; none of that makes it fail, since times are the machine's.
 * The containers it works with stay on an engine that it found, as skinnywhale-bench-*.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provideEngine } from '../fixture/engine.ts';
import { interruptSignal } from '../fixture/interrupt.ts';
import type { BenchCase, Contest } from './bench-case.ts';
import { CachedContainers } from './cached-containers.ts';
import { analysis } from './cases/analysis.ts';
import { jdk } from './cases/jdk.ts';
import { memory } from './cases/memory.ts';
import { smallChange } from './cases/small-change.ts';
import { smallFiles } from './cases/small-files.ts';
import { shell } from './commands.ts';
import type { Bench } from './contenders.ts';
import { type Judged, judge } from './judgement.ts';
import { describeMachine, type Machine, machineText } from './machine.ts';
import { type Measured, type Run, runRounds } from './rounds.ts';
import { judgedTable, measuredTable } from './tables.ts';

const CASES: readonly BenchCase[] = [jdk, smallFiles, smallChange, analysis, memory];
const ROOT = new URL('../../', import.meta.url);
const ROUNDS = { usual: 5, quick: 2 };

/** What `--json` writes. Times in seconds, sizes in bytes. */
interface BenchReport {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly contests: readonly {
    readonly case: string;
    readonly title: string;
    readonly measured: readonly Measured[];
    readonly judged: readonly Judged[];
  }[];
}

interface Settings {
  readonly cases: readonly BenchCase[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | undefined;
}

async function main(args: string[], signal: AbortSignal): Promise<number> {
  const settings = readSettings(args);
  const build = buildState();
  if (build === 'missing') throw new Error('run `npm run build` first');
  if (build === 'stale') log('what is measured is older than its sources: `npm run build` makes it anew');
  const { cases, quick } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'sw-bench-'));
  try {
    await using engine = await provideEngine({ signal });
    const machine = await describeMachine(engine);
    console.log(machineText(machine));
    const bench: Bench = { engine, machine, cached: new CachedContainers(engine.docker, log), folder, quick, signal };
    const contests: BenchReport['contests'][number][] = [];
    for (const each of cases) {
      log(`${each.name}: ${each.what}`);
      for (const contest of await each.prepare(bench)) {
        const result = await hold(bench, contest, settings);
        contests.push({ case: each.name, title: contest.title, ...result });
        console.log(`\n### ${each.name}: ${contest.title}\n`);
        console.log(measuredTable(result.measured));
        console.log(judgedTable(result.judged));
        const report: BenchReport = { machine, quick, contests };
        if (settings.json !== undefined) writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
      }
    }
    const failed = contests.flatMap(({ measured }) => measured).filter(({ missing }) => missing?.kind === 'failed');
    return failed.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSettings(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      case: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
    },
  });
  const unknown = values.case.find((wanted) => !CASES.some(({ name }) => name === wanted));
  if (unknown !== undefined) throw new Error(`no case ${unknown}: ${CASES.map(({ name }) => name).join(', ')}`);
  const rounds = values.rounds === undefined ? ROUNDS[values.quick ? 'quick' : 'usual'] : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1 on');
  const cases = CASES.filter(({ name, usual }) => (values.case.length === 0 ? usual : values.case.includes(name)));
  return { cases, rounds, quick: values.quick, json: values.json };
}

async function hold(
  bench: Bench,
  contest: Contest,
  settings: Settings,
): Promise<{ measured: Measured[]; judged: Judged[] }> {
  const measured = await runRounds(contest.contenders, {
    rounds: contest.rounds ?? settings.rounds,
    warmUp: contest.rounds === undefined && !settings.quick,
    between: (run) => cleanUp(bench, run),
    signal: bench.signal,
  });
  return { measured, judged: judge(measured, contest) };
}

/**
 * Removes what a run made, so that the next one makes it anew: an engine that has a layer loads it no second time. Then
 * all that is still to be written is, so that nobody pays for what another one did.
 */
async function cleanUp({ engine, machine }: Bench, run: Run | undefined): Promise<void> {
  for (const image of run?.images ?? []) {
    const removed = await engine.docker.docker(['image', 'rm', '--force', image]);
    // Image and layer; containerd's store tells of the image alone.
    const gone = removed.split('\n').filter((line) => line.startsWith('Deleted: ')).length;
    if (gone < (machine.engine.storage.includes('containerd') ? 1 : 2)) {
      throw new Error(`the layer of ${image} stays on the engine: another image has the same`);
    }
  }
  await shell('sync', []);
}

/** Whether there is something to measure, and whether it is what the sources are now. */
function buildState(): 'missing' | 'stale' | 'fresh' {
  const built = statSync(new URL('dist/cli/main.js', ROOT), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return 'missing';
  const sources = readdirSync(new URL('src/', ROOT), { recursive: true, encoding: 'utf8' });
  return sources.some((path) => statSync(new URL(`src/${path}`, ROOT)).mtimeMs > built) ? 'stale' : 'fresh';
}

function log(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

const interrupted = interruptSignal();
process.exitCode = await main(process.argv.slice(2), interrupted).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message.trim() : error);
  return interrupted.aborted ? 130 : 1;
});
