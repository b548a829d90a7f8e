import type { BoundedOutput } from '../../engine/transport/bounded-output.ts';

/** What a program wrote to one stream. */
export interface Output {
  /** its first bytes, at most {@link OUTPUT_LIMIT} */
  readonly kept: Buffer;
  /** bytes, all of it */
  readonly length: number;
  /** SHA-256 of what was not kept, in hex; undefined where everything was */
  readonly restDigest: string | undefined;
}

/** How much of each output is kept, in bytes. */
export const OUTPUT_LIMIT = 1 << 20;

/** An {@link Output} as it is now. */
export function outputOf({ kept, length, restDigest }: BoundedOutput): Output {
  return { kept, length, restDigest };
}

/** A short text as an {@link Output}. */
export function whole(kept: Buffer): Output {
  return { kept, length: kept.length, restDigest: undefined };
}
