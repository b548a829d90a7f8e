import assert from 'node:assert/strict';
import type { RunConfig } from '../../../src/model/image-config.ts';
import type { LoaderRoot, Start } from './root.ts';

/** What every program for glibc has in its memory; physical paths in a {@link LoaderRoot}. */
export const GLIBC = ['usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'usr/lib/x86_64-linux-gnu/libc.so.6'];

/** What should be loaded, loader and C library left out. */
export interface Expected {
  readonly files?: readonly string[];
  readonly missing?: readonly string[];
}

/** How the program runs in the folder, and the same as an image's configuration. */
export interface Circumstances {
  readonly program?: string;
  readonly start?: Start;
  readonly run?: RunConfig;
  /** `trace`: the loader is asked; `run`: the program starts, and says what is in its memory */
  readonly by?: 'trace' | 'run';
}

/** The loader itself says what it loads for a program, and the closure has to be the same, and both as expected. */
export async function agree(root: LoaderRoot, expected: Expected, how: Circumstances = {}): Promise<void> {
  const { program = '/bin/main', by = 'trace' } = how;
  const loaded = await root[by](program, how.start);
  const kept = root.kept(program, how.run);
  const wanted = [[...(expected.files ?? []), ...GLIBC].sort(), [...(expected.missing ?? [])].sort()];
  assert.deepEqual([loaded.files, loaded.missing], wanted, `the loader: ${loaded.output}`);
  assert.deepEqual([kept.files, kept.missing], wanted, 'the closure');
}
