import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { baseName, displayBytes } from '../model/image-path.ts';
import { finish } from '../model/steps.ts';
import { ElfIndex } from './elf-index.ts';
import { Loader } from './loader.ts';
import { runsOn } from './machines.ts';

/** A system that a program is taken from: this machine, or an image. */
export interface ProgramSource {
  readonly tree: FileTree;
  readonly content: Pick<ContentStore, 'content'>;
}

/** What a program needs to run away from the system that it was installed in. */
export interface ProgramFiles {
  readonly program: TreeEntry;
  /** its dynamic loader; undefined for a static program */
  readonly interpreter: TreeEntry | undefined;
  /** by the names that the loader looks for: for any CPU, not the faster ones that the loader may have beside them */
  readonly libraries: ReadonlyMap<string, TreeEntry>;
  /** whether machines of this architecture (GOARCH) run it; undefined for an architecture that is not known here */
  runsOn(architecture: string): boolean | undefined;
}

/**
 * The files that the dynamic loader of `source` would map for a program, worked out without running anything.
 * @param path absolute byte string
 * @throws FAILED where it is no ELF program, or a library that it needs is missing
 */
export function programFiles(source: ProgramSource, path: string): ProgramFiles {
  const { tree } = source;
  const elves = new ElfIndex(source.content);
  const program = tree.resolve(path).entry;
  const elf = program === undefined ? undefined : elves.get(program);
  if (program === undefined || elf === undefined || 'defect' in elf) {
    throw refused(path, program === undefined ? 'it is not there' : 'it is not an ELF program');
  }
  const files = { program, runsOn: (architecture: string) => runsOn(elf, architecture) };
  if (elf.interpreter === undefined) return { ...files, interpreter: undefined, libraries: new Map() };
  const interpreter = tree.resolve(elf.interpreter).entry;
  if (interpreter === undefined) throw refused(path, `${displayBytes(elf.interpreter)} is missing`);
  const { edges, failures } = finish(new Loader({ ...source, run: {} }, elves).loadProgram(program, elf));
  const [failure] = failures;
  if (failure !== undefined) throw refused(path, `the library ${displayBytes(failure.name)} is missing`);
  const libraries = new Map<string, TreeEntry>();
  for (const edge of edges) {
    const { entry } = tree.resolve(edge.path);
    const name = baseName(edge.path);
    // of several files of a name the one for any CPU is the first
    if (entry !== undefined && !libraries.has(name)) libraries.set(name, entry);
  }
  return { ...files, interpreter, libraries };
}

function refused(path: string, why: string): SkinnywhaleError {
  return new SkinnywhaleError('FAILED', `${displayBytes(path)} can't be taken along: ${why}`);
}
