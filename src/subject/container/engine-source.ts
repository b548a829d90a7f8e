import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ContainerInfo, DockerClient } from '../../engine/client.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import { SpoolStore } from '../../filesystem/spool-store.ts';
import { SpoolWriter } from '../../filesystem/spool-writer.ts';
import { TreeBuilder } from '../../filesystem/tree-builder.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { Digest } from '../../model/digest.ts';
import type { EventListener } from '../../model/events.ts';
import { CONTAINER_LABEL } from '../../model/labels.ts';
import { TarScanner } from '../../tar/scanner.ts';
import { ExportReader, type ListedPaths } from '../access/export-reader.ts';
import { type ChangeLayer, changeLayer, findChangeLayer, unchanged } from '../change-layer.ts';
import type { OpenFeed } from '../feed.ts';
import type { ListedChanges } from '../listed-changes.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Unchanged } from '../subject.ts';
import { compareTrees } from '../tree-comparison.ts';
import { believable, listChanges } from './list-changes.ts';
import { rememberState } from './one-moment.ts';
import { mayStillBePaused, pauseContainer } from './pause.ts';

export interface EngineSourceOptions {
  readonly client: DockerClient;
  readonly container: ContainerInfo;
  /** an image with the lowest layers of the container's, above which all is the change layer; default: the container's image */
  readonly base?: Digest | undefined;
  /** pause a running container while it is read */
  readonly pause: boolean;
  /** where the export is spooled */
  readonly directory: string;
  /** the engine's list of changes is right while the container is exported */
  readonly listsWhileExporting: boolean;
  /** takes what is settled while the rest is read; without it all of the export is spooled */
  readonly feed?: OpenFeed | undefined;
  readonly onEvent: EventListener;
}

/**
 * Reads a container through the engine: one export, indexed while it streams, with the list of changes asked for at the
 * same time where that can be done. The container goes on as soon as both are through.
 */
export async function readContainer(options: EngineSourceOptions): Promise<Snapshot | Unchanged> {
  const { container } = options;
  const spool = join(options.directory, 'export.tar');
  const paused = options.pause && container.running && !container.paused;
  const read = async (): Promise<Reading | undefined> => {
    const confirm = await rememberState(options.client, container.id);
    const reading = await readBoth(spool, options);
    await confirm();
    return reading;
  };
  const reading = paused ? await whilePaused(read, options) : await read();
  if (reading === undefined) return unchanged(0, 'its image');
  const { tree, changes, bytes, cut, spooled } = reading;
  const { layer, count } = await changeLayerOf(tree, changes, options);
  if (!layer.hasContent) return unchanged(count, 'its image');
  const content = new SpoolStore(spool, cut);
  return {
    source: 'engine',
    tree,
    isWhole: true,
    changed: layer.changed,
    content,
    mounts: container.mountTargets,
    transferredBytes: bytes,
    temporaryBytes: spooled,
    [Symbol.asyncDispose]: async () => content[Symbol.dispose](),
  };
}

/** By the engine's list; by the tree of the base where that is another one than the image, or there is no list. */
async function changeLayerOf(
  tree: FileTree,
  listed: ListedChanges | undefined,
  { client, container, base }: EngineSourceOptions,
): Promise<{ readonly layer: ChangeLayer; readonly count: number }> {
  const { image, mountTargets } = container;
  if (listed !== undefined && base === undefined) {
    const parentTree = (): Promise<FileTree> => readImageTree(client, image);
    return { layer: await findChangeLayer(listed, tree, { mountTargets, parentTree }), count: listed.length };
  }
  const { changed, count } = compareTrees(tree, await readImageTree(client, base ?? image));
  return { layer: changeLayer(changed, tree, mountTargets), count };
}

/** Wakes the container in any case. */
async function whilePaused<T>(action: () => Promise<T>, options: EngineSourceOptions): Promise<T> {
  const { client, container, onEvent } = options;
  const paused = await pauseContainer(client, container, onEvent);
  return withCleanUp(
    action,
    () => paused[Symbol.asyncDispose](),
    () => onEvent({ type: 'warning', message: mayStillBePaused(container) }),
  );
}

/** Cleans up after `action`; where both fail, the action's failure is thrown and `onSecondFailure` called. */
async function withCleanUp<T>(
  action: () => Promise<T>,
  cleanUp: () => Promise<void>,
  onSecondFailure: () => void = () => {},
): Promise<T> {
  let result: T;
  try {
    result = await action();
  } catch (error) {
    await cleanUp().catch(onSecondFailure);
    throw error;
  }
  await cleanUp();
  return result;
}

/** What one export and one list of changes tell. */
interface Reading {
  readonly tree: FileTree;
  /** undefined where the engine gives none that can be right */
  readonly changes: ListedChanges | undefined;
  /** bytes of the export */
  readonly bytes: number;
  readonly cut: ReadonlyMap<TreeEntry, number>;
  readonly spooled: number;
}

/**
 * The export and the list of changes, side by side where that can be done. Where the list is empty, or can't be asked for,
 * the export is given up; both are waited for, so that nothing is still running when the clean-up begins.
 * @returns undefined for a container without changes
 */
async function readBoth(path: string, options: EngineSourceOptions): Promise<Reading | undefined> {
  const { client, container, base, listsWhileExporting, onEvent } = options;
  await using spool = new SpoolWriter(path);
  // What is above another base than its image can't be told before all of it is there.
  const reader = new ExportReader(spool, base === undefined ? options.feed : undefined);
  const giveUp = new AbortController();
  const listing = listChanges(options);
  listing.then(
    (changes) => changes?.length === 0 && base === undefined && giveUp.abort(),
    () => giveUp.abort(),
  );
  if (!listsWhileExporting) await listing;
  let bytes = 0;
  const exported = (async () => {
    giveUp.signal.throwIfAborted();
    const stream = addAbortSignal(giveUp.signal, await client.exportContainer(container.id));
    const listed = listing.then((changes) => changes ?? NOTHING_LISTED);
    return await reader.read(stream, listed, (count) => {
      bytes = count;
      onEvent({ type: 'progress', phase: 'export', bytes });
    });
  })();
  const [tree, changes] = await Promise.allSettled([exported, listing]);
  if (tree.status === 'rejected' && !giveUp.signal.aborted) throw tree.reason;
  if (changes.status === 'rejected') throw changes.reason;
  if (giveUp.signal.aborted) return undefined;
  if (tree.status === 'rejected') throw tree.reason;
  const sure = await believable(changes.value, tree.value, options);
  return { tree: tree.value, changes: sure, bytes, cut: reader.cut, spooled: spool.length };
}

/** Without a list nothing is sent before all is known. */
const NOTHING_LISTED: ListedPaths = { has: () => false };

/** An image's own tree, through a container that is never started. Only its index is kept. */
async function readImageTree(client: DockerClient, image: Digest): Promise<FileTree> {
  const id = await client.createContainer({
    image,
    labels: { [CONTAINER_LABEL.purpose]: 'index of the parent image' },
    // never run; without one the engine refuses images that have none either
    entrypoint: ['-'],
    network: 'none',
  });
  const read = async (): Promise<FileTree> => {
    const builder = new TreeBuilder();
    const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
    await pipeline(await client.exportContainer(id), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) scanner.push(chunk);
    });
    scanner.end();
    return builder.build();
  };
  return withCleanUp(read, () => client.removeContainer(id));
}
