import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { DockerClient } from '../../engine/client.ts';
import { DirectoryContent, DirectoryIndex } from '../../filesystem/directory-index.ts';
import { FileTree } from '../../filesystem/file-tree.ts';
import { SpoolStore } from '../../filesystem/spool-store.ts';
import { TreeBuilder } from '../../filesystem/tree-builder.ts';
import { isExecutable } from '../../filesystem/tree-entry.ts';
import type { ProgramSource } from '../../loader/program-files.ts';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { DEFAULT_PATH, environmentValue } from '../../model/image-config.ts';
import { byteString } from '../../model/image-path.ts';
import { CONTAINER_LABEL } from '../../model/labels.ts';
import { TarScanner } from '../../tar/scanner.ts';
import { type Bundle, bundleProgram, type ProgramResolver } from '../container-run/bundle.ts';

export interface TracerOptions {
  readonly client: DockerClient;
  readonly resolve: ProgramResolver;
  /** what the container's image is for (GOARCH) */
  readonly architecture: string;
  /** a file of this machine (with a slash), or an image that has strace on its PATH; default: this machine's strace */
  readonly tracer?: string | undefined;
  /** the search path of this machine's programs */
  readonly path: string;
  /** where an image's files may rest meanwhile */
  readonly directory: string;
}

const TRACER = 'strace';

/**
 * The strace that runs are traced with.
 * @throws USAGE where there is none, or none that runs where the container does; the hint names `--tracer`
 */
export async function findTracer(options: TracerOptions): Promise<Bundle> {
  const { tracer, architecture } = options;
  const bundle =
    tracer === undefined || (tracer.includes('/') && existsSync(tracer))
      ? ofMachine(options)
      : await ofImage(tracer, options);
  if (bundle.runsOn(architecture) !== false) return bundle;
  throw refused(
    `${tracer ?? "this machine's strace"} does not run on ${architecture}, which the container's image is for`,
  );
}

/** This machine's files as a source of programs. */
export function machineSource(): ProgramSource {
  return { tree: new FileTree(new DirectoryIndex('/')), content: new DirectoryContent('/') };
}

function ofMachine({ tracer, path, resolve }: TracerOptions): Bundle {
  const source = machineSource();
  const found = tracer === undefined ? findProgram(TRACER, byteString(path), source) : realpathSync(tracer, 'latin1');
  if (found === undefined) throw refused('strace is not installed on this machine, and tracing needs it');
  return bundleProgram({ source, path: found, resolve });
}

async function ofImage(reference: string, options: TracerOptions): Promise<Bundle> {
  const { client, directory, resolve } = options;
  const image = await client.inspectImage(reference);
  if (image === undefined) throw refused(`${reference} is neither a file of this machine nor an image of the engine`);
  const spool = `${directory}/tracer-${randomBytes(8).toString('hex')}.tar`;
  try {
    const tree = await exported(client, image.id, spool);
    using content = new SpoolStore(spool);
    const path = byteString(environmentValue(image.config, 'PATH') ?? DEFAULT_PATH);
    const found = findProgram(TRACER, path, { tree, content });
    if (found === undefined) throw refused(`the image ${reference} has no strace on its PATH`);
    return bundleProgram({ source: { tree, content }, path: found, resolve, hold: true });
  } finally {
    await rm(spool, { force: true });
  }
}

/** The tree of an image, through a container that is never started; its archive goes to `spool`. */
async function exported(client: DockerClient, image: Digest, spool: string): Promise<FileTree> {
  const id = await client.createContainer({
    image,
    labels: { [CONTAINER_LABEL.purpose]: 'a tracer is taken from it' },
    // never run; images without a command are refused without one
    command: ['-'],
    network: 'none',
  });
  try {
    const builder = new TreeBuilder();
    const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
    await pipeline(
      await client.exportContainer(id),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          scanner.push(chunk);
          yield chunk;
        }
      },
      createWriteStream(spool, { mode: 0o600, flags: 'wx' }),
    );
    scanner.end();
    return builder.build();
  } finally {
    await client.removeContainer(id);
  }
}

/** The first program of this name on a search path, in the system that `source` is; an absolute byte string. */
function findProgram(name: string, searchPath: string, { tree }: ProgramSource): string | undefined {
  const places = searchPath.split(':').filter((directory) => directory.startsWith('/'));
  return places
    .map((directory) => `${directory}/${name}`)
    .find((path) => {
      const { entry } = tree.resolve(path);
      return entry !== undefined && isExecutable(entry);
    });
}

function refused(message: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', message, {
    hint: 'Install strace, or name one: --tracer PATH (a file of this machine) or --tracer IMAGE (an image that has it).',
  });
}
