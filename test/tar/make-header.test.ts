import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeaderFields, makeHeader } from '../../src/tar/make-header.ts';
import { scanOne } from './scan.ts';

const FILE: HeaderFields = { name: 'f', type: 'file', mode: 0o100644, uid: 0, gid: 0, size: 0, mtime: 0 };

/** A header block as texts at offsets; the rest is zeros, the checksum is worked out. */
function block(texts: Readonly<Record<number, string>>): Buffer {
  const made = Buffer.alloc(512);
  for (const [offset, text] of Object.entries(texts)) made.write(text, Number(offset), 'latin1');
  made.write('        ', 148, 'latin1');
  const sum = made.reduce((total, byte) => total + byte, 0);
  made.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return made;
}

function padded(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(-text.length & 511)]);
}

/** The block in front of PAX records, as Go's archive/tar writes it. */
function paxBlock(name: string, length: string): Buffer {
  const zero = '0000000';
  return block({ 0: name, 100: zero, 108: zero, 116: zero, 124: length, 136: '00000000000', 156: 'x', 257: USTAR });
}

const USTAR = 'ustar\u000000';
/** What stands in the block of {@link FILE}, but for its name. */
const PLAIN = {
  100: '0100644',
  108: '0000000',
  116: '0000000',
  124: '00000000000',
  136: '00000000000',
  156: '0',
  257: USTAR,
  329: '0000000',
  337: '0000000',
};

