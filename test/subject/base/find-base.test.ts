import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import { findBase } from '../../../src/subject/base/find-base.ts';
import type { BuiltImage, ImageHere } from '../../../src/subject/base/image-here.ts';
import type { BaseEvidence } from '../../../src/subject/subject.ts';
import { digestOf } from '../../builders/image-archive.ts';
import { image, steps } from './images.ts';

const DEBIAN = image('debian', { tags: ['debian:bookworm'], config: { Cmd: ['bash'] } });
const PYTHON = image('debian python', {
  tags: ['python:3.12'],
  digests: [`python@${digestOf('python')}`],
  config: { Cmd: ['python3'] },
});

function found(
  app: BuiltImage,
  here: readonly ImageHere[],
  wanted?: string,
): [BaseEvidence, string | undefined, number] {
  const { evidence, name, layers } = findBase(app, [...here, app], wanted);
  return [evidence, name, layers];
}

describe('another image here', () => {
  const app = image('debian python deps code', {
    tags: ['app:1.0'],
    config: { Cmd: ['gunicorn'], WorkingDir: '/app' },
  });

  test('the one with most of the lowest layers', () => {
    assert.deepEqual(found(app, [DEBIAN, PYTHON]), ['layers', 'python:3.12', 2]);
    assert.deepEqual(found(app, [DEBIAN]), ['layers', 'debian:bookworm', 1]);
  });
  test('not one that has another layer in between, or all of them, or none', () => {
    const here = [image('debian other', { tags: ['other:1'] }), image('debian python deps code', { tags: ['same:1'] })];
    assert.deepEqual(found(app, [...here, { ...DEBIAN, layers: [] }]), ['none', undefined, 4]);
  });
  test('of two with the same layers the older one', () => {
    const mine = image('debian', { tags: ['mine:1'], created: '2024-02-01T00:00:00Z', config: { Env: ['A=1'] } });
    assert.deepEqual(found(app, [mine, DEBIAN]), ['layers', 'debian:bookworm', 1]);
  });
  test('one that only has the digest by which it was pulled', () => {
    const digest = `python@${digestOf('x')}`;
    assert.deepEqual(found(app, [DEBIAN, { ...PYTHON, tags: [], digests: [digest] }]), ['layers', digest, 2]);
  });
  test('a base of one’s own, made a moment before', () => {
    for (const config of [
      { Cmd: ['bash'] },
      { Cmd: ['python3'] },
      { Entrypoint: ['/init'], Cmd: ['x'] },
      { User: 'web' },
    ]) {
      const own = image('debian python', { tags: ['acme/python-base:1'], config });
      assert.deepEqual(found(app, [DEBIAN, own]), ['layers', 'acme/python-base:1', 2], JSON.stringify(config));
    }
  });
  test('a server with its own entrypoint, which the application keeps', () => {
    const config = { Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['nginx'], ExposedPorts: { '80/tcp': {} } };
    const nginx = image('debian nginx', { tags: ['nginx:1'], config });
    const site = image('debian nginx html', { tags: ['site:1'], config });
    assert.deepEqual(found(site, [DEBIAN, nginx]), ['layers', 'nginx:1', 2]);
  });
  test('a runtime of a registry with a working directory that the application keeps', () => {
    const config = { WorkingDir: '/var/www/html', Cmd: ['apache2-foreground'] };
    const php = image('debian php', { tags: ['php:8'], digests: [`php@${digestOf('php')}`], config });
    const site = image('debian php html', { tags: ['site:1'], config });
    assert.deepEqual(found(site, [DEBIAN, php]), ['layers', 'php:8', 2]);
    // and what is made of that here, without another directory, is one, too
    const own = image('debian php gd', { tags: ['acme/php:8'], config });
    const shop = image('debian php gd html', { tags: ['shop:1'], config });
    assert.deepEqual(found(shop, [DEBIAN, php, own]), ['layers', 'acme/php:8', 3]);
  });
});

