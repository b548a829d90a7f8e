import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContentStore } from '../filesystem/content-store.ts';
import { dataSize } from '../filesystem/content-store.ts';
import { type Digest, digestFromHex } from '../model/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { BLOCK, paddedSize } from '../tar/header.ts';
import { END_OF_ARCHIVE } from '../tar/rewrite.ts';

/** A layer on its way: its bytes, and its digest once they have all gone. */
export interface LayerStream {
  readonly stream: Readable;
  /** true once the last byte has been handed on */
  isComplete(): boolean;
  /** @throws Error where the stream has not ended yet */
  digest(): Digest;
}

/** The bytes of entries, their end marker not included, as a layer that can be read once. `onProgress` gets bytes so far. */
export function layerStream(pieces: AsyncIterable<Buffer>, onProgress: (bytes: number) => void): LayerStream {
  const hash = createHash('sha256');
  let sent = 0;
  let digest: Digest | undefined;
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of pieces) {
      hash.update(chunk);
      sent += chunk.length;
      onProgress(sent);
      yield chunk;
    }
    digest = digestFromHex(hash.update(END_OF_ARCHIVE).digest('hex'));
    yield END_OF_ARCHIVE;
  }
  return {
    stream: Readable.from(hashed(), { objectMode: false, highWaterMark: 1 << 18 }),
    isComplete: () => digest !== undefined,
    digest: () => {
      if (digest === undefined) throw new Error('the layer has not been sent whole');
      return digest;
    },
  };
}

/** Bytes of the whole layer, end marker included. */
export function layerLength(plan: Plan, content: Pick<ContentStore, 'header'>): number {
  let length = END_OF_ARCHIVE.length;
  for (const planned of plan.entries) {
    const { entry, header } = planned;
    length += header?.length ?? (entry?.headerLength || (entry === undefined ? 0 : content.header(entry).length));
    length += paddedSize(dataSize(planned));
  }
  return length;
}

/** The same without looking at each header: what a progress bar counts to. */
export function approximateLength(plan: Plan): number {
  let length = 0;
  for (const planned of plan.entries) length += BLOCK + paddedSize(dataSize(planned));
  return length;
}
