import assert from 'node:assert/strict';
import { test } from 'node:test';
import elfTools from 'elf-tools';
import { bufferSource } from '../../src/elf/byte-source.ts';
import { isElf, readElf } from '../../src/elf/elf-file.ts';
import { buildElf } from '../builders/elf.ts';
import { FORMS, GuardedSource, opened, realFiles } from './sources.ts';

for (const form of FORMS) {
  const name = `${form.class} bits, ${form.byteOrder} endian`;

  test(`every field of an executable: ${name}`, () => {
    const versionsNeeded = [
      {
        library: 'libc.so.6',
        versions: [
          { name: 'GLIBC_2.17', weak: false },
          { name: 'GLIBC_2.34', weak: true },
        ],
      },
      { library: 'liba.so.1', versions: [{ name: 'A_1', weak: false }] },
    ];
    const { segments, tables, ...facts } = opened(
      buildElf({
        ...form,
        flags: 0x5000400,
        osabi: 3,
        abiVersion: 1,
        interpreter: '/lib/ld.so.1',
        soname: 'caf\xe9.so.1',
        needed: ['liba.so.1', 'libc.so.6', 'liba.so.1'],
        rpath: '/opt/lib:$ORIGIN',
        runpath: '$ORIGIN/../lib',
        filters: ['libf1.so', 'libf2.so'],
        auxiliaries: ['libx.so'],
        audit: 'one.so:two.so',
        depaudit: ':three.so:',
        noDefaultLib: true,
        pie: true,
        versionsNeeded,
        versionsDefined: ['V_1', 'V_2'],
      }),
    ).elf;
    assert.deepEqual(facts, {
      ...form,
      flags: 0x5000400,
      osabi: 3,
      abiVersion: 1,
      type: 'executable',
      interpreter: '/lib/ld.so.1',
      dynamic: true,
      soname: 'caf\xe9.so.1',
      needed: ['liba.so.1', 'libc.so.6', 'liba.so.1'],
      rpath: '/opt/lib:$ORIGIN',
      runpath: '$ORIGIN/../lib',
      filters: ['libf1.so', 'libf2.so'],
      auxiliaries: ['libx.so'],
      audit: ['one.so', 'two.so'],
      depaudit: ['three.so'],
      noDefaultLib: true,
      pie: true,
      versionsNeeded,
      versionsDefined: ['V_1', 'V_2'],
      excess: [],
    });
    assert.equal(segments.length, 3);
    assert.notEqual(tables.strings, undefined);
  });

  test(`the headers are those that elf-tools reads: ${name}`, () => {
    const bytes = buildElf({ ...form, interpreter: '/lib/ld.so.1', needed: ['libc.so.6'], sections: true });
    const { elf } = opened(bytes);
    // It reverses bytes of its input in place.
    const { header, programs } = elfTools.parse(Buffer.from(bytes));
    const machines: Record<number, string> = { 62: 'amd64', 22: 's390', 3: 'x86', 20: 'ppc' };
    assert.deepEqual(
      [header.class, header.endian, header.type, header.machine],
      [String(form.class), form.byteOrder === 'little' ? 'lsb' : 'msb', 'exec', machines[form.machine]],
    );
    assert.deepEqual(
      programs.map(({ header: { offset, vaddr, filesz } }) => [offset, vaddr, filesz]),
      elf.segments.map(({ offset, address, fileSize }) => [offset, address, fileSize]),
    );
    assert.equal(programs[1]?.data.toString('latin1'), `${elf.interpreter}\0`);
  });
}

test('kinds of files are told apart', () => {
  const kind = (spec: Parameters<typeof buildElf>[0]): unknown[] => {
    const { type, dynamic, pie, interpreter } = opened(buildElf(spec)).elf;
    return [type, dynamic, pie, interpreter];
  };
  assert.deepEqual(kind({ soname: 'liba.so.1' }), ['shared', true, false, undefined]);
  assert.deepEqual(kind({ type: 'shared', pie: true }), ['shared', true, true, undefined], 'static-pie');
  assert.deepEqual(kind({ type: 'shared', pie: true, interpreter: '/i' }), ['shared', true, true, '/i']);
  assert.deepEqual(kind({ type: 'executable' }), ['executable', false, false, undefined], 'static');
  assert.deepEqual(kind({ type: 'relocatable', needed: ['a'] }), ['relocatable', false, false, undefined]);
  assert.deepEqual(kind({ type: 'core' }), ['core', false, false, undefined]);
});

test('an empty RUNPATH is not an absent one', () => {
  assert.equal(opened(buildElf({ runpath: '' })).elf.runpath, '');
  assert.equal(opened(buildElf({ dynamic: true })).elf.runpath, undefined);
});

test('the last of several DT_SONAME counts, and zeroed section headers do no harm', () => {
  const bytes = buildElf({ soname: 'first', needed: ['second'], entries: [[14, 1]], sections: true });
  // The string at offset 1 is the first that was asked for: that of DT_NEEDED.
  assert.equal(opened(bytes).elf.soname, 'second');
  bytes.fill(0, Number(bytes.readBigUInt64LE(40)));
  assert.equal(opened(bytes).elf.soname, 'second');
});

test('strings that DT_STRSZ does not cover are found, as the loader finds them', () => {
  const bytes = buildElf({ needed: ['liba.so.1', 'libb.so.1'] });
  const at = dynamicEntry(bytes, 10);
  bytes.writeBigUInt64LE(3n, at + 8);
  assert.deepEqual(opened(bytes).elf.needed, ['liba.so.1', 'libb.so.1']);
});

