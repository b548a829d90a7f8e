import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { bufferSource } from '../../src/elf/byte-source.ts';
import { ArchiveMembers } from '../../src/image/archive-members.ts';
import { listImages } from '../../src/image/image-archive.ts';
import { whereRead } from '../../src/image/image-files.ts';
import { readLayer } from '../../src/image/layers/read-layer.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import {
  type BuiltImage,
  configOf,
  digestOf,
  gzipLayer,
  layoutMembers,
  plainLayer,
  saveMembers,
  storedLayers,
} from '../builders/image-archive.ts';
import { directory, file, hardlink, symlink, type TarMember, tar } from '../builders/tar.ts';

const BASE = plainLayer(file('etc/base', 'base'));
const APP = plainLayer(file('opt/app', 'app'));
const IMAGE: BuiltImage = { layers: [BASE, APP] };
const SAVED = saveMembers(IMAGE);
const LAYOUT = layoutMembers([IMAGE]);

/** Reads all of an archive. */
async function readAll(archive: Buffer): Promise<void> {
  for (const image of listImages(new ArchiveMembers(bufferSource(archive)))) {
    for (const layer of image.open().layers) await readLayer(layer, { take: () => {} });
  }
}

async function assertRefused(archive: Buffer, why: RegExp): Promise<void> {
  await assert.rejects(
    whereRead('app.tar', () => readAll(archive)),
    (error) => {
      assert.ok(error instanceof SkinnywhaleError, String(error));
      assert.equal(error.code, 'BAD_ARCHIVE');
      assert.match(error.message, /^app\.tar is damaged, or no archive of an image: /);
      assert.match(error.message, why);
      return true;
    },
  );
}

/** `members` with the content of one of them made another. */
function edited(members: readonly TarMember[], name: RegExp, edit: (content: string) => string): TarMember[] {
  return members.map((member) =>
    name.test(member.name) ? { ...member, content: Buffer.from(edit(String(member.content))) } : member,
  );
}

test('what is not hostile is read', async () => {
  await readAll(tar(SAVED));
  await readAll(tar(LAYOUT));
});

describe('members', () => {
  const added: [string, TarMember, RegExp][] = [
    ['an absolute name', file('/etc/passwd', 'x'), /lead outside/],
    ['a name that leads outside', file('blobs/../../x', 'x'), /lead outside/],
    ['a link to the machine’s files', symlink('x', '/etc/passwd'), /the link \/x leads outside/],
    ['a link that leads outside', symlink('a/x', 'b/../../../etc/passwd'), /the link \/a\/x leads outside/],
    ['a hardlink to nothing', hardlink('x', '../etc/passwd'), /lead outside/],
    ['a device', { name: 'x', type: 'block' }, /device or pipe/],
    ['a manifest twice', file('./manifest.json', '[]'), /in it twice/],
    ['a member below a member', file('manifest.json/x', '[]'), /not a directory/],
  ];
  for (const [what, member, why] of added) {
    test(what, () => assertRefused(tar([...SAVED, member]), why));
  }
  test('nothing', () => assertRefused(tar([]), /it is empty/));
  test('no archive', () => assertRefused(Buffer.from('x'.repeat(2000)), /checksum|octal/));
  test('an empty file', () => assertRefused(Buffer.alloc(0), /it is empty/));
  test('far too many', () => {
    const many = Array.from({ length: 10_001 }, (_, number) => directory(`d${number}`));
    return assertRefused(tar(many), /far too many members/);
  });
  test('an archive of something else', () => assertRefused(tar([file('etc/passwd')]), /neither a manifest.json nor/));
  test('an archive that is compressed', () => assertRefused(gzipSync(tar(SAVED)), /compressed as a whole with gzip/));
  test('cut inside a layer', () => assertRefused(tar(SAVED).subarray(0, 5000), /cut short|neither a manifest/));
  test('a manifest that is a directory', () => assertRefused(tar([directory('manifest.json')]), /is no file/));
});

