import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type SlimReport, slim } from '../../../src/index.ts';
import { command } from '../../cli/command.ts';
import type { DockerCli } from '../../fixture/docker-cli.ts';
import { type Engine, provideEngine } from '../../fixture/engine.ts';
import { installMissing } from '../../fixture/packages.ts';
import { checksOf } from '../../real-programs/checks.ts';
import { type Behaviour, behaviour, install, withFreePort } from '../../real-programs/compare.ts';
import type { Program } from '../../real-programs/program.ts';

/** One installed program, and what its tests share. */
export interface RealProgram {
  readonly engine: Engine;
  readonly docker: DockerCli;
  readonly program: Program;
  /** stopped */
  readonly container: string;
  /** the container as committed */
  readonly fatImage: string;
  /** `--change` for each instruction that makes the program's service what the image runs */
  readonly changes: readonly string[];
  /** `--check-file` with all that the program's definition runs, and `--probe` for its service */
  readonly checks: readonly string[];
  /** the name of the image that `--tight` makes with those checks, and the file with the profile that it learned */
  readonly tight: { readonly image: string; readonly profile: string };
  /** Slims the container. @throws Error with what the command says */
  slim(tag: string, ...args: readonly string[]): Promise<SlimReport>;
  /** The same where no strace is found. */
  slimUntraced(tag: string, ...args: readonly string[]): Promise<SlimReport>;
  /** Slims another container. */
  slimOther(container: string, ...args: readonly string[]): Promise<SlimReport>;
  /** A name for an image that is removed at the end. */
  imageName(what: string): string;
}

/** A further test of an installed program. */
export interface FurtherTest {
  readonly name: string;
  readonly run: (real: RealProgram) => Promise<void>;
}

/**
 * Declares the tests of one real program: installed in a container on a minimal Debian, slimmed
 * - by two ways in and out, with one result, then run from the image as committed and from the skinny one, with the same
 *   stdout and exit codes;
 * - by `--tight` with checks made of its definition, which have to pass, and run as before.
 *
 * Where SKINNYWHALE_SIZES names a file, a line of JSON goes there: `{program, fatBytes, skinnyBytes, tightBytes, seconds}`.
 */
export function testRealProgram(definition: Program, ...further: readonly FurtherTest[]): void {
  test(`${definition.name} runs from its skinny image as it did before`, async (t) => {
    await installMissing({ strace: 'strace' }, { log: (line) => t.diagnostic(line) });
    await using engine = await provideEngine();
    const { docker } = engine;
    const program = await withFreePort(definition);
    const part = timed(t, program.name);
    const container = await part('install', async () =>
      install(docker, program, await engine.baseImage(), { clean: true }),
    );
    const folder = mkdtempSync(join(tmpdir(), 'sw-real-'));
    const images: string[] = [];
    const imageName = (what: string): string => {
      images.push(docker.imageName(`${program.name}-${what}`));
      return images.at(-1) as string;
    };
    const fatImage = imageName('fat');
    const { changes, probes, file } = checksOf(program);
    writeFileSync(join(folder, 'checks.yaml'), file);
    const real: RealProgram = {
      engine,
      docker,
      program,
      container,
      fatImage,
      imageName,
      changes,
      checks: ['--check-file', join(folder, 'checks.yaml'), ...probes],
      tight: { image: imageName('tight'), profile: join(folder, 'profile') },
      slim: (tag, ...args) => slimmed(engine, ['--tag', tag, ...args, container]),
      slimUntraced: (tag, ...args) => slimmed(engine, ['--tag', tag, ...args, container], '/nowhere'),
      slimOther: (other, ...args) => slimmed(engine, [...args, other]),
    };
    const subtest = (name: string, run: () => Promise<void>) => t.test(name, () => part(name, run));
    try {
      await docker.docker(['commit', container, fatImage]);
      const fat = await part('as committed', () => behaviour(docker, program, fatImage));
      assert.deepEqual(
        fat.steps.slice(0, program.run.length).map(({ what, exitCode }) => ({ what, exitCode })),
        program.run.map(({ command, exitCode = 0 }) => ({ what: command.join(' '), exitCode })),
        `the check itself is wrong; stderr:\n${fat.stderr}`,
      );
      const sizes = { program: program.name, fatBytes: await sizeOf(docker, fatImage), seconds: 0 };
      const skinnyImage = imageName('skinny');
      await subtest('two ways have one result', async () => {
        sizes.seconds = await bothWays(real, skinnyImage);
      });
      await subtest('it runs', () => runsAs(fat, real, skinnyImage));
      const { image: tightImage, profile } = real.tight;
      await subtest('it passes them with what they use alone', async () => {
        const { proof } = await real.slim(tightImage, '--tight', '--profile-out', profile, ...changes, ...real.checks);
        assert.ok(proof !== null && proof.learned > 0);
        assert.deepEqual(proof.rounds, []);
      });
      await subtest('it runs from that', () => runsAs(fat, real, tightImage));
      for (const { name, run } of further) await subtest(name, () => run(real));
      const [skinnyBytes, tightBytes] = [await sizeOf(docker, skinnyImage), await sizeOf(docker, tightImage)];
      assert.ok(skinnyBytes < sizes.fatBytes, `${skinnyBytes} bytes are not fewer than ${sizes.fatBytes}`);
      assert.ok(tightBytes < skinnyBytes, `${tightBytes} bytes are not fewer than ${skinnyBytes}`);
      record({ ...sizes, skinnyBytes, tightBytes });
    } finally {
      await docker.remove({ containers: [container], images: images.reverse() });
      rmSync(folder, { recursive: true });
    }
  });
}

