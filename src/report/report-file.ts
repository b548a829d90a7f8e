import { createWholeFile } from '../filesystem/whole-file.ts';

/** A report that appears under its name only when it is whole. Disposing of one that was not finished leaves nothing behind. */
export interface ReportFile extends AsyncDisposable {
  /** whether all but the beginning is written */
  readonly isBegun: boolean;
  /**
   * Writes all but the beginning, for which it keeps room: after this, finishing the file can't fail for lack of space.
   * @param room bytes
   */
  writeTail(room: number, tail: Iterable<string>): Promise<void>;
  /** Writes the beginning, filled up with spaces, and gives the file its name. */
  finish(head: string): Promise<void>;
}

const BATCH = 1 << 16;

/**
 * Begins a report file in the folder where it will be; what stands under its name stays until the new one is whole.
 * @throws USAGE where no file can be written there
 */
export async function createReportFile(path: string): Promise<ReportFile> {
  const file = await createWholeFile(path, 'report');
  let room = 0;
  let isBegun = false;
  return {
    get isBegun() {
      return isBegun;
    },
    async writeTail(bytes, tail) {
      isBegun = true;
      room = bytes;
      await file.write(batches(withRoom(room, tail)));
    },
    async finish(head) {
      const missing = room - Buffer.byteLength(head);
      if (missing < 0) throw new Error('the report is longer than the room that was kept for it');
      await file.write([head + ' '.repeat(missing)]);
      await file.finish();
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

function* withRoom(room: number, tail: Iterable<string>): Generator<string> {
  yield ' '.repeat(room);
  yield* tail;
}

/** Many short texts as few long ones. */
export function* batches(texts: Iterable<string>): Generator<string> {
  let batch = '';
  for (const text of texts) {
    batch += text;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}
