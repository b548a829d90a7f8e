import { createHash } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import type { ByteSource } from '../../elf/byte-source.ts';
import { type Digest, digestFromHex } from '../../model/digest.ts';
import { compressionOf } from '../compression.ts';
import type { StoredLayer } from '../image-archive.ts';
import { badImage } from '../image-files.ts';

/** Layers are read in pieces of this many bytes. */
const PIECE = 1 << 18;
/** After as many pieces, others have a turn. */
const PIECES_A_TURN = 16;
/** A compressed layer of up to this many bytes uncompressed is read, however small it was. */
const NEVER_TOO_LARGE = 4 * 2 ** 30;
/** A larger one may have grown so many times: ten times what sources and binaries do, a fifth of what a bomb does. */
const MOST_GROWTH = 200;

/** @throws BAD_ARCHIVE where it can't be read here */
export function layerCompression({ name, bytes }: StoredLayer): 'none' | 'gzip' | 'zstd' {
  const found = compressionOf(bytes);
  if (found === 'none' || found === 'gzip' || (found === 'zstd' && zstd !== undefined)) return found;
  const remedy = found === 'zstd' ? 'Node.js from version 22.15 can' : 'save the image again with gzip, or without';
  throw badImage(`the layer ${name} is compressed with ${found}, which can't be read here (${remedy})`);
}

/** Only newer versions of Node.js have it. */
const zstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Transform }).createZstdDecompress;

export interface ReadLayerOptions {
  /** a piece of the uncompressed layer; its memory is used again */
  readonly take: (piece: Buffer) => void;
  /** resolves when more can be taken */
  readonly ready?: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** bytes that a compressed layer may have uncompressed; default: by its size */
  readonly most?: number;
}

/**
 * Reads a layer from its beginning to its end, uncompressed.
 * @throws BAD_ARCHIVE where it is not the layer that the config names, or grows beyond measure
 */
export async function readLayer(layer: StoredLayer, options: ReadLayerOptions): Promise<void> {
  const compression = layerCompression(layer);
  const hash = createHash('sha256');
  let length = 0;
  const { most = Math.max(NEVER_TOO_LARGE, MOST_GROWTH * layer.bytes.size) } = options;
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (compression !== 'none' && length > most) throw badImage(`the layer ${layer.name} grows beyond ${most} bytes`);
    hash.update(piece);
    options.take(piece);
  };
  if (compression === 'none') await readPlain(layer, { ...options, take });
  else await readCompressed(layer, compression, { ...options, take });
  checkDigest(layer, digestFromHex(hash.digest('hex')), layer.diffId);
}

async function readPlain({ name, bytes }: StoredLayer, { take, ready, signal }: ReadLayerOptions): Promise<void> {
  const buffer = Buffer.allocUnsafe(PIECE);
  let pieces = 0;
  for (let at = 0; at < bytes.size; at += PIECE) {
    const wanted = Math.min(PIECE, bytes.size - at);
    const piece = bytes.read(at, wanted, buffer);
    if (piece.length < wanted) throw badImage(`the layer ${name} is cut short`);
    take(piece);
    await ready?.();
    if (++pieces % PIECES_A_TURN === 0) await turn();
    signal?.throwIfAborted();
  }
}

async function readCompressed(
  layer: StoredLayer,
  compression: 'gzip' | 'zstd',
  { take, ready, signal }: ReadLayerOptions,
): Promise<void> {
  const hash = createHash('sha256');
  const stored = Readable.from(piecesOf(layer.bytes, (piece) => hash.update(piece)));
  const chunkSize = PIECE;
  const plain = compression === 'zstd' && zstd !== undefined ? zstd({ chunkSize }) : zlib.createGunzip({ chunkSize });
  // A pipeline may say that it was aborted, instead of why.
  let failure: { readonly error: unknown } | undefined;
  const read = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    try {
      for await (const chunk of chunks) {
        take(chunk);
        await ready?.();
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  try {
    await pipeline(stored, plain, read, { ...(signal !== undefined && { signal }) });
  } catch (thrown) {
    const error = failure?.error ?? thrown;
    const { code = '' } = error as { code?: string };
    if (/^Z_|^ZSTD_|^ERR_ZSTD/.test(code))
      throw badImage(`the layer ${layer.name} is damaged: ${(error as Error).message}`);
    throw error;
  }
  if (layer.digest !== undefined) checkDigest(layer, digestFromHex(hash.digest('hex')), layer.digest);
}

function* piecesOf(source: ByteSource, onPiece: (piece: Buffer) => void): Generator<Buffer> {
  for (let at = 0; at < source.size; at += PIECE) {
    const piece = source.read(at, Math.min(PIECE, source.size - at));
    onPiece(piece);
    yield piece;
  }
}

function checkDigest({ name }: StoredLayer, found: Digest, expected: Digest): void {
  if (found !== expected)
    throw badImage(`the layer ${name} is another one (${found}) than should be there (${expected})`);
}
