import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive with these members, deflated, in order. */
export function buildZip(members: Readonly<Record<string, Buffer>>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(typeof crc32 === 'function' ? crc32(content) : 0, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, more, Buffer.from(name)]));
    files.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}

/** A Java class, as far as its constant pool goes: classes that it refers to, and literals. */
export function buildClass({ classes, strings }: { classes: readonly string[]; strings: readonly string[] }): Buffer {
  const constants: Buffer[] = [];
  const add = (text: string, tag: number): void => {
    const bytes = Buffer.from(text);
    constants.push(Buffer.concat([Buffer.from([1, bytes.length >> 8, bytes.length & 255]), bytes]));
    constants.push(Buffer.from([tag, constants.length >> 8, constants.length & 255]));
  };
  for (const name of classes) add(name, 7);
  for (const text of strings) add(text, 8);
  const head = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, constants.length + 1]);
  return Buffer.concat([head, ...constants]);
}