describe('documents', () => {
  const cases: [string, readonly TarMember[], RegExp][] = [
    ['a manifest that is not JSON', edited(SAVED, /^manifest/, () => '{'), /manifest.json is not JSON/],
    ['a manifest that is no list', edited(SAVED, /^manifest/, () => '{}'), /no list of images/],
    ['a manifest without a config', edited(SAVED, /^manifest/, () => '[{"Layers":[]}]'), /without a config/],
    ['a huge manifest', edited(SAVED, /^manifest/, (text) => text + ' '.repeat(5e6)), /far too long/],
    ['a deep manifest', edited(SAVED, /^manifest/, () => `${'['.repeat(1e6)}${']'.repeat(1e6)}`), /without a config/],
    ['layers that are no names', edited(SAVED, /^manifest/, () => '[{"Config":"c","Layers":[1]}]'), /no list of names/],
    ['a config that was changed', edited(SAVED, /^[0-9a-f]{64}\.json$/, (text) => `${text} `), /another digest/],
    [
      'a config blob that was changed',
      edited(LAYOUT, /^blobs\/sha256\/./, (text) => text.replace('amd64', 'arm64')),
      /another digest/,
    ],
    ['a layer that is missing', SAVED.filter(({ name }) => !name.endsWith('layer.tar')), /layer.tar is missing/],
    ['a config that is missing', SAVED.filter(({ name }) => !/^[0-9a-f]{64}\.json$/.test(name)), /it has no [0-9a-f]+/],
    ['a layer that was changed', edited(SAVED, /layer\.tar$/, (text) => text.replace('app', 'apq')), /another one/],
    ['a layer that is cut', edited(SAVED, /layer\.tar$/, (text) => text.slice(0, 700)), /another one/],
    [
      'layers out of order',
      edited(SAVED, /^manifest/, (text) => {
        const [image] = JSON.parse(text) as { Layers: string[] }[];
        return JSON.stringify([{ ...image, Layers: image?.Layers.reverse() }]);
      }),
      /another one/,
    ],
    [
      'fewer layers than the config has',
      edited(SAVED, /^manifest/, (text) => text.replace(/,"[^"]*layer\.tar"\]/, ']')),
      /the config has 2 layers and the manifest 1/,
    ],
    [
      'diff ids that are none',
      saveMembers({ ...IMAGE, config: { rootfs: { diff_ids: ['x', 'y'] } } }),
      /no sha256 digest/,
    ],
    ['no architecture', saveMembers({ ...IMAGE, config: { architecture: 7 } }), /for which architecture/],
    [
      'thousands of layers',
      saveMembers({ ...IMAGE, config: { rootfs: { diff_ids: Array(1001).fill(digestOf('')) } } }),
      /has 1001 layers/,
    ],
  ];
  for (const [what, members, why] of cases) test(what, () => assertRefused(tar(members), why));

  test('an index that holds itself', async () => {
    // a digest of its own content can't be made; one that changes at each step can
    let inner = JSON.stringify({ manifests: [] });
    const members: TarMember[] = [];
    for (let depth = 0; depth < 6; depth++) {
      members.push(file(`blobs/sha256/${digestOf(inner).slice(7)}`, inner));
      inner = JSON.stringify({
        manifests: [
          { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digestOf(inner), size: inner.length },
        ],
      });
    }
    await assertRefused(tar([...members, file('index.json', inner)]), /lead too deep/);
  });

  test('a config of strange types is read as far as it makes sense', () => {
    const config = JSON.parse(
      configOf({ ...IMAGE, config: { config: { Env: 'x', Cmd: [1], Labels: [] }, history: {} } }),
    );
    const [image] = listImages(new ArchiveMembers(bufferSource(tar(saveMembers({ ...IMAGE, config })))));
    assert.deepEqual(image?.open().document.config.run, {});
    assert.deepEqual(image?.open().document.history, []);
  });
});

describe('compressed layers', () => {
  const good = gzipLayer(file('a', 'a'.repeat(5000)));

  test('damaged inside', () => {
    const stored = Buffer.from(good.stored);
    stored[20] = (stored[20] as number) ^ 0xff;
    return assertRefused(tar(saveMembers({ layers: [{ ...good, stored }] })), /layer.tar is damaged/);
  });
  test('cut', () => {
    const stored = good.stored.subarray(0, good.stored.length - 9);
    return assertRefused(tar(saveMembers({ layers: [{ ...good, stored }] })), /layer.tar is damaged/);
  });
  test('one that grows beyond measure is given up on the way', async () => {
    const [layer] = storedLayers(gzipLayer(file('zeros', Buffer.alloc(20e6))));
    assert.ok(layer !== undefined && layer.bytes.size < 25_000);
    let taken = 0;
    const take = (piece: Buffer): void => {
      taken += piece.length;
    };
    await assert.rejects(readLayer(layer, { take, most: 2e6 }), {
      code: 'BAD_ARCHIVE',
      message: /grows beyond 2000000/,
    });
    assert.ok(taken <= 2e6);
    await readLayer(layer, { take });
  });
  test('a blob with another name', () => {
    const other = gzipLayer(file('b', 'b'));
    const members = layoutMembers([{ layers: [good] }]).map((member) =>
      String(member.content) === String(good.stored) ? { ...member, content: other.stored } : member,
    );
    return assertRefused(tar(members), /another one/);
  });
  for (const [name, start] of [
    ['xz', 'fd377a585a0000'],
    ['bzip2', '425a6839'],
  ] as const) {
    test(`${name}, which can't be read`, () => {
      const stored = Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(600)]);
      return assertRefused(tar(saveMembers({ layers: [{ ...good, stored }] })), new RegExp(`compressed with ${name}`));
    });
  }
});

test('whatever is changed in an archive, it is refused or read', async () => {
  const good = tar(layoutMembers([{ layers: [gzipLayer(file('a', 'a')), APP] }]));
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(edits, fc.nat(good.length), async (changes, length) => {
      const archive = Buffer.from(good);
      for (const [at, byte] of changes) archive[at] = byte;
      for (const each of [archive, archive.subarray(0, length)]) {
        await readAll(each).catch((error: unknown) => {
          if (!(error instanceof SkinnywhaleError && error.code === 'BAD_ARCHIVE')) throw error;
        });
      }
    }),
    { numRuns: 100, interruptAfterTimeLimit: 2000 },
  );
});
