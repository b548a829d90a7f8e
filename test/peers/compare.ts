/**
 * `node --import tsx test/peers/compare.ts [--out FILE] [program...]`: slims each program of test/real-programs with skinnywhale,
 * with its `--tight` and checks made of the program's definition, and with the algorithm of 2015, runs what comes out, and
 * prints a table in Markdown. FILE gets a line of JSON for each program. Needs root, strace, and a local overlay2 engine;
 * what it makes is removed.
 */
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Engine, provideEngine } from '../fixture/engine.ts';
import { interruptSignal } from '../fixture/interrupt.ts';
import { skinnywhale } from '../fixture/slim.ts';
import { checksOf } from '../real-programs/checks.ts';
import { type Behaviour, behaviour, install, withFreePort } from '../real-programs/compare.ts';
import type { Program } from '../real-programs/program.ts';
import { original } from './original.ts';

const PROGRAMS = new URL('../real-programs/', import.meta.url);
type Slimmed = Awaited<ReturnType<typeof original>>;

/** What one tool made of a container. `because` is the tool's failure, or what is different from the image as committed. */
type Result = Partial<Slimmed> & { readonly runs: boolean; readonly because?: string };

interface Row {
  readonly program: string;
  readonly fatBytes: number;
  readonly skinny: Result;
  readonly tight: Result;
  readonly original: Result;
}

async function main(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { out: { type: 'string' } }, allowPositionals: true });
  const programs = await readPrograms(positionals);
  if (values.out !== undefined) writeFileSync(values.out, '');
  await using engine = await provideEngine({ signal });
  await engine.baseImage();
  const rows: Row[] = [];
  for (const program of programs) {
    if (signal.aborted) break;
    try {
      const row = await measure(engine, program, signal);
      rows.push(row);
      if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(row)}\n`);
    } catch (error) {
      console.error(`${program.name}: left out: ${message(error)}`);
    } finally {
      await engine.docker.sweep();
    }
  }
  process.stdout.write(table(rows));
  return signal.aborted ? 130 : Number(rows.length < programs.length);
}

/** Every program that a file of test/real-programs exports, or those with the given names. */
async function readPrograms(names: readonly string[]): Promise<Program[]> {
  const files = readdirSync(PROGRAMS).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(files.map((file) => import(new URL(file, PROGRAMS).href) as Promise<object>));
  const all = modules.flatMap((module) => Object.values(module).filter(isProgram));
  const unknown = names.find((wanted) => !all.some(({ name }) => name === wanted));
  if (unknown !== undefined) throw new Error(`no program ${unknown}: ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}

function isProgram(value: unknown): value is Program {
  return typeof value === 'object' && value !== null && 'packages' in value && 'run' in value;
}

/** @throws Error where the program can't be installed or tried before it is slimmed */
async function measure(engine: Engine, definition: Program, signal: AbortSignal): Promise<Row> {
  const { docker, host } = engine;
  const program = await withFreePort(definition);
  const { name } = program;
  console.error(`${name}: installing`);
  const container = await install(docker, program, await engine.baseImage());
  const fatImage = docker.imageName(`${name}-fat`);
  await docker.docker(['commit', container, fatImage]);
  const fatBytes = (await docker.imageSize(fatImage)) ?? 0;
  const fat = await behaviour(docker, program, fatImage);
  signal.throwIfAborted();
  const judge = async (tool: string, slim: (tag: string) => Promise<Slimmed>): Promise<Result> => {
    const tag = docker.imageName(`${name}-${tool}`);
    let result: Result = { runs: false };
    try {
      result = { ...result, ...(await slim(tag)) };
      const because = difference(fat, await behaviour(docker, program, tag));
      result = { ...result, ...(because === undefined ? { runs: true } : { because }) };
    } catch (error) {
      result = { ...result, because: message(error) };
    }
    signal.throwIfAborted();
    console.error(`${name}: ${tool}: ${result.because ?? 'runs'}`);
    return result;
  };
  const slimBy = async (tag: string, ...args: readonly string[]): Promise<Slimmed> => {
    const start = performance.now();
    const { exitCode, stderr } = await skinnywhale(['--tag', tag, ...args, container], { host });
    const seconds = (performance.now() - start) / 1000;
    if (exitCode !== 0) throw new Error(`skinnywhale exited with ${exitCode}: ${stderr}`);
    return { seconds, bytes: (await docker.imageSize(tag)) ?? 0 };
  };
  const skinny = await judge('skinny', slimBy);
  const tight = await judge('tight', async (tag) => {
    const folder = mkdtempSync(join(tmpdir(), 'sw-checks-'));
    try {
      const { changes, probes, file } = checksOf(program);
      writeFileSync(join(folder, 'checks.yaml'), file);
      return await slimBy(tag, '--tight', '--check-file', join(folder, 'checks.yaml'), ...changes, ...probes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  const before = await judge('original', (tag) => original({ docker, container, tag }));
  return { program: name, fatBytes, skinny, tight, original: before };
}

/** The first step that is different; undefined where none is. */
function difference(fat: Behaviour, slim: Behaviour): string | undefined {
  const index = fat.steps.findIndex((step, at) => !isDeepStrictEqual(step, slim.steps[at]));
  const [was, is] = [fat.steps[index], slim.steps[index]];
  return was && `${was.what}: exit code ${is?.exitCode}, not ${was.exitCode}, or another stdout`;
}

function table(rows: readonly Row[]): string {
  const cells = ({ bytes, runs }: Result) => `${megabytes(bytes)} | ${runs ? 'yes' : 'no'}`;
  const lines = rows
    .toSorted((a, b) => a.fatBytes - b.fatBytes)
    .map((row) => {
      const results = [row.skinny, row.tight, row.original].map(cells);
      return `| ${[row.program, megabytes(row.fatBytes), ...results].join(' | ')} |\n`;
    });
  const columns = [
    'program',
    'container MB',
    ...['skinny MB', 'tight MB', 'original MB'].flatMap((name) => [name, 'runs']),
  ];
  const head = `| ${columns.join(' | ')} |\n|---|--:|${'--:|---|'.repeat(3)}`;
  return `${head}\n${lines.join('')}`;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'failed' : (bytes / 1e6).toFixed(1);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}

const interrupted = interruptSignal();
process.exitCode = await main(process.argv.slice(2), interrupted).catch((error: unknown) => {
  console.error(message(error));
  return 1;
});
