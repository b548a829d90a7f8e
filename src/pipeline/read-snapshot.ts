import type { EarlyReceiver, UnfinishedSource } from '../layer/feed/early.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ResolvedOptions } from '../options.ts';
import { locateLayers } from '../subject/access/overlay/locate.ts';
import { readOverlay } from '../subject/access/overlay/read-overlay.ts';
import { readContainer } from '../subject/container/engine-source.ts';
import { pauseContainer } from '../subject/container/pause.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { Subject } from './subject.ts';
import { checkSpace } from './temporary-directory.ts';

export interface SnapshotRequest {
  readonly options: ResolvedOptions;
  readonly subject: Subject;
  /** of this run's own */
  readonly directory: string;
  /** the container would be paused for as long as things are run */
  readonly takesLong: boolean;
  /** takes what is settled while the engine is still sending the rest */
  readonly receive: ((source: UnfinishedSource) => EarlyReceiver) | undefined;
}

/**
 * The container's files: from the engine's own folders where that can be done and is wanted, else through the engine.
 * @throws USAGE where the folders are wanted and can't be read
 */
export async function readSnapshot(request: SnapshotRequest): Promise<Snapshot> {
  const { options, subject, directory, receive } = request;
  const { client, container, image } = subject;
  const { pause, onEvent } = options;
  if (options.source !== 'engine') {
    const local = await readLocally(request);
    if (!('reason' in local)) return local;
    if (options.source === 'local') {
      throw new SkinnywhaleError('USAGE', `the container can't be read in the engine's folders: ${local.reason}`, {
        hint: 'Without --source local it is read through the engine.',
      });
    }
    onEvent({ type: 'debug', message: `the container is read through the engine: ${local.reason}` });
  }
  await checkSpace(directory, image.size);
  return await readContainer({ client, container, pause, directory, receive, onEvent });
}

/** A container that runs is paused until the snapshot is disposed of: its files are read all the while. */
async function readLocally({
  options,
  subject,
  takesLong,
}: SnapshotRequest): Promise<Snapshot | { readonly reason: string }> {
  const { client, engine, container } = subject;
  const { onEvent } = options;
  const pauses = options.pause && container.running && !container.paused;
  if (pauses && takesLong) return { reason: 'the container runs, and would be paused while the checks are run' };
  const still = pauses ? { ...container, paused: true } : container;
  const where = { endpoint: client.endpoint, engine, container: still };
  const located = await locateLayers(where);
  if ('reason' in located) return located;
  const paused = pauses ? await pauseContainer(client, container, onEvent) : undefined;
  let snapshot: Snapshot | { readonly reason: string };
  try {
    snapshot = await readOverlay(where);
  } catch (error) {
    await paused?.[Symbol.asyncDispose]().catch(() => {});
    throw error;
  }
  if (paused === undefined) return snapshot;
  if ('reason' in snapshot) {
    await paused[Symbol.asyncDispose]();
    return snapshot;
  }
  const { [Symbol.asyncDispose]: dispose, ...rest } = snapshot;
  return {
    ...rest,
    [Symbol.asyncDispose]: async () => {
      await dispose();
      await paused[Symbol.asyncDispose]();
    },
  };
}
