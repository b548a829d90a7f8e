import type { ByteSource } from '../elf/byte-source.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** How compressed files begin, in hexadecimal. */
const MAGIC: readonly (readonly [name: Compression, start: string])[] = [
  ['gzip', '1f8b'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
];

/** How something is compressed, by its first bytes: what a name or a manifest says of it is not always so. */
export function compressionOf(bytes: ByteSource): Compression {
  const start = bytes.read(0, 6).toString('hex');
  return MAGIC.find(([, magic]) => start.startsWith(magic))?.[0] ?? 'none';
}
