import { type ByteSource, readWithin, Window } from './byte-source.ts';
import { Decoder } from './decoder.ts';
import { NOTHING_DYNAMIC, readDynamic } from './dynamic.ts';
import { type DynamicFacts, type ElfDefect, type ElfFile, PT_DYNAMIC, PT_INTERP, type Segment } from './model.ts';

export type { ElfDefect, ElfFile } from './model.ts';

/** Bytes read at first: the header, the program headers and the interpreter of nearly every file are in them. */
const HEAD = 4096;

/** Bytes of program headers that the kernel accepts (fs/binfmt_elf.c, load_elf_phdrs). */
const PROGRAM_HEADERS = 64 * 1024;

/** PATH_MAX: the kernel accepts no longer PT_INTERP. */
const INTERPRETER = 4096;

/** The count that says that the real one is in a section header, which are not read here. */
const PN_XNUM = 0xffff;

const TYPES: Readonly<Record<number, ElfFile['type']>> = { 1: 'relocatable', 2: 'executable', 3: 'shared', 4: 'core' };

type Header = Pick<ElfFile, 'class' | 'byteOrder' | 'machine' | 'osabi' | 'abiVersion' | 'flags' | 'type'> & {
  readonly decoder: Decoder;
  readonly headersOffset: number;
  readonly headerSize: number;
  readonly headerCount: number;
};

/** True where a file with these first bytes (four are enough) is an ELF file, whole or not. */
export function isElf(firstBytes: Uint8Array): boolean {
  return firstBytes[0] === 0x7f && firstBytes[1] === 0x45 && firstBytes[2] === 0x4c && firstBytes[3] === 0x46;
}

/**
 * Reads a file as the kernel and the loader do: the header, the program headers and PT_DYNAMIC, never the section
 * headers, which may be missing. Never throws and never reads without bounds, for any content.
 */
export function readElf(source: ByteSource): ElfFile | ElfDefect {
  const head = readWithin(source, 0, HEAD);
  const header = readHeader(head);
  if ('defect' in header) return header;
  const { decoder, headersOffset, headerSize, headerCount, ...fields } = header;
  if (fields.type === 'relocatable' || fields.type === 'core') {
    return { ...fields, ...NOTHING_DYNAMIC, dynamic: false, segments: [] };
  }
  const window = new Window(source, head);
  const segments = readSegments(header, window);
  if ('defect' in segments) return segments;

  const interpreter = readInterpreter(segments, window, source.size);
  if (typeof interpreter === 'object') return interpreter;
  // A file of debug information keeps the program headers, with nothing behind them.
  const dynamic = segments.findLast(({ type, fileSize }) => type === PT_DYNAMIC && fileSize > 0);
  const facts: DynamicFacts | ElfDefect =
    dynamic === undefined ? NOTHING_DYNAMIC : readDynamic(source, decoder, fields.machine, segments, dynamic);
  if ('defect' in facts) return facts;
  return {
    ...fields,
    ...facts,
    ...(interpreter === undefined ? {} : { interpreter }),
    dynamic: dynamic !== undefined,
    segments,
  };
}

function readHeader(head: Buffer): Header | ElfDefect {
  if (!isElf(head)) return { defect: 'not-elf', detail: 'the file does not begin with the ELF magic' };
  const [classByte, orderByte, identVersion] = [head[4], head[5], head[6]];
  if (head.length >= 7) {
    if (classByte !== 1 && classByte !== 2) return { defect: 'bad-header', detail: `class ${classByte}` };
    if (orderByte !== 1 && orderByte !== 2) return { defect: 'bad-header', detail: `byte order ${orderByte}` };
    if (identVersion !== 1) return { defect: 'bad-header', detail: `ELF version ${identVersion}` };
  }
  const wide = classByte === 2;
  if (head.length < (wide ? 64 : 52)) return { defect: 'truncated', detail: 'the file ends within its header' };
  const decoder = new Decoder(wide, orderByte === 1);
  const version = decoder.u32(head, 20);
  if (version !== 1) return { defect: 'bad-header', detail: `object version ${version}` };
  // e_entry, e_phoff and e_shoff are as wide as the class; what follows them is not.
  const tail = 24 + 3 * decoder.wordSize;
  return {
    class: wide ? 64 : 32,
    byteOrder: decoder.little ? 'little' : 'big',
    machine: decoder.u16(head, 18),
    osabi: head[7] ?? 0,
    abiVersion: head[8] ?? 0,
    flags: decoder.u32(head, tail),
    type: TYPES[decoder.u16(head, 16)] ?? 'other',
    decoder,
    headersOffset: decoder.word(head, 24 + decoder.wordSize),
    headerSize: decoder.u16(head, tail + 6),
    headerCount: decoder.u16(head, tail + 8),
  };
}

function readSegments(header: Header, window: Window): Segment[] | ElfDefect {
  const { decoder, headersOffset, headerSize, headerCount } = header;
  const size = decoder.wide ? 56 : 32;
  if (headerCount === 0) return [];
  if (headerSize !== size) {
    return { defect: 'bad-program-headers', detail: `a program header of ${headerSize} bytes instead of ${size}` };
  }
  if (headerCount === PN_XNUM || headerCount * size > PROGRAM_HEADERS) {
    return { defect: 'bad-program-headers', detail: `${headerCount} program headers` };
  }
  const bytes = window.bytes(headersOffset, headerCount * size);
  if (bytes === undefined) {
    return { defect: 'truncated', detail: 'the program headers go beyond the end of the file' };
  }
  return Array.from({ length: headerCount }, (_, index) => readSegment(decoder, bytes, index * size));
}

function readSegment(decoder: Decoder, bytes: Buffer, at: number): Segment {
  // The narrow form has p_flags near its end, the wide one right after p_type.
  const fields = at + (decoder.wide ? 8 : 4);
  const { wordSize } = decoder;
  return {
    type: decoder.u32(bytes, at),
    offset: decoder.word(bytes, fields),
    address: decoder.word(bytes, fields + wordSize),
    fileSize: decoder.word(bytes, fields + 3 * wordSize),
    memorySize: decoder.word(bytes, fields + 4 * wordSize),
    align: decoder.word(bytes, at + (decoder.wide ? 48 : 28)),
  };
}

/** The first PT_INTERP, read by its file offset as the kernel does (fs/binfmt_elf.c, load_elf_binary). */
function readInterpreter(segments: readonly Segment[], window: Window, size: number): string | undefined | ElfDefect {
  const segment = segments.find(({ type, fileSize }) => type === PT_INTERP && fileSize > 0);
  if (segment === undefined) return undefined;
  if (segment.fileSize > INTERPRETER) {
    return { defect: 'bad-interpreter', detail: `PT_INTERP has ${segment.fileSize} bytes` };
  }
  if (segment.offset + segment.fileSize > size) {
    return { defect: 'truncated', detail: 'PT_INTERP goes beyond the end of the file' };
  }
  const bytes = window.bytes(segment.offset, segment.fileSize);
  const end = bytes?.indexOf(0) ?? -1;
  if (bytes === undefined || end < 0) return { defect: 'bad-interpreter', detail: 'PT_INTERP has no end' };
  return bytes.toString('latin1', 0, end);
}