describe('a build stage is no base', () => {
  const WORKDIR: RunConfig = { Cmd: ['bash'], WorkingDir: '/app' };
  const app = image('debian apt deps code', {
    tags: ['registry.example:5000/shop/app:1.0'],
    config: { Cmd: ['node', 'x.js'], WorkingDir: '/app', Labels: { 'com.docker.compose.project': 'shop' } },
  });
  const cases: [what: string, stage: ImageHere][] = [
    ['a step of the classic builder, or what lost its name', image('debian apt deps', { config: { Cmd: ['bash'] } })],
    ['a target of the same repository', image('debian apt deps', { tags: ['registry.example:5000/shop/app:deps'] })],
    ['the same repository at another registry', image('debian apt deps', { tags: ['shop/app:cache'] })],
    [
      'a cache of the same repository that was pulled',
      image('debian apt deps', { tags: ['shop/app:c'], digests: [`shop/app@${digestOf('c')}`] }),
    ],
    ['a name that adds to it', image('debian apt deps', { tags: ['shop/app-frontend:1'] })],
    ['a name below it', image('debian apt deps', { tags: ['shop/app/deps:1'] })],
    ['a name that differs in its ending', image('debian apt deps', { tags: ['shop/app_builder:latest'] })],
    [
      'a name that only stages have',
      image('debian apt deps', { tags: ['deps:latest'], config: { Cmd: ['/bin/bash'] } }),
    ],
    ['a tag that only stages have', image('debian apt deps', { tags: ['ci:build'], config: { Cmd: ['bash'] } })],
    ['the application’s working directory', image('debian apt deps', { tags: ['xyz:1'], config: WORKDIR })],
    [
      'the application’s working directory and a program of its own: web beside worker',
      image('debian apt deps', { tags: ['web:1'], config: { ...WORKDIR, Cmd: ['gunicorn'] } }),
    ],
    [
      'the same project of compose',
      image('debian apt deps', { tags: ['web:1'], config: { Labels: { 'com.docker.compose.project': 'shop' } } }),
    ],
  ];
  for (const [what, stage] of cases) {
    test(what, () => {
      assert.deepEqual(found(app, [DEBIAN, stage]), ['layers', 'debian:bookworm', 1]);
    });
  }
  test('nor are several on top of each other', () => {
    const here = ['debian apt', 'debian apt deps'].map((layers) => image(layers, { tags: ['s:1'], config: WORKDIR }));
    const kept = image('debian apt', { tags: ['acme/node:1'], config: { Cmd: ['node'] } });
    assert.deepEqual(found(app, [DEBIAN, kept, here[1] as ImageHere]), ['layers', 'acme/node:1', 2]);
    assert.deepEqual(found(app, here.slice(1)), ['none', undefined, 4]);
  });
  test('an ending makes no family of what is called alike by nature', () => {
    const base = image('debian apt', { tags: ['shop/runtime:1'], config: { Cmd: ['bash'] } });
    assert.deepEqual(found(app, [DEBIAN, base]), ['layers', 'shop/runtime:1', 2]);
    const pack = image('debian apt', { tags: ['buildpack-deps:bookworm'], config: { Cmd: ['bash'] } });
    assert.deepEqual(found(app, [DEBIAN, pack]), ['layers', 'buildpack-deps:bookworm', 2]);
  });
  test('an application without a name has no family', () => {
    const nameless = image('debian apt deps code', { config: { Cmd: ['x'] } });
    const base = image('debian apt', { tags: ['acme/base:1'], config: { Cmd: ['bash'] } });
    assert.deepEqual(found(nameless, [DEBIAN, base]), ['layers', 'acme/base:1', 2]);
  });
});

describe('labels', () => {
  const name = 'org.opencontainers.image.base.name';
  const digest = 'org.opencontainers.image.base.digest';
  const app = (Labels: Record<string, string>): BuiltImage =>
    image('debian python code', { tags: ['app:1'], config: { Labels } });

  test('name the base, where that is here', () => {
    assert.deepEqual(found(app({ [name]: 'docker.io/library/debian:bookworm' }), [DEBIAN, PYTHON]), [
      'label',
      'debian:bookworm',
      1,
    ]);
    assert.deepEqual(found(app({ [digest]: digestOf('python') }), [DEBIAN, PYTHON]), ['label', 'python:3.12', 2]);
    assert.deepEqual(found(app({ [digest]: DEBIAN.id }), [DEBIAN, PYTHON]), ['label', 'debian:bookworm', 1]);
  });
  test('mean nothing where it is not here, or is another image by now', () => {
    assert.deepEqual(found(app({ [name]: 'alpine:3' }), [DEBIAN, PYTHON]), ['layers', 'python:3.12', 2]);
    const newer = image('newer', { tags: ['debian:bookworm'] });
    assert.deepEqual(found(app({ [name]: 'debian:bookworm' }), [newer, PYTHON]), ['layers', 'python:3.12', 2]);
    assert.deepEqual(found(app({ [name]: 'no name at all!' }), [DEBIAN, PYTHON]), ['layers', 'python:3.12', 2]);
  });
  test('that come from an image in between are not the image’s own', () => {
    const Labels = { [name]: 'debian:bookworm' };
    const labelled = { ...PYTHON, config: { Labels } };
    assert.deepEqual(found(app(Labels), [DEBIAN, labelled]), ['layers', 'python:3.12', 2]);
  });
});

describe('what the caller says', () => {
  const app = image('debian python code', { tags: ['app:1'] });
  const stage = image('debian python', { tags: ['app:stage'] });
  test('counts, whatever it is', () => {
    for (const wanted of ['debian', 'app:stage', stage.id, stage.id.slice(7, 19)]) {
      const named = image('debian', { tags: ['debian:latest'] });
      const expected = wanted === 'debian' ? ['option', 'debian:latest', 1] : ['option', 'app:stage', 2];
      assert.deepEqual(found(app, [DEBIAN, named, stage], wanted), expected);
    }
    assert.deepEqual(found(app, [PYTHON], PYTHON.digests[0]), ['option', 'python:3.12', 2]);
    assert.deepEqual(found(app, [DEBIAN, stage], 'none'), ['none', undefined, 3]);
  });
  test('is refused where it is not here, or is no base', () => {
    for (const [wanted, message] of [
      ['alpine', /no image alpine here/],
      ['app:1', /app:1 is no base/],
      ['other:1', /other:1 is no base/],
      ['000000', /no image 000000 here/],
    ] as const) {
      assert.throws(
        () => findBase(app, [DEBIAN, app, image('other', { tags: ['other:1'] })], wanted),
        (error) => error instanceof SkinnywhaleError && error.code === 'USAGE' && message.test(error.message),
      );
    }
  });
});

test('the history tells where no image here does', () => {
  const history = steps(
    '/bin/sh -c #(nop) ADD file:ab12 in / ',
    '- /bin/sh -c #(nop)  CMD ["bash"]',
    'COPY . /app # buildkit',
  );
  const app = image('debian code', { tags: ['app:1'], history });
  assert.deepEqual(found(app, []), ['history', undefined, 1]);
  assert.deepEqual(found(app, [DEBIAN]), ['layers', 'debian:bookworm', 1]);
});
