import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { bufferSource } from '../../elf/byte-source.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { ProgramFiles, ProgramSource } from '../../loader/program-files.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { baseName, displayPath, type ImagePath, imagePath } from '../../model/image-path.ts';

/** Finds what a program needs: `loader/program-files.ts`, handed in by whoever composes the stages. */
export type ProgramResolver = (source: ProgramSource, path: string) => ProgramFiles;

/** A program with all that it needs, for containers that have none of it. */
export interface Bundle {
  /** the folder in the container that all of it is in; no image has one of this name */
  readonly folder: ImagePath;
  /** the beginning of a command line: what comes after it are the program's arguments */
  readonly command: readonly string[];
  /** absolute path of a folder in it that any user may write to */
  readonly output: string;
  /** whether machines of this architecture (GOARCH) run it; undefined for an architecture that is not known here */
  runsOn(architecture: string): boolean | undefined;
  /** whether a text is somewhere in the program's file: the name of an option that newer versions have */
  mentions(text: string): boolean;
  /** for `DockerClient.putArchive` at `/`; each call makes a new one */
  archive(): Readable;
}

export interface BundleOptions {
  /** the system that has the program */
  readonly source: ProgramSource;
  /** absolute byte string */
  readonly path: string;
  readonly resolve: ProgramResolver;
  /** further files for the folder, by their names there: a script for an interpreter */
  readonly files?: ReadonlyMap<string, Buffer>;
  /** true: all is read into memory at once, so that the source may be gone before the bundle is used */
  readonly hold?: boolean;
}

const PIECE = 1 << 20;

/**
 * Takes a program of some system apart so that it runs in any container of the same architecture, as any user, no matter which
 * libraries it has: started by its own loader, which looks beside it. Nothing is executed here.
 *
 * `--library-path` is for this program alone; LD_LIBRARY_PATH would go on to its children. Both glibc's loader and musl's
 * know it (elf/rtld.c, ldso/dynlink.c).
 * @throws FAILED where `path` is no program, or needs what is not there
 */
export function bundleProgram(options: BundleOptions): Bundle {
  const { path, resolve, files } = options;
  const needed = resolve(options.source, path);
  const source = options.hold === true ? held(options.source, needed) : options.source;
  const folder = `/.skinnywhale-${randomBytes(8).toString('hex')}`;
  const program = `${folder}/bin/${baseName(path)}`;
  const loader = `${folder}/ld.so`;
  return {
    folder: imagePath(folder),
    command: needed.interpreter === undefined ? [program] : [loader, '--library-path', `${folder}/lib`, program],
    output: `${folder}/out`,
    runsOn: needed.runsOn,
    mentions(text) {
      for (const piece of piecesOf(source, needed.program, text.length - 1)) if (piece.includes(text)) return true;
      return false;
    },
    archive() {
      const archive = pack();
      // an error reaches the reader of the archive
      write(archive, { source, needed, files, folder, program, loader }).catch((error: unknown) =>
        archive.destroy(error instanceof Error ? error : new Error(String(error))),
      );
      return Readable.from(archive, { objectMode: false });
    },
  };
}

interface BundlePlan {
  readonly source: ProgramSource;
  readonly needed: ProgramFiles;
  readonly files: ReadonlyMap<string, Buffer> | undefined;
  readonly folder: string;
  readonly program: string;
  readonly loader: string;
}

async function write(archive: Pack, plan: BundlePlan): Promise<void> {
  const { source, needed, folder } = plan;
  const directory = (path: string, mode: number): void =>
    void archive.entry({ name: `${path.slice(1)}/`, type: 'directory', mode, mtime: TIME });
  const file = async (path: string, entry: TreeEntry): Promise<void> => {
    const header = { name: path.slice(1), mode: 0o755, size: entry.inode.size, mtime: TIME };
    await pipeline(piecesOf(source, entry), archive.entry(header));
  };
  directory(folder, 0o755);
  for (const name of ['bin', 'lib']) directory(`${folder}/${name}`, 0o755);
  // whoever the container runs as: like /tmp
  directory(`${folder}/out`, 0o1777);
  if (needed.interpreter !== undefined) await file(plan.loader, needed.interpreter);
  for (const [name, entry] of needed.libraries) await file(`${folder}/lib/${name}`, entry);
  await file(plan.program, needed.program);
  for (const [name, bytes] of plan.files ?? []) {
    archive.entry({ name: `${folder.slice(1)}/${name}`, mode: 0o644, mtime: TIME }, bytes);
  }
  archive.finalize();
}

function held({ tree, content }: ProgramSource, { program, interpreter, libraries }: ProgramFiles): ProgramSource {
  const files = [program, ...libraries.values(), ...(interpreter === undefined ? [] : [interpreter])];
  const bytes = new Map(files.map(({ inode }) => [inode, content.content(inode).read(0, inode.size)] as const));
  return { tree, content: { content: ({ inode }) => bufferSource(bytes.get(inode) ?? Buffer.alloc(0)) } };
}

/** Nothing in the container asks for it, and tar-stream would take today's. */
const TIME = new Date(0);

/** @param overlap bytes that each piece repeats of the one before it */
function* piecesOf({ content }: ProgramSource, { inode }: TreeEntry, overlap = 0): Generator<Buffer> {
  const bytes = content.content(inode);
  for (let at = 0; at < inode.size; at += PIECE) {
    const start = Math.max(0, at - overlap);
    const piece = bytes.read(start, at + PIECE - start);
    if (start + piece.length < Math.min(at + PIECE, inode.size)) {
      throw new SkinnywhaleError('FAILED', `${displayPath(inode.path)} is shorter than it was`);
    }
    yield piece;
  }
}
