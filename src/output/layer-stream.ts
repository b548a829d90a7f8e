import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContentStore } from '../filesystem/content-store.ts';
import { type Digest, digestFromHex } from '../model/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { paddedSize } from '../tar/header.ts';
import { END_OF_ARCHIVE } from '../tar/rewrite.ts';

/** A layer on its way: its bytes, and its digest once they have all gone. */
export interface LayerStream {
  readonly stream: Readable;
  readonly length: number;
  /** true once the last byte has been handed on */
  isComplete(): boolean;
  /** @throws Error where the stream has not ended yet */
  digest(): Digest;
}

/** The planned layer as a stream that can be read once. Entries go out byte for byte as they came in. */
export function layerStream(plan: Plan, content: ContentStore, onProgress: (bytes: number) => void): LayerStream {
  const hash = createHash('sha256');
  let sent = 0;
  let digest: Digest | undefined;
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of gathered(layerBytes(plan, content))) {
      hash.update(chunk);
      sent += chunk.length;
      onProgress(sent);
      yield chunk;
    }
    if (sent !== plan.length) throw new Error(`the layer has ${sent} bytes where ${plan.length} were planned`);
    digest = digestFromHex(hash.digest('hex'));
  }
  return {
    stream: Readable.from(hashed(), { objectMode: false, highWaterMark: 1 << 20 }),
    length: plan.length,
    isComplete: () => digest !== undefined,
    digest: () => {
      if (digest === undefined) throw new Error('the layer has not been sent whole');
      return digest;
    },
  };
}

/** Entries that follow each other in the store are read in one go. */
async function* layerBytes(plan: Plan, content: ContentStore): AsyncGenerator<Buffer> {
  let start = 0;
  let end = 0;
  for (const { entry, header, data } of plan.entries) {
    if (header !== undefined || entry === undefined) {
      yield* content.raw(start, end - start);
      start = end = 0;
      if (header !== undefined) yield header;
      if (data === undefined) continue;
      const { offset, headerLength, dataLength } = data.stored;
      yield* content.raw(offset + headerLength, paddedSize(dataLength));
      continue;
    }
    const { offset, headerLength } = entry.stored;
    if (offset !== end) {
      yield* content.raw(start, end - start);
      start = offset;
    }
    end = offset + headerLength + paddedSize(data?.stored.dataLength ?? 0);
  }
  yield* content.raw(start, end - start);
  yield END_OF_ARCHIVE;
}

/** A chunk for each small file would cost more than its bytes do. */
const CHUNK = 1 << 18;

/** Small chunks put together to larger ones. */
async function* gathered(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < CHUNK) continue;
    yield parts.length === 1 ? chunk : Buffer.concat(parts, length);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts, length);
}
