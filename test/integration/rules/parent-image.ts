import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { test } from 'node:test';
import { type TarMember, tar } from '../../builders/tar.ts';
import { debianTree } from '../../debian/debian-tree.ts';
import type { DockerCli } from '../../fixture/docker-cli.ts';
import { type Engine, provideEngine } from '../../fixture/engine.ts';
import { skinnywhale } from '../../fixture/slim.ts';
import { behaviour, withFreePort } from '../../real-programs/compare.ts';
import type { Program } from '../../real-programs/program.ts';
import { binaryDocker } from '../cases/binary-docker.ts';

/** A program whose packages are all in the parent image; only `files` are in the container's change layer. */
export interface ParentProgram extends Omit<Program, 'packages' | 'prepare' | 'files'> {
  /** absolute path -> text; scripts (with `#!`) are executable */
  readonly files: Readonly<Record<string, string>>;
  /** the parent image's CMD */
  readonly command?: readonly string[];
}

/**
 * Declares the tests of programs that live in a parent image: each gets a container of its own with a little change,
 * which is slimmed with no flags, and does the same in the skinny image as in the fat one.
 */
export function testOnParent(packages: readonly string[], programs: readonly ParentProgram[]): void {
  test(`on a parent image with ${packages.join(', ')}`, async (suite) => {
    await using engine = await provideEngine();
    const parent = engine.docker.imageName('rules-parent');
    const { archive } = await debianTree(packages);
    try {
      await engine.docker.docker(['import', '-', parent], { stdin: createReadStream(archive) });
      for (const program of programs) {
        await suite.test(`${program.name} runs from its skinny image as it did before`, () =>
          compare(engine, parent, program),
        );
      }
    } finally {
      await engine.docker.remove({ images: [parent] });
    }
  });
}

async function compare(engine: Engine, parent: string, definition: ParentProgram): Promise<void> {
  const { docker } = engine;
  const program = { ...(await withFreePort({ ...definition, packages: [] })), command: definition.command };
  const images = ['with-command', 'fat', 'skinny'].map((name) => docker.imageName(`${program.name}-${name}`));
  const [withCommand, fat, skinny] = images as [string, string, string];
  const containers: string[] = [];
  try {
    const plain = await create(docker, engine.run, parent);
    containers.push(plain);
    const command = JSON.stringify(program.command ?? ['/bin/true']);
    await docker.docker(['commit', '--change', `CMD ${command}`, plain, withCommand]);
    const container = await create(docker, engine.run, withCommand);
    containers.push(container);
    await binaryDocker(docker, ['cp', '-', `${container}:/`], tar(members(program.files ?? {})));
    await docker.docker(['commit', container, fat]);
    const before = await behaviour(docker, program, fat);
    assert.ok(
      before.steps.some(({ exitCode, stdout }) => exitCode === 0 && stdout !== ''),
      `it does nothing in the fat image:\n${JSON.stringify(before, null, 2)}`,
    );

    const slimmed = await skinnywhale(['--tag', skinny, container], { host: engine.host });
    assert.equal(slimmed.exitCode, 0, slimmed.stderr);
    const after = await behaviour(docker, program, skinny);
    assert.deepEqual(after.steps, before.steps, `it behaves differently; stderr:\n${after.stderr}\n${slimmed.stdout}`);
    const [fatBytes = 0, skinnyBytes = 0] = await Promise.all([docker.imageSize(fat), docker.imageSize(skinny)]);
    assert.ok(skinnyBytes < fatBytes / 2, `${skinnyBytes} bytes of ${fatBytes}: that is not skinny`);
  } finally {
    await docker.remove({ containers, images });
  }
}

async function create(docker: DockerCli, run: string, image: string): Promise<string> {
  return (await docker.docker(['create', '--label', `skinnywhale.test=${run}`, image, '/bin/true'])).trim();
}

function members(files: Readonly<Record<string, string>>): TarMember[] {
  return Object.entries(files).map(([path, content]) => ({
    name: path.slice(1),
    content,
    mode: content.startsWith('#!') ? 0o755 : path.includes('sudoers') ? 0o440 : 0o644,
  }));
}
