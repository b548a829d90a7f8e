import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bufferSource } from '../../src/elf/byte-source.ts';
import { ArchiveMembers } from '../../src/image/archive-members.ts';
import { chooseImage } from '../../src/image/choose-image.ts';
import { type ListedImage, listImages } from '../../src/image/image-archive.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import {
  type BuiltImage,
  configOf,
  digestOf,
  gzipLayer,
  layoutMembers,
  plainLayer,
  saveMembers,
} from '../builders/image-archive.ts';
import { file, symlink, type TarMember, tar } from '../builders/tar.ts';

const BASE = plainLayer(file('etc/base', 'base'));
const APP = plainLayer(file('opt/app', 'app'));

function listed(members: readonly TarMember[], options: { end?: boolean } = {}): readonly ListedImage[] {
  return listImages(new ArchiveMembers(bufferSource(tar(members, options))));
}

const IMAGE: BuiltImage = {
  layers: [BASE, APP],
  references: ['app:1.0', 'registry.example:5000/team/app:2'],
  run: { Cmd: ['/bin/app'], Labels: { a: 'b' } },
  history: [
    { created_by: 'ADD file:x in / ', created: '2024-01-01T00:00:00Z' },
    { created_by: 'CMD ["bash"]', empty_layer: true },
    { created_by: 'COPY app /opt # buildkit', comment: 'buildkit.dockerfile.v0' },
  ],
};

const FORMATS: readonly [string, readonly TarMember[]][] = [
  ['a folder a layer', saveMembers(IMAGE)],
  ['an OCI layout with a manifest.json', layoutMembers([IMAGE])],
  ['an OCI layout alone', layoutMembers([IMAGE], { manifest: false })],
  ['an OCI layout without its folders', layoutMembers([IMAGE]).filter(({ name }) => !name.endsWith('/'))],
  ['names that begin with ./', saveMembers(IMAGE).map((member) => ({ ...member, name: `./${member.name}` }))],
];

describe('an image is read from', () => {
  for (const [format, members] of FORMATS) {
    test(format, () => {
      const [image, ...more] = listed(members);
      assert.ok(image !== undefined && more.length === 0);
      const { document, layers } = image.open();
      assert.equal(document.id, digestOf(configOf(IMAGE)));
      assert.deepEqual(document.config, {
        platform: { os: 'linux', architecture: 'amd64' },
        created: '2024-05-06T07:08:09Z',
        run: { Cmd: ['/bin/app'], Labels: { a: 'b' } },
      });
      assert.deepEqual(document.history, [
        { createdBy: 'ADD file:x in / ', hasLayer: true, created: '2024-01-01T00:00:00Z' },
        { createdBy: 'CMD ["bash"]', hasLayer: false },
        { createdBy: 'COPY app /opt # buildkit', hasLayer: true, comment: 'buildkit.dockerfile.v0' },
      ]);
      assert.deepEqual(
        layers.map(({ diffId }) => diffId),
        [digestOf(BASE.plain), digestOf(APP.plain)],
      );
      assert.deepEqual(
        layers.map(({ bytes }) => bytes.read(0, bytes.size)),
        [BASE.plain, APP.plain],
      );
    });
  }
});

test('a layer that was saved already is a link to it', () => {
  const images = listed(saveMembers({ layers: [BASE, APP, BASE] }, { layers: [APP], references: ['other:1'] }));
  assert.equal(images.length, 2);
  const layers = images.flatMap((image) => image.open().layers);
  assert.deepEqual(
    layers.map(({ bytes }) => digestOf(bytes.read(0, bytes.size))),
    [BASE, APP, BASE, APP].map(({ plain }) => digestOf(plain)),
  );
});

test('a link to itself is no layer', () => {
  const members = saveMembers({ layers: [BASE] }).map((member) =>
    member.name.endsWith('layer.tar') ? symlink(member.name, 'layer.tar') : member,
  );
  assert.throws(() => listed(members)[0]?.open(), /leads in circles/);
});

test('an archive without its end marker is read: digests tell what is missing', () => {
  assert.equal(listed(saveMembers(IMAGE), { end: false }).length, 1);
});

test('a compressed blob has the digest of its name, and a layer’s folder none', () => {
  const [inLayout] = listed(layoutMembers([{ layers: [gzipLayer(file('a', 'a'))] }]));
  assert.match(inLayout?.open().layers[0]?.digest ?? '', /^sha256:/);
  assert.equal(listed(saveMembers(IMAGE))[0]?.open().layers[0]?.digest, undefined);
});

test('of an index in an index, those images are read that are there, and no attestations', () => {
  const [image] = [layoutMembers([IMAGE], { manifest: false })];
  const index = JSON.parse(String(image?.find(({ name }) => name === 'index.json')?.content)) as {
    manifests: { digest: string }[];
  };
  const other = {
    ...index.manifests[0],
    digest: digestOf('not there'),
    platform: { os: 'linux', architecture: 'arm64' },
  };
  const attestation = {
    ...index.manifests[0],
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    platform: { os: 'unknown', architecture: 'unknown' },
  };
  const nested = JSON.stringify({ manifests: [index.manifests[0], other, attestation] });
  const outer = {
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.index.v1+json',
        digest: digestOf(nested),
        size: nested.length,
        annotations: { 'org.opencontainers.image.ref.name': 'latest' },
      },
    ],
  };
  const members = [
    ...(image ?? []).filter(({ name }) => name !== 'index.json'),
    file(`blobs/sha256/${digestOf(nested).slice(7)}`, nested),
    file('index.json', JSON.stringify(outer)),
  ];
  const images = listed(members);
  assert.deepEqual(
    images.map(({ references }) => references),
    [['latest', 'docker.io/library/app:1.0']],
  );
  assert.equal(images[0]?.open().layers.length, 2);
});

describe('which image is meant', () => {
  const images = listed(
    saveMembers(IMAGE, { layers: [BASE], references: ['other:latest'] }, { layers: [APP], references: [] }),
  );
  const chosen = (wanted: string | undefined): number => images.indexOf(chooseImage(images, wanted, 'app.tar'));

  test('by a name, however it is written', () => {
    for (const [wanted, number] of [
      ['app:1.0', 0],
      ['docker.io/library/app:1.0', 0],
      ['registry.example:5000/team/app:2', 0],
      ['other', 1],
      ['@2', 2],
    ] as const) {
      assert.equal(chosen(wanted), number, wanted);
    }
  });

  test('one that is not there, and none where there are several', () => {
    for (const [wanted, message] of [
      ['app:2', /app\.tar has no image app:2/],
      ['@3', /has no image @3/],
      [undefined, /has 3 images: say which one/],
    ] as const) {
      assert.throws(
        () => chosen(wanted),
        (error) =>
          error instanceof SkinnywhaleError &&
          error.code === 'USAGE' &&
          message.test(error.message) &&
          error.hint === 'It has app:1.0, other:latest, @2.',
      );
    }
  });
});