/**
 * Slims through the engine's interface with one archive, then in its folders with the layer first: the same layer and the
 * same configuration come out. Other combinations are tried on smaller containers.
 * @returns seconds that the first one took
 */
async function bothWays({ docker, slim, changes }: RealProgram, tag: string): Promise<number> {
  const start = performance.now();
  const first = await slim(tag, '--source', 'engine', '--sink', 'load', ...changes);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  assert.match(first.result.layer ?? '', /^sha256:\w{64}$/);
  // an image that is there already has the layer that a further one would be sent with
  await docker.remove({ images: [tag] });
  const local = await slim(tag, '--source', 'local', '--sink', 'import', ...changes).catch(notLocal);
  const second = local ?? (await slim(tag, '--source', 'engine', '--sink', 'import', ...changes));
  assert.deepEqual(second.result, first.result);
  return seconds;
}

/** Undefined where the container can't be read in its engine's folders. */
function notLocal(error: Error): undefined {
  if (!/can't be read in the engine's folders: .+/.test(error.message)) throw error;
}

/** Runs the command within this process, which saves a second each time. @throws Error with what it says */
async function slimmed({ host }: Engine, args: readonly string[], path = process.env['PATH']): Promise<SlimReport> {
  const env = { PATH: path, SKINNYWHALE_CACHE: 'off' };
  const { code, stdout, stderr } = await command(['--host', host, '--json', ...args], { env, slim });
  if (code !== 0) throw new Error(`it ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as SlimReport;
}

async function runsAs(fat: Behaviour, { docker, program }: RealProgram, image: string): Promise<void> {
  const found = await behaviour(docker, program, image);
  assert.deepEqual(found.steps, fat.steps, `it behaves differently; stderr from the image:\n${found.stderr}`);
}

async function sizeOf(docker: DockerCli, image: string): Promise<number> {
  const bytes = await docker.imageSize(image);
  assert.ok(bytes !== undefined, `${image} is missing`);
  return bytes;
}

/** Says how long each part of a test took. */
function timed(t: TestContext, name: string): <T>(what: string, run: () => Promise<T>) => Promise<T> {
  return async (what, run) => {
    const start = performance.now();
    try {
      return await run();
    } finally {
      t.diagnostic(`${name}: ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  };
}

function record(sizes: Readonly<Record<string, string | number>>): void {
  const file = process.env['SKINNYWHALE_SIZES'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(sizes)}\n`);
}
