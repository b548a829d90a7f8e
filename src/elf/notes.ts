import { byteString } from '../model/image-path.ts';
import { type ByteSource, readWithin } from './byte-source.ts';
import { Decoder } from './decoder.ts';
import { type ElfFile, PT_NOTE } from './model.ts';

/** One thing that a program may dlopen, as it says itself (UAPI.12, https://uapi-group.org/specifications/specs/elf_dlopen_metadata/). */
export interface DlopenNote {
  /** Alternatives, best first, as byte strings; the first that exists is loaded. Never empty. */
  readonly soname: readonly string[];
  readonly feature?: string;
  readonly description?: string;
  readonly priority?: 'required' | 'recommended' | 'suggested';
}

const TYPE = 0x407c0c0a;
const OWNER = Buffer.from('FDO\0');

/** Bytes of notes that are read of one file in all: core dumps aside, notes take some hundred bytes. */
const BUDGET = 1024 * 1024;

/** Notes that are parsed of one file; systemd's libraries have a dozen. */
const NOTES = 1024;

/** The `.note.dlopen` notes of a file, found through PT_NOTE. What is not well-formed is left out. */
export function dlopenNotes(source: ByteSource, elf: ElfFile): DlopenNote[] {
  const decoder = new Decoder(elf.class === 64, elf.byteOrder === 'little');
  const found: DlopenNote[] = [];
  let budget = BUDGET;
  let notes = 0;
  for (const { type, offset, fileSize, align } of elf.segments) {
    if (type !== PT_NOTE || budget <= 0) continue;
    const bytes = readWithin(source, offset, Math.min(fileSize, budget));
    budget -= bytes.length;
    for (const description of descriptions(decoder, bytes, align === 8 ? 8 : 4)) {
      if (++notes > NOTES) return found;
      found.push(...parse(description));
    }
  }
  return found;
}

/** The contents of the dlopen notes among the notes of one segment. */
function* descriptions(decoder: Decoder, bytes: Buffer, align: number): Generator<Buffer> {
  const padded = (size: number): number => Math.ceil(size / align) * align;
  for (let at = 0; at + 12 <= bytes.length; ) {
    const nameSize = decoder.u32(bytes, at);
    const size = decoder.u32(bytes, at + 4);
    const start = padded(at + 12 + nameSize);
    if (start + size > bytes.length) return;
    const owner = bytes.subarray(at + 12, at + 12 + nameSize);
    if (decoder.u32(bytes, at + 8) === TYPE && owner.equals(OWNER)) yield bytes.subarray(start, start + size);
    at = padded(start + size);
  }
}

function parse(description: Buffer): DlopenNote[] {
  const end = description.indexOf(0);
  let value: unknown;
  try {
    value = JSON.parse(description.toString('utf8', 0, end < 0 ? description.length : end));
  } catch {
    return [];
  }
  return Array.isArray(value) ? value.flatMap((item: unknown) => toNote(item) ?? []) : [];
}

function toNote(item: unknown): DlopenNote | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { soname, feature, description, priority } = item as Record<string, unknown>;
  if (!Array.isArray(soname)) return undefined;
  const names = soname.filter(
    (name): name is string => typeof name === 'string' && name !== '' && !name.includes('\0'),
  );
  if (names.length === 0) return undefined;
  return {
    soname: names.map(byteString),
    ...(typeof feature === 'string' ? { feature } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(priority === 'required' || priority === 'recommended' || priority === 'suggested' ? { priority } : {}),
  };
}