// What is expected was taken from exports of Docker 20.10.24, of files with such names, owners and times.
const CASES: readonly (readonly [what: string, fields: Partial<HeaderFields>, blocks: readonly Buffer[]])[] = [
  ['a plain file', {}, [block({ ...PLAIN, 0: 'f' })]],
  [
    'a directory, owners named',
    {
      type: 'directory',
      name: 'a/b',
      mode: 0o41777,
      uid: 33,
      gid: 5,
      mtime: 1,
      userName: 'www-data',
      groupName: 'tty',
    },
    [
      block({
        ...PLAIN,
        0: 'a/b/',
        100: '0041777',
        108: '0000041',
        116: '0000005',
        136: '00000000001',
        156: '5',
        265: 'www-data',
        297: 'tty',
      }),
    ],
  ],
  [
    'a device',
    { type: 'block', mode: 0o60660, major: 4095, minor: 1048575 },
    [block({ ...PLAIN, 0: 'f', 100: '0060660', 156: '4', 329: '0007777', 337: '3777777' })],
  ],
  ['a name of 100 bytes', { name: 'x'.repeat(100) }, [block({ ...PLAIN, 0: 'x'.repeat(100) })]],
  [
    'a longer name that can be split',
    { name: `${'d'.repeat(99)}/f` },
    [block({ ...PLAIN, 0: 'f', 345: 'd'.repeat(99) })],
  ],
  [
    'a directory whose last slash is no place to split at',
    { name: `${'e'.repeat(97)}/eee`, type: 'directory' },
    [block({ ...PLAIN, 0: 'eee/', 156: '5', 345: 'e'.repeat(97) })],
  ],
  [
    'a name too long to be split',
    { name: `o/${'x'.repeat(101)}` },
    [
      paxBlock(`o/PaxHeaders.0/${'x'.repeat(85)}`, '00000000161'),
      padded(`113 path=o/${'x'.repeat(101)}\n`),
      block({ ...PLAIN, 0: `o/${'x'.repeat(98)}` }),
    ],
  ],
  [
    'a name that would be cut after a slash',
    { name: `o/${'d'.repeat(97)}/${'d'.repeat(97)}/${'d'.repeat(97)}/f` },
    [
      paxBlock(`o/${'d'.repeat(97)}`, '00000000463'),
      padded(`307 path=o/${'d'.repeat(97)}/${'d'.repeat(97)}/${'d'.repeat(97)}/f\n`),
      block({ ...PLAIN, 0: `o/${'d'.repeat(97)}` }),
    ],
  ],
  [
    'a name that could be split, but for its owner',
    { name: `${'d'.repeat(99)}/f`, uid: 3_000_000 },
    [
      paxBlock('d'.repeat(99), '00000000176'),
      padded(`111 path=${'d'.repeat(99)}/f\n15 uid=3000000\n`),
      block({ ...PLAIN, 0: 'd'.repeat(99) }),
    ],
  ],
  [
    'a name that is not ASCII',
    { name: 'o/uml\xc3\xa4ut\xff', size: 1 },
    [
      paxBlock('o/PaxHeaders.0/umlut', '00000000023'),
      padded('19 path=o/uml\xc3\xa4ut\xff\n'),
      block({ ...PLAIN, 0: 'o/umlut', 124: '00000000001' }),
    ],
  ],
  [
    'a long target',
    { type: 'symlink', name: 'o/l', mode: 0o120777, linkname: 't'.repeat(101) },
    [
      paxBlock('o/PaxHeaders.0/l', '00000000163'),
      padded(`115 linkpath=${'t'.repeat(101)}\n`),
      block({ ...PLAIN, 0: 'o/l', 100: '0120777', 156: '2', 157: 't'.repeat(100) }),
    ],
  ],
  [
    'the largest owners that fit',
    { uid: 2_097_151, gid: 2_097_151 },
    [block({ ...PLAIN, 0: 'f', 108: '7777777', 116: '7777777' })],
  ],
  [
    'owners that do not fit',
    { uid: 2_097_152, gid: 4_294_967_294 },
    [
      paxBlock('PaxHeaders.0/f', '00000000041'),
      padded('18 gid=4294967294\n15 uid=2097152\n'),
      block({ ...PLAIN, 0: 'f' }),
    ],
  ],
  ['the last time that fits', { mtime: 8_589_934_591 }, [block({ ...PLAIN, 0: 'f', 136: '77777777777' })]],
  [
    'a time before 1970, of a directory',
    { type: 'directory', name: 'o/d', mtime: -5 },
    [paxBlock('o/d/PaxHeaders.0', '00000000014'), padded('12 mtime=-5\n'), block({ ...PLAIN, 0: 'o/d/', 156: '5' })],
  ],
  [
    'a large file with capabilities and a long owner',
    {
      size: 9_663_676_416,
      mtime: 8_589_934_592,
      capabilities: Buffer.from([1, 0, 0, 2, 0x80, 0x0a, 0xff]),
      userName: 'u'.repeat(33),
      groupName: '\xfcn',
    },
    [
      paxBlock('PaxHeaders.0/f', '00000000212'),
      padded(
        `44 SCHILY.xattr.security.capability=${'\x01\0\0\x02\x80\n\xff'}\n12 gname=\xfcn\n20 mtime=8589934592\n` +
          `19 size=9663676416\n43 uname=${'u'.repeat(33)}\n`,
      ),
      block({ ...PLAIN, 0: 'f', 265: 'u'.repeat(32), 297: 'n' }),
    ],
  ],
];

for (const [what, fields, blocks] of CASES) {
  test(what, () => {
    const made = makeHeader({ ...FILE, ...fields });
    const expected = Buffer.concat(blocks);
    assert.equal(made.toString('latin1'), expected.toString('latin1'));
  });
}

test('what is made is read as what it was made of', () => {
  for (const [, fields] of CASES) {
    const whole = { ...FILE, ...fields };
    const entry = scanOne(Buffer.concat([makeHeader({ ...whole, size: 0 }), Buffer.alloc(1024)]));
    assert.deepEqual(
      [entry.name.replace(/\/$/, ''), entry.type, entry.uid, entry.gid, entry.mtime, entry.linkname],
      [whole.name, whole.type, whole.uid, whole.gid, whole.mtime, whole.linkname ?? ''],
    );
  }
});
