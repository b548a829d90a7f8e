import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { test } from 'node:test';
import { provideEngine } from '../../engine/engine.ts';
import { skinnywhale } from '../../engine/slim.ts';
import { behaviour, install, withFreePort } from '../../programs/compare.ts';
import type { Program } from '../../programs/program.ts';

/**
 * Declares the test of one real program: installed in a container on a minimal Debian, slimmed with no flags, and run
 * from the image as committed and from the skinny one, with the same stdout and exit codes.
 *
 * Where SKINNYWHALE_SIZES names a file, a line of JSON goes there: `{program, fatBytes, skinnyBytes, seconds}`.
 */
export function testRealProgram(definition: Program): void {
  test(`${definition.name} runs from its skinny image as it did before`, async () => {
    await using engine = await provideEngine();
    const { docker } = engine;
    const program = await withFreePort(definition);
    const container = await install(docker, program, await engine.baseImage());
    const fatImage = docker.imageName(`${program.name}-fat`);
    const skinnyImage = docker.imageName(`${program.name}-skinny`);
    try {
      await docker.docker(['commit', container, fatImage]);
      const fat = await behaviour(docker, program, fatImage);
      assert.deepEqual(
        fat.steps.slice(0, program.run.length).map(({ what, exitCode }) => ({ what, exitCode })),
        program.run.map(({ command, exitCode = 0 }) => ({ what: command.join(' '), exitCode })),
        `the check itself is wrong; stderr:\n${fat.stderr}`,
      );

      const start = performance.now();
      const slimmed = await skinnywhale(['--tag', skinnyImage, container], { host: engine.host });
      const seconds = Math.round((performance.now() - start) / 100) / 10;
      assert.equal(slimmed.exitCode, 0, slimmed.stderr);

      const skinny = await behaviour(docker, program, skinnyImage);
      assert.deepEqual(
        skinny.steps,
        fat.steps,
        `it behaves differently; stderr from the skinny image:\n${skinny.stderr}`,
      );

      const [fatBytes, skinnyBytes] = await Promise.all([docker.imageSize(fatImage), docker.imageSize(skinnyImage)]);
      assert.ok(fatBytes !== undefined && skinnyBytes !== undefined);
      assert.ok(skinnyBytes < fatBytes, `${skinnyBytes} bytes are not fewer than ${fatBytes}`);
      record({ program: program.name, fatBytes, skinnyBytes, seconds });
    } finally {
      await docker.remove({ containers: [container], images: [skinnyImage, fatImage] });
    }
  });
}

function record(sizes: Readonly<Record<string, string | number>>): void {
  const file = process.env['SKINNYWHALE_SIZES'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(sizes)}\n`);
}
