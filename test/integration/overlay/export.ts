import { connect } from '../../../src/engine/connect/connect.ts';
import type { OutgoingEntry } from '../../../src/filesystem/content-store.ts';
import type { FileTree } from '../../../src/filesystem/file-tree.ts';
import { TreeBuilder } from '../../../src/filesystem/tree-builder.ts';
import type { TreeEntry } from '../../../src/filesystem/tree-entry.ts';
import type { ImagePath } from '../../../src/model/image-path.ts';
import { type NotHere, readOverlay } from '../../../src/subject/access/overlay/read-overlay.ts';
import { type ChangeLayer, findChangeLayer } from '../../../src/subject/change-layer.ts';
import { ListedChanges } from '../../../src/subject/listed-changes.ts';
import type { Snapshot } from '../../../src/subject/snapshot.ts';
import { END_OF_ARCHIVE, rewriteHeader } from '../../../src/tar/rewrite.ts';
import { TarScanner } from '../../../src/tar/scanner.ts';
import type { Engine } from '../../fixture/engine.ts';

/** A container read where the engine keeps it; the reason where that can't be done. */
export async function readDirectly(engine: Engine, container: string): Promise<Snapshot | NotHere> {
  const read = await readAnything(engine, container);
  if ('unchanged' in read) throw new Error(read.unchanged);
  return read;
}

/** The same, also for a container without changes. */
async function readAnything(engine: Engine, container: string): ReturnType<typeof readOverlay> {
  const client = await connect({ host: engine.host, env: process.env, home: '/none' });
  const [info, found] = await Promise.all([client.engineInfo(), client.inspectContainer(container)]);
  return await readOverlay({ engine: { client, info }, container: found });
}

/** The change layer as the engine tells it. `parent` is the tree of the parent image. */
export async function changesOf(
  engine: Engine,
  container: string,
  trees: { tree: FileTree; parent: FileTree },
): Promise<ChangeLayer> {
  const client = await connect({ host: engine.host, env: process.env, home: '/none' });
  const { id, mountTargets } = await client.inspectContainer(container);
  return await findChangeLayer(new ListedChanges(await client.changes(id)), trees.tree, {
    mountTargets,
    parentTree: async () => trees.parent,
  });
}

/** The tree of an archive. */
export function treeOf(archive: Buffer): FileTree {
  const builder = new TreeBuilder();
  const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
  scanner.push(archive);
  scanner.end();
  return builder.build();
}

/** The archive that an export would be: every entry in path order, further names of a file as links to the first one. */
export async function exportOf({ tree, content }: Snapshot): Promise<Buffer> {
  const homes = new Map<TreeEntry, ImagePath>();
  function* outgoing(): Generator<OutgoingEntry> {
    for (const entry of tree.entries()) {
      const { path, inode } = entry;
      const linkTo = homes.get(inode);
      if (linkTo === undefined) homes.set(inode, path);
      const header = linkTo === undefined ? undefined : rewriteHeader(content.header(entry), { name: path, linkTo });
      const hasData = linkTo === undefined && inode.size > 0;
      yield { entry, header, data: hasData ? inode : undefined };
    }
  }
  const pieces: Buffer[] = [];
  for await (const piece of content.outgoing(outgoing())) pieces.push(piece);
  return Buffer.concat([...pieces, END_OF_ARCHIVE]);
}
