import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type SlimReport, slim } from '../../../src/index.ts';
import { command } from '../../cli/command.ts';
import type { DockerCli, Outcome } from '../../engine/docker-cli.ts';
import { type Engine, provideEngine } from '../../engine/engine.ts';
import { installMissing } from '../../engine/packages.ts';
import { checksOf, type ProgramChecks } from '../../programs/checks.ts';
import { type Behaviour, behaviour, install, withFreePort } from '../../programs/compare.ts';
import type { Program } from '../../programs/program.ts';

/** One installed program, and what its tests share. */
export interface RealProgram {
  readonly engine: Engine;
  readonly docker: DockerCli;
  readonly program: Program;
  /** stopped */
  readonly container: string;
  /** the container as committed */
  readonly fatImage: string;
  /** `--check-file` with all that the program's definition runs, `--change` and `--probe` for its service */
  readonly checks: readonly string[];
  /** Slims the container, which has to go well. */
  slim(tag: string, ...args: readonly string[]): Promise<SlimReport>;
  /** Slims another one. */
  slimContainer(container: string, ...args: readonly string[]): Promise<SlimReport>;
  /** A name for an image that is removed at the end. */
  imageName(what: string): string;
}

/** A further test of an installed program. */
export interface FurtherTest {
  readonly name: string;
  readonly run: (real: RealProgram) => Promise<void>;
}

/** Why a container may be none that can be read in its engine's folders. */
const NOT_LOCAL = /can't be read in the engine's folders: .+/;

/**
 * Declares the tests of one real program: installed in a container on a minimal Debian, slimmed
 * - with no flags by every way in and out, with one result, and run from the image as committed and from the skinny one,
 *   with the same stdout and exit codes;
 * - with checks made of its definition, which have to pass;
 * - by `--tight` with the same checks, and run as before.
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
    const container = await part('install', async () => install(docker, program, await engine.baseImage()));
    const folder = mkdtempSync(join(tmpdir(), 'sw-real-'));
    const images: string[] = [];
    const imageName = (what: string): string => {
      images.push(docker.imageName(`${program.name}-${what}`));
      return images.at(-1) as string;
    };
    const fatImage = imageName('fat');
    const real: RealProgram = {
      engine,
      docker,
      program,
      container,
      fatImage,
      imageName,
      checks: checkArguments(checksOf(program), join(folder, 'checks.yaml')),
      slim: (tag, ...args) => slimmed(engine, ['--tag', tag, ...args, container]),
      slimContainer: (other, ...args) => slimmed(engine, [...args, other]),
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
      await subtest('every way in and out has the same result', async () => {
        sizes.seconds = await everyWay(real, skinnyImage);
      });
      await subtest('it runs', () => runsAs(fat, real, skinnyImage));
      await subtest('it passes checks made of its definition', async () => {
        const { proof } = await real.slim(imageName('checked'), ...real.checks);
        assert.ok(proof !== null && proof.items.length > 0);
        assert.deepEqual(proof.rounds, [], 'the rules alone did not find all of it');
      });
      const tightImage = imageName('tight');
      await subtest('it passes them with what they use alone', async () => {
        const { proof } = await real.slim(tightImage, '--tight', ...real.checks);
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
 * Slims by every combination of ways that the engine has: the same layer and the same configuration come out.
 * @returns seconds that the last one took
 */
async function everyWay(real: RealProgram, tag: string): Promise<number> {
  const { docker, engine, container } = real;
  const results = new Map<string, string>();
  let seconds = 0;
  for (const source of ['engine', 'local']) {
    for (const sink of ['load', 'import']) {
      // an image that is there already has the layer that a further one would be sent with
      await docker.remove({ images: [tag] });
      const start = performance.now();
      const args = ['--tag', tag, '--source', source, '--sink', sink, '--json', container];
      const { exitCode, stdout, stderr } = await skinnywhale(engine, args);
      if (source === 'local' && exitCode === 2) {
        assert.match(stderr, NOT_LOCAL);
        continue;
      }
      assert.equal(exitCode, 0, stderr);
      seconds = Math.round((performance.now() - start) / 100) / 10;
      const { layer, imageId } = (JSON.parse(stdout) as SlimReport).result;
      results.set(`${source} ${sink}`, `layer ${layer}, image ${imageId}`);
    }
  }
  const [first] = results.values();
  assert.match(first ?? '', /layer sha256:\w{64}, image sha256:\w{64}/);
  assert.deepEqual(new Set(results.values()), new Set([first]), [...results].join('\n'));
  if ((await docker.imageSize(tag)) === undefined) await real.slim(tag);
  return seconds;
}

/** The command within this process, which saves a second each time. */
async function skinnywhale({ host }: Engine, args: readonly string[]): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], SKINNYWHALE_CACHE: 'off' };
  const { code, stdout, stderr } = await command(['--host', host, ...args], { env, slim });
  return { exitCode: code, stdout, stderr };
}

async function slimmed(engine: Engine, args: readonly string[]): Promise<SlimReport> {
  const { exitCode, stdout, stderr } = await skinnywhale(engine, [...args, '--json']);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as SlimReport;
}

async function runsAs(fat: Behaviour, { docker, program }: RealProgram, image: string): Promise<void> {
  const found = await behaviour(docker, program, image);
  assert.deepEqual(found.steps, fat.steps, `it behaves differently; stderr from the image:\n${found.stderr}`);
}

function checkArguments({ changes, probes, file }: ProgramChecks, path: string): string[] {
  writeFileSync(path, file);
  return ['--check-file', path, ...changes, ...probes];
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
