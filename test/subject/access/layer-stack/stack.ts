import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LayerStack, readLayerStack } from '../../../../src/subject/access/layer-stack/read-layer-stack.ts';
import type { Snapshot } from '../../../../src/subject/snapshot.ts';
import { type BuiltLayer, storedLayers } from '../../../builders/image-archive.ts';

/** A stack of layers, and the folder for what is unpacked. */
export interface TestStack extends AsyncDisposable, LayerStack {
  readonly directory: string;
}

/** @param base how many of the layers are the base */
export async function stackOf(base: number, ...layers: readonly BuiltLayer[]): Promise<TestStack> {
  const directory = mkdtempSync(join(tmpdir(), 'sw-stack-'));
  try {
    const stack = await readLayerStack({ layers: storedLayers(...layers), base, directory });
    return {
      ...stack,
      directory,
      [Symbol.asyncDispose]: async () => {
        await stack[Symbol.asyncDispose]();
        rmSync(directory, { recursive: true });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
}

/** Every path with what is there: a file's content, a link's target, or its type. */
export function shownTree({ tree, content }: Pick<Snapshot, 'tree' | 'content'>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const entry of tree.entries()) {
    const { path, type, target, inode } = entry;
    const source = content.content(entry);
    shown[path] =
      type === 'file'
        ? source.read(0, source.size).toString('latin1') + (inode === entry ? '' : ` = ${inode.path}`)
        : type === 'symlink'
          ? `-> ${target}`
          : type;
  }
  return shown;
}
