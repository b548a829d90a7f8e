import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LayerFiles } from '../../../../src/subject/access/overlay/layer-files.ts';
import type { XattrReader } from '../../../../src/subject/access/overlay/xattr.ts';

/** What stands at a path of a layer: a file's content, or something else. The directories above are made, too. */
export type Made =
  | string
  | Buffer
  | { readonly directory: true }
  | { readonly whiteout: true }
  | { readonly fifo: true }
  | { readonly target: string }
  | { readonly linkTo: string };

/** By path: extended attributes of a file of the layer. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, string | Buffer>>>>;

export interface Layer {
  /** paths are byte strings */
  readonly files: Readonly<Record<string, Made>>;
  readonly attributes?: Attributes;
}

/** Layers in a temporary folder, with attributes that exist for their reader alone: real ones would need root. */
export class Layers implements Disposable {
  readonly folders: readonly string[];
  readonly files: LayerFiles;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sw-layers-'));
  readonly #attributes = new Map<string, Readonly<Record<string, string | Buffer>>>();

  /** @param layers uppermost first */
  constructor(...layers: readonly Layer[]) {
    this.folders = layers.map((_, index) => join(this.#folder, `layer ü ${index}`));
    for (const [index, layer] of layers.entries()) this.#make(this.folders[index] as string, layer);
    const reader: XattrReader = {
      list: (path) => Object.keys(this.#attributes.get(physical(path)) ?? {}),
      get: (path, name) => {
        const value = this.#attributes.get(physical(path))?.[name];
        return value === undefined ? undefined : Buffer.from(value);
      },
    };
    this.files = new LayerFiles(this.folders, reader);
  }

  /** Where a file of a layer is. */
  path(layer: number, path: string): Buffer {
    return bytes(this.folders[layer] as string, path);
  }

  [Symbol.dispose](): void {
    this.files[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }

  #make(folder: string, { files, attributes = {} }: Layer): void {
    mkdirSync(folder);
    for (const [path, made] of Object.entries(files)) {
      const at = bytes(folder, path);
      mkdirSync(bytes(folder, dirname(path)), { recursive: true });
      if (typeof made === 'string' || Buffer.isBuffer(made)) writeFileSync(at, made);
      else if ('directory' in made) mkdirSync(at, { recursive: true });
      // Since Linux 5.8 this device needs no privilege.
      else if ('whiteout' in made) execFileSync('mknod', [at.toString('utf8'), 'c', '0', '0']);
      else if ('fifo' in made) execFileSync('mknod', [at.toString('utf8'), 'p']);
      else if ('target' in made) symlinkSync(Buffer.from(made.target, 'latin1'), at);
      else linkSync(bytes(folder, made.linkTo), at);
    }
    for (const [path, values] of Object.entries(attributes)) {
      this.#attributes.set(bytes(folder, path).toString('latin1'), values);
    }
  }
}

/** Where a path by way of an open directory leads, as a byte string. */
function physical(path: Buffer): string {
  const [, handle, rest = ''] = /^(\/proc\/self\/fd\/\d+)(.*)$/s.exec(path.toString('latin1')) ?? [];
  return handle === undefined ? path.toString('latin1') : readlinkSync(handle, 'latin1') + rest;
}

function bytes(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
}

/** What makes a directory opaque. */
export const OPAQUE = { 'trusted.overlay.opaque': 'y' };

export const WHITEOUT: Made = { whiteout: true };
export const DIRECTORY: Made = { directory: true };