test('a string table of megabytes is not read as a whole', () => {
  const imports = Array.from({ length: 20_000 }, (_, index) => `${'symbol'.repeat(12)}_${index}`);
  const source = new GuardedSource(buildElf({ needed: ['liba.so.1'], imports }));
  const elf = readElf(source);
  assert.ok(!('defect' in elf) && elf.needed[0] === 'liba.so.1');
  assert.ok(source.bytesRead < 64 * 1024, `${source.bytesRead} bytes`);
});

test('a small file costs few reads', () => {
  const source = new GuardedSource(
    buildElf({ interpreter: '/i', needed: ['a', 'b'], versionsNeeded: [{ library: 'a', versions: [{ name: 'V' }] }] }),
  );
  readElf(source);
  assert.ok(source.reads <= 4, `${source.reads} reads`);
});

test('a dynamic segment is found by its address where its offset says otherwise', () => {
  const bytes = buildElf({ needed: ['liba.so.1'] });
  const header = 64 + 56;
  assert.equal(bytes.readUInt32LE(header), 2);
  bytes.writeBigUInt64LE(8n, header + 8);
  assert.deepEqual(opened(bytes).elf.needed, ['liba.so.1']);
});

test('files of debug information are read: the headers stay, the contents do not', () => {
  const bytes = buildElf({ needed: ['liba.so.1'] });
  bytes.writeBigUInt64LE(0n, 64 + 56 + 32);
  assert.deepEqual([opened(bytes).elf.dynamic, opened(bytes).elf.needed], [false, []]);
});

test('defects have names', () => {
  const good = buildElf({ interpreter: '/lib/ld.so.1', needed: ['liba.so.1'] });
  const patched = (at: number, ...values: number[]): string => {
    const bytes = Buffer.from(good);
    bytes.set(values, at);
    const result = readElf(bufferSource(bytes));
    return 'defect' in result ? result.defect : 'none';
  };
  assert.equal(patched(0, 0), 'not-elf');
  assert.equal(patched(4, 3), 'bad-header');
  assert.equal(patched(5, 0), 'bad-header');
  assert.equal(patched(6, 2), 'bad-header');
  assert.equal(patched(20, 2), 'bad-header');
  assert.equal(patched(54, 55), 'bad-program-headers');
  assert.equal(patched(56, 0xff, 0xff), 'bad-program-headers', 'PN_XNUM');
  assert.equal(patched(56, 0, 4), 'truncated', '1,024 program headers');
  assert.equal(patched(32, 0, 0, 0, 0, 0xff), 'truncated', 'e_phoff');
  assert.equal(patched(64 + 56 + 32, 0, 0x20), 'bad-interpreter', 'p_filesz of PT_INTERP');
  assert.equal(patched(64 + 56 + 8, 0, 0xff), 'truncated', 'p_offset of PT_INTERP');
  assert.equal(patched(64 + 56 + 32, 4), 'bad-interpreter', 'PT_INTERP without an end');
  assert.equal(patched(64 + 2 * 56 + 32, 0, 0, 0xff), 'none', 'p_filesz of PT_DYNAMIC, where DT_NULL ends it');
  assert.equal(patched(64 + 2 * 56 + 16, 0, 0, 0, 1), 'none', 'p_vaddr of PT_DYNAMIC, where its offset is right');
  assert.equal(patched(64 + 2 * 56 + 8, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 'truncated', 'neither is');
  assert.equal(patched(dynamicEntry(good, 1) + 8, 0xff, 0xff), 'bad-dynamic', 'DT_NEEDED');
  assert.equal(patched(dynamicEntry(good, 5) + 8, 0, 0, 0, 0, 1), 'bad-dynamic', 'DT_STRTAB');
  assert.equal(patched(56, 1, 0), 'none');
});

test('the magic alone makes an ELF file, not a readable one', () => {
  assert.ok(isElf(Buffer.from('\x7fELF', 'latin1')));
  assert.ok(!isElf(Buffer.from('\x7fEL', 'latin1')) && !isElf(Buffer.from('#!/bin/sh')) && !isElf(Buffer.alloc(0)));
  assert.deepEqual(readElf(bufferSource(Buffer.from('\x7fELF', 'latin1'))), {
    defect: 'truncated',
    detail: 'the file ends within its header',
  });
});

test('this node and its C library', (t) => {
  const { node, interpreter, libc } = realFiles();
  const { elf } = opened(node);
  assert.equal(elf.dynamic, true);
  assert.ok(
    elf.needed.some((name) => /^libc\.(so|musl)/.test(name)),
    elf.needed.join(),
  );
  if (interpreter === undefined || libc === undefined) return t.skip('not a system with glibc');
  const wanted = elf.versionsNeeded.find(({ library }) => library === 'libc.so.6');
  const defined = new Set(opened(libc).elf.versionsDefined);
  assert.ok(wanted !== undefined && wanted.versions.length > 0);
  assert.deepEqual(
    wanted.versions.filter((version) => !defined.has(version.name)),
    [],
  );
  assert.equal(opened(libc).elf.soname, 'libc.so.6');
  assert.equal(opened(interpreter).elf.soname, elf.interpreter?.split('/').at(-1));
});

/** The offset of the dynamic entry with this tag, in a little-endian 64-bit file with one PT_DYNAMIC. */
function dynamicEntry(bytes: Buffer, tag: number): number {
  const { segments } = opened(bytes).elf;
  const dynamic = segments.find(({ type }) => type === 2);
  for (let at = dynamic?.offset ?? 0; ; at += 16) if (Number(bytes.readBigUInt64LE(at)) === tag) return at;
}
