import { readFileSync } from 'node:fs';
import type { FileTree } from '../../../src/filesystem/file-tree.ts';
import type { ImagePath } from '../../../src/model/image-path.ts';
import { type ReadTrace, TraceReader } from '../../../src/proof/trace/parse-strace.ts';
import { directory, file, fixture, program, symlink, type TarMember } from '../../builders/tar.ts';

/**
 * The files that the recorded programs had: what strace 6.1 wrote about them, on Linux 6.18 and without CAP_SYS_PTRACE,
 * is in `recorded`.
 */
const MEMBERS: readonly TarMember[] = [
  program('srv/t/a/run', '#!/bin/sh\nread x < ../x\n'),
  file('srv/t/a/x'),
  directory('srv/t/a/b'),
  file('srv/t/a/o\xff >"\n,) = 3'),
  symlink('srv/t/lnk', 'a/b'),
  symlink('srv/t/abs', '/srv/t/share'),
  symlink('srv/t/mtab', '/proc/self/mounts'),
  file('srv/t/share/s'),
  file('srv/t/share/sub/s'),
  file('srv/t/jail/a/x'),
  file('srv/t/jail/share/s'),
  ...['drop', 'ex', 'prog', 'threads'].map((name) => program(`srv/t/${name}`, '')),
  ...['cat', 'sh', 'ls', 'rm', 'mkdir', 'ln', 'setpriv'].map((name) => program(`usr/bin/${name}`, '')),
  directory('proc'),
  directory('dev'),
];

export function recordedTree(...more: readonly TarMember[]): FileTree {
  return fixture(...MEMBERS, ...more).tree;
}

/** The text of a recorded trace. */
export function recorded(name: string): string {
  return readFileSync(new URL(`recorded/${name}.txt`, import.meta.url), 'latin1');
}

/** What the reader learns from a trace of a program that was started in /srv/t. */
export function learn(
  trace: string,
  { tree = recordedTree(), piece = 1 << 20 }: { tree?: FileTree; piece?: number } = {},
): ReadTrace {
  const leftOut = ['.skinnywhale-0' as ImagePath];
  const reader = new TraceReader({ tree, workingDirectory: '/srv/t', leftOut });
  const bytes = Buffer.from(trace, 'latin1');
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  return reader.end();
}

/** `path how by` of each, in path order. */
export function lines({ learned }: ReadTrace, below = ''): string[] {
  return learned.filter(({ path }) => path.startsWith(below)).map(({ path, how, by }) => `${path} ${how} ${by}`);
}

/** A trace as it is where strace may not look up descriptors. */
export function withoutDescriptorPaths(trace: string): string {
  return trace.replace(/(?<=AT_FDCWD|\b\d+)<\/[^>]*>/g, '');
}
