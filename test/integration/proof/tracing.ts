import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { DockerClient } from '../../../src/engine/client.ts';
import { connect } from '../../../src/engine/connect/connect.ts';
import type { FileTree } from '../../../src/filesystem/file-tree.ts';
import { TreeBuilder } from '../../../src/filesystem/tree-builder.ts';
import { programFiles } from '../../../src/loader/program-files.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { findTracer, type TracerOptions } from '../../../src/proof/trace/find-tracer.ts';
import type { TraceSetting } from '../../../src/proof/trace/traced-container.ts';
import { TarScanner } from '../../../src/tar/scanner.ts';
import { tar } from '../../builders/tar.ts';
import { installMissing } from '../../fixture/packages.ts';
import { binaryDocker } from '../cases/binary-docker.ts';
import type { Lab } from '../cases/lab.ts';

/** Reads a file in two threads, in a directory that the first one has changed to. */
const THREADS = `
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
static void *go(void *name) { return (void *)(long)open(name, O_RDONLY); }
int main(void) {
  pthread_t one, two;
  void *first, *second;
  if (chdir("/srv/app/deep")) return 3;
  pthread_create(&one, 0, go, "../one");
  pthread_create(&two, 0, go, "two");
  pthread_join(one, &first);
  pthread_join(two, &second);
  return (long)first < 0 || (long)second < 0;
}
`;

export async function connectTo(lab: Lab, signal?: AbortSignal): Promise<DockerClient> {
  return connect({ host: lab.docker.host, env: process.env, home: homedir(), signal });
}

/** What is needed on this machine: strace itself, and a compiler for the programs that are traced. */
export async function installTools(): Promise<void> {
  await installMissing(
    { strace: 'strace', gcc: 'gcc', '/usr/include/stdio.h': 'libc6-dev' },
    { log: (line) => console.error(line) },
  );
}

/** This machine's strace, unless told otherwise. */
export function tracerFor(lab: Lab, client: DockerClient, more: Partial<TracerOptions> = {}) {
  const path = process.env['PATH'] ?? '';
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return findTracer({ client, resolve: programFiles, architecture, path, directory: lab.folder, ...more });
}

/** A static program that starts threads. */
export async function threadedProgram(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-threads-'));
  try {
    const out = join(folder, 'threads');
    await execa('gcc', ['-static', '-pthread', '-o', out, '-x', 'c', '-'], { input: THREADS });
    return Buffer.from((await execa('cat', [out], { encoding: 'buffer' })).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An image of these members alone. */
export async function importImage(lab: Lab, members: Parameters<typeof tar>[0], ...changes: string[]): Promise<string> {
  const image = lab.imageName();
  const flags = changes.flatMap((change) => ['--change', change]);
  await binaryDocker(lab.docker, ['import', ...flags, '-', image], tar(members));
  return image;
}

/** Everything that a run is traced with, for an image. */
export async function settingFor(lab: Lab, reference: string, signal?: AbortSignal): Promise<TraceSetting> {
  const client = await connectTo(lab, signal);
  const image = (await client.inspectImage(reference))?.id as Digest;
  return { client, image, tree: await treeOf(client, image), tracer: await tracerFor(lab, client) };
}

async function treeOf(client: DockerClient, image: Digest): Promise<FileTree> {
  const id = await client.createContainer({ image, labels: {}, command: ['-'], network: 'none' });
  try {
    const builder = new TreeBuilder();
    const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
    for await (const chunk of await client.exportContainer(id)) scanner.push(chunk as Buffer);
    scanner.end();
    return builder.build();
  } finally {
    await client.removeContainer(id);
  }
}

/** Containers of an image, running or not. */
export async function containersOf(lab: Lab, image: string): Promise<string[]> {
  const text = await lab.docker.docker(['ps', '--all', '--quiet', '--filter', `ancestor=${image}`]);
  return text.split('\n').filter((line) => line !== '');
}
