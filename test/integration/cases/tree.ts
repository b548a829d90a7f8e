import { BLOCK, readPaxRecords } from '../../../src/tar/header.ts';
import { type TarEntry, TarScanner } from '../../../src/tar/scanner.ts';

/** One entry of an archive, with all that an image layer is to keep of it. */
export interface Node {
  readonly type: TarEntry['type'];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** a byte string */
  readonly content: string;
  /** a byte string */
  readonly linkname: string;
  /** `security.capability`, as hexadecimal digits */
  readonly capability: string | undefined;
  /** major and minor number */
  readonly device: readonly [number, number] | undefined;
}

/** By path: a byte string without slashes at either end. */
export type Tree = ReadonlyMap<string, Node>;

/** A tree, and the raw header blocks of each of its entries. */
export interface Archive {
  readonly tree: Tree;
  readonly headers: ReadonlyMap<string, Buffer>;
}

/** @throws where an archive is not whole, or has a path twice */
export function readArchive(bytes: Buffer): Archive {
  const nodes = new Map<string, Node>();
  const headers = new Map<string, Buffer>();
  let content: Buffer[] = [];
  let finish = (): void => {};
  const scanner = new TarScanner({
    entry(entry, header) {
      finish();
      content = [];
      const path = entry.name.replace(/\/$/, '');
      if (nodes.has(path)) throw new Error(`${path} is in the archive twice`);
      headers.set(path, Buffer.from(header));
      const facts = nodeOf(entry, header);
      finish = () => void nodes.set(path, { ...facts, content: Buffer.concat(content).toString('latin1') });
    },
    data: (chunk) => void content.push(chunk),
  });
  scanner.push(bytes);
  scanner.end();
  finish();
  return { tree: nodes, headers };
}

/** What lies below a directory, itself not included, by the path from there; in the order of the paths. */
export function below(tree: Tree, directory: string): Record<string, Node> {
  const inside = [...tree].filter(([path]) => path.startsWith(`${directory}/`));
  inside.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(inside.map(([path, node]) => [path.slice(directory.length + 1), node]));
}

/** The paths below a directory. */
export function pathsBelow(tree: Tree, directory: string): string[] {
  return Object.keys(below(tree, directory));
}

/** The files below a directory with their contents, for trees where nothing else matters. */
export function contentsBelow(tree: Tree, directory: string): Record<string, string> {
  const files = Object.entries(below(tree, directory)).filter(([, { type }]) => type === 'file');
  return Object.fromEntries(files.map(([path, { content }]) => [path, content]));
}

function nodeOf(entry: TarEntry, header: Buffer): Omit<Node, 'content'> {
  const { type, mode, uid, gid, mtime, linkname } = entry;
  const capability = paxOf(header).get('SCHILY.xattr.security.capability');
  const block = header.subarray(header.length - BLOCK);
  const number = (at: number): number => Number.parseInt(block.toString('latin1', at, at + 7), 8);
  return {
    type,
    mode,
    uid,
    gid,
    mtime,
    linkname,
    capability: capability === undefined ? undefined : Buffer.from(capability, 'latin1').toString('hex'),
    device: type === 'character' || type === 'block' ? [number(329), number(337)] : undefined,
  };
}

/** The records of the PAX header in front of an entry's own, where there is one. */
function paxOf(header: Buffer): ReadonlyMap<string, string> {
  if (header.length === BLOCK || header[156] !== 'x'.charCodeAt(0)) return new Map();
  return readPaxRecords(header.subarray(BLOCK, header.length - BLOCK));
}
