import assert from 'node:assert/strict';
import type { ElfFile } from '../../src/elf/elf-file.ts';
import type { AnalysisView } from '../../src/filesystem/analysis-view.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { ElfIndex } from '../../src/loader/elf-index.ts';
import type { LoadResult } from '../../src/loader/link-map.ts';
import { Loader } from '../../src/loader/loader.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { baseName } from '../../src/model/image-path.ts';
import { finish } from '../../src/model/steps.ts';
import { buildElf, type ElfSpec } from '../builders/elf.ts';
import { buildLdCache, type CachedLibrary } from '../builders/ld-cache.ts';
import { file, fixture, program, type TarMember } from '../builders/tar.ts';

export const GLIBC = '/lib64/ld-linux-x86-64.so.2';
export const MUSL = '/lib/ld-musl-x86_64.so.1';

/** A glibc loader, as far as its parameters are in it. */
export function glibc(version = '2.36'): TarMember {
  const soname = baseName(GLIBC);
  const directories = ['/lib/x86_64-linux-gnu/', '/usr/lib/x86_64-linux-gnu/', '/lib/', '/usr/lib/'];
  const strings = [...directories, '/etc/ld.so.cache', 'lib/x86_64-linux-gnu'];
  const release = `ld.so (GNU libc) stable release version ${version}.`;
  return program(GLIBC.slice(1), buildElf({ soname, strings: [...strings, release] }));
}

export function musl(): TarMember {
  return program(MUSL.slice(1), buildElf({ soname: 'libc.musl-x86_64.so.1' }));
}

/** A program for the glibc loader. */
export function exe(name: string, spec: ElfSpec = {}, more: Partial<TarMember> = {}): TarMember {
  return program(name, buildElf({ interpreter: GLIBC, ...spec }), more);
}

/** A library whose soname is its file's name. */
export function lib(name: string, spec: ElfSpec = {}, more: Partial<TarMember> = {}): TarMember {
  return file(name, buildElf({ soname: baseName(name), ...spec }), more);
}

export function cache(...libraries: CachedLibrary[]): TarMember {
  return file('etc/ld.so.cache', buildLdCache({ libraries }));
}

/** A container with a loader for its programs. */
export class Image {
  readonly view: AnalysisView;
  readonly loader: Loader;
  readonly #elves: ElfIndex;

  constructor(members: readonly TarMember[], run: RunConfig = {}) {
    this.view = { ...fixture(...members), run };
    this.#elves = new ElfIndex(this.view.content);
    this.loader = new Loader(this.view, this.#elves);
  }

  /** The file that a path leads to, and its headers. */
  open(path: string): { entry: TreeEntry; elf: ElfFile } {
    const { entry } = this.view.tree.resolve(path);
    const elf = entry && this.#elves.get(entry);
    assert.ok(entry && elf && !('defect' in elf), path);
    return { entry, elf };
  }

  program(path = '/bin/main'): LoadResult {
    const { entry, elf } = this.open(path);
    return finish(this.loader.loadProgram(entry, elf));
  }

  library(path: string): LoadResult {
    const { entry, elf } = this.open(path);
    return finish(this.loader.loadLibrary(entry, elf));
  }

  dlopen(name: string, caller: string): readonly string[] {
    const { entry, elf } = this.open(caller);
    return this.loader.dlopen(name, entry, elf);
  }
}

/** What a program loads: paths as the loader spells them, in the order in which they were asked for. */
export function loaded(members: readonly TarMember[], run?: RunConfig): string[] {
  return new Image([glibc(), ...members], run).program().edges.map(({ path }) => path);
}

/** What was not found or could not be used, as `name by requester`, with the obstacle where there is one. */
export function failures({ failures: list }: LoadResult): string[] {
  return list.map(({ name, by, failure }) =>
    failure.status === 'missing' ? `${name} by /${by}` : `${name} by /${by}: /${failure.candidate}: ${failure.why}`,
  );
}

export function missing(members: readonly TarMember[], run?: RunConfig): string[] {
  return failures(new Image([glibc(), ...members], run).program());
}
