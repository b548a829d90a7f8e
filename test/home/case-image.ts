import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type TarMember, tar } from '../builders/tar.ts';
import type { Engine } from '../fixture/engine.ts';
import { binaryDocker } from '../integration/cases/binary-docker.ts';
import type { HomeCase, HomeConfig, HomeFile } from './home-case.ts';
import { imageReference, parentImage } from './parent-images.ts';

/**
 * The image that a case's Dockerfile makes over its parent, once in an engine's life. The three ways have the same files
 * in the end, so that it also shows how the case behaves before it is slimmed.
 */
export async function caseImage(engine: Engine, home: HomeCase): Promise<string> {
  const parent = await parentImage(engine, home.parent, home.packages);
  const stage = home.build && (await parentImage(engine, home.build.stage));
  const dockerfile = [...buildStage(home, stage), `FROM ${parent}`, ...steps(home), ...instructions(home.config)].join(
    '\n',
  );
  const files = fileArchive(home.files ?? {});
  const sources = fileArchive(home.build?.sources ?? {});
  const contents = [dockerfile, home.modules, files.toString('base64'), sources.toString('base64')];
  const reference = imageReference(home.name, contents);
  return build(engine, reference, async () => ({
    Dockerfile: Buffer.from(dockerfile),
    'files.tar': files,
    'sources.tar': sources,
    'modules.tar': await moduleArchive(home.modules ?? []),
  }));
}

/** An image with the configuration of a case and without its files. */
export async function configuredParent(engine: Engine, home: HomeCase, parent: string): Promise<string> {
  const dockerfile = [`FROM ${parent}`, ...instructions(home.config)].join('\n');
  const reference = imageReference(`${home.name}-parent`, dockerfile);
  return build(engine, reference, async () => ({ Dockerfile: Buffer.from(dockerfile) }));
}

async function build(
  { docker }: Engine,
  reference: string,
  files: () => Promise<Readonly<Record<string, Buffer>>>,
): Promise<string> {
  if ((await docker.imageSize(reference)) !== undefined) return reference;
  const context = tar(Object.entries(await files()).map(([name, content]) => ({ name, content })));
  // The classic builder is in every engine's command; further plugins are not.
  const env = { DOCKER_BUILDKIT: '0' };
  await binaryDocker(docker, ['build', '--quiet', '--network=host', '--tag', reference, '-'], context, env);
  return reference;
}

/** `node_modules` with these packages and what they depend on, as an archive. */
async function moduleArchive(packages: readonly string[]): Promise<Buffer> {
  if (packages.length === 0) return tar([]);
  const folder = mkdtempSync(join(tmpdir(), 'sw-modules-'));
  try {
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    await execa('npm', ['install', ...options, ...packages], { stdin: 'ignore' });
    const archive = ['--create', '--owner=0', '--group=0', '--directory', folder, 'node_modules'];
    const { stdout } = await execa('tar', archive, { encoding: 'buffer', maxBuffer: 1 << 30 });
    return Buffer.from(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether nothing but a case's own files lies above its parent. */
export function isFilesOnly({ packages, prepare, build, modules }: HomeCase): boolean {
  return [packages, prepare, build, modules].every((each) => each === undefined);
}

/** The files as an archive of the root directory. */
export function fileArchive(files: Readonly<Record<string, HomeFile>>): Buffer {
  return tar(Object.entries(files).map(([path, file]) => member(path.slice(1), file)));
}

function member(name: string, file: HomeFile): TarMember {
  if (typeof file === 'string') {
    return { name, content: Buffer.from(file), mode: file.startsWith('#!') ? 0o755 : 0o644 };
  }
  if ('link' in file) return { name, type: 'symlink', linkname: file.link };
  const { mode, owner = 0 } = file;
  const attributes = { ...(mode === undefined ? {} : { mode }), uid: owner, gid: owner };
  if ('directory' in file) return { name: `${name}/`, ...attributes };
  return { name, content: Buffer.from(file.text), ...attributes };
}

function buildStage({ build }: HomeCase, stage: string | undefined): string[] {
  if (build === undefined || stage === undefined) return [];
  return [
    `FROM ${stage} AS build`,
    'ADD sources.tar /',
    `RUN ${json(['sh', '-euc', `mkdir -p /out; ${build.script}`])}`,
  ];
}

function steps({ files, build, modules, prepare = [] }: HomeCase): string[] {
  return [
    ...(modules === undefined ? [] : ['ADD modules.tar /srv/']),
    ...(build === undefined ? [] : ['COPY --from=build /out/ /']),
    ...(files === undefined ? [] : ['ADD files.tar /']),
    ...prepare.map((script) => `RUN ${json(['sh', '-euc', script])}`),
  ];
}

function instructions(config: HomeConfig = {}): string[] {
  const { entrypoint, cmd, env = {}, workdir, user, volumes = [], healthcheck } = config;
  return [
    ...Object.entries(env).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    ...(volumes.length === 0 ? [] : [`VOLUME ${json(volumes)}`]),
    ...(workdir === undefined ? [] : [`WORKDIR ${workdir}`]),
    ...(user === undefined ? [] : [`USER ${user}`]),
    ...(healthcheck === undefined ? [] : [`HEALTHCHECK --interval=1s --retries=20 CMD ${healthcheck}`]),
    ...(entrypoint === undefined ? [] : [`ENTRYPOINT ${json(entrypoint)}`]),
    ...(cmd === undefined ? [] : [`CMD ${json(cmd)}`]),
  ];
}

/** A list for a Dockerfile, in which a dollar sign stands for itself. */
function json(words: readonly string[]): string {
  return JSON.stringify(words);
}
