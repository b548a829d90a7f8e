import type { ByteSource } from '../elf/byte-source.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { partOf } from '../filesystem/joined-source.ts';
import { TreeBuilder } from '../filesystem/tree-builder.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import {
  byteString,
  canonicalPath,
  displayPath,
  type ImagePath,
  joinPath,
  parentPath,
  ROOT,
} from '../model/image-path.ts';
import { TarScanner } from '../tar/scanner.ts';
import { compressionOf } from './compression.ts';
import { badImage, type ImageFiles, shown } from './image-files.ts';

/** Headers are read in pieces of this many bytes, which short members fit in. */
const PIECE = 1 << 14;
/** An archive of a thousand layers has fewer members. */
const MOST_MEMBERS = 10_000;
/** A link to a link is unusual. */
const MOST_LINKS = 8;

/**
 * The members of an archive of images, where they lie: names and places are read in one pass that goes past the data.
 * Links are followed inside of the archive: until version 25, Docker saved a layer that it had saved already as one.
 */
export class ArchiveMembers implements ImageFiles {
  readonly #source: ByteSource;
  readonly #tree: FileTree;

  /** @throws BAD_ARCHIVE where it is no archive, is cut short, or has a name twice or one that leads outside */
  constructor(source: ByteSource) {
    const compression = compressionOf(source);
    if (compression !== 'none') throw badImage(`it is compressed as a whole with ${compression}: unpack it first`);
    this.#source = source;
    this.#tree = readMembers(source);
  }

  find(name: string): ByteSource | undefined {
    let entry = this.#tree.get(canonicalPath(byteString(name)));
    for (let links = 0; entry?.type === 'symlink'; links++) {
      if (links === MOST_LINKS) throw badImage(`${shown(name)} leads in circles`);
      entry = this.#tree.get(linkTarget(entry) ?? ROOT);
    }
    if (entry === undefined) return undefined;
    if (entry.type !== 'file') throw badImage(`${shown(name)} is no file`);
    const { place, headerLength, size } = entry.inode;
    return partOf(this.#source, place + headerLength, size);
  }
}

function readMembers(source: ByteSource): FileTree {
  const builder = new TreeBuilder();
  let members = 0;
  const scanner = new TarScanner({
    entry(entry) {
      if (++members > MOST_MEMBERS) throw badImage('it has far too many members');
      checkMember(builder.add(entry));
    },
  });
  const buffer = Buffer.allocUnsafe(PIECE);
  while (scanner.offset < source.size) {
    const piece = source.read(scanner.offset, Math.min(PIECE, source.size - scanner.offset), buffer);
    if (piece.length === 0) break;
    scanner.push(piece);
    scanner.skip();
  }
  if (scanner.offset > source.size) throw badImage(`it was cut short: it has ${source.size} bytes`);
  // The digests of what it has tell whether anything is missing.
  scanner.end({ needsMarker: false });
  if (members === 0) throw badImage('it is empty');
  return builder.build();
}

/** A member may be a link to another one, not to anything else. */
function checkMember(entry: TreeEntry): void {
  const { path, type } = entry;
  if (type === 'directory' || type === 'file') return;
  if (type !== 'symlink') throw badImage(`${displayPath(path)} is a device or pipe`);
  if (linkTarget(entry) === undefined) throw badImage(`the link ${displayPath(path)} leads outside`);
}

/** The member that a link's text names; undefined where that is outside of the archive. */
function linkTarget({ path, target }: TreeEntry): ImagePath | undefined {
  if (target.startsWith('/')) return undefined;
  let at = parentPath(path);
  for (const part of target.split('/')) {
    if (part === '..' && at === ROOT) return undefined;
    at = part === '..' ? parentPath(at) : joinPath(at, part);
  }
  return at;
}
