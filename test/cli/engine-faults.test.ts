import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { file, type TarMember, tar } from '../builders/tar.ts';
import type { Routes } from '../fake-engine/fake-engine.ts';
import { cutAfter, cutUploadAfter, progressLines, refuse, refuseUploadAfter } from '../fake-engine/faults.ts';
import { assertFails, EXPORT, engineWith, MEMBERS, membersOf, NAME, run } from './faulty-engine.ts';

test('without faults, the image is made', async () => {
  await using engine = await engineWith({});
  const { code, stdout, stderr } = await run(engine.host, ['-q', NAME]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'skinny-app:latest\n');
  assert.deepEqual([...engine.state.tags.keys()], ['parent:latest', 'skinny-app:latest']);
  assert.equal(engine.state.containers[0]?.paused, false);
});

describe('the export is not what it should be', () => {
  const entry = (name: string): number => EXPORT.indexOf(Buffer.from(`${name}\0`));
  const faulty = (body: Buffer): Routes => ({
    'GET /containers/*/export': ({ response }) => void response.writeHead(200).end(body),
  });
  const short = {
    code: 1,
    message: /^error: the engine sent a damaged archive: it was cut short after \d+ bytes.*\nhint: /m,
  };

  test('cut between two entries, with a clean end', () =>
    assertFails(faulty(EXPORT.subarray(0, entry('opt/second'))), short));
  test('cut inside an entry, with a clean end', () =>
    assertFails(faulty(EXPORT.subarray(0, EXPORT.length - 10_000)), short));
  test('with one of the two blocks that end an archive', () =>
    assertFails(faulty(EXPORT.subarray(0, EXPORT.length - 512)), short));
  test('empty', () => assertFails(faulty(Buffer.alloc(0)), short));
  test('the connection is cut', () =>
    assertFails(
      { 'GET /containers/*/export': cutAfter(EXPORT.subarray(0, 50_000)) },
      { code: 1, message: /^error: the engine closed the connection.*export/m },
    ));
  test('refused', () =>
    assertFails(
      { 'GET /containers/*/export': refuse(500, 'no more layers') },
      { code: 1, message: /^error: .*no more layers/m },
    ));

  const hostile: [string, TarMember[]][] = [
    ['an absolute name', [file('/etc/shadow', 'x')]],
    ['a name that leads outside', [file('opt/../../etc/shadow', 'x')]],
    ['a path twice', [file('opt/first', 'x')]],
    ['a path below a file', [file('opt/first/x', 'x')]],
    ['a hardlink to nothing', [{ name: 'opt/link', type: 'hardlink', linkname: 'opt/none' }]],
    ['a hardlink to the outside', [{ name: 'opt/link', type: 'hardlink', linkname: '../etc/shadow' }]],
    ['an entry of an unknown type', [file('opt/x', '', { typeflag: 'Z' })]],
    ['a size beyond all bounds', [file('opt/x', '', { pax: { size: '99999999999999999999' } })]],
    ['a negative size', [file('opt/x', '', { pax: { size: '-1' } })]],
  ];
  for (const [what, members] of hostile) {
    test(what, () =>
      assertFails(faulty(tar([...MEMBERS, ...members])), {
        code: 1,
        message: /^error: the engine sent a damaged archive: /m,
      }),
    );
  }
});

test('what the container has changed counts for the space that its files may take for a while', async () => {
  let [id, parent]: (string | undefined)[] = [];
  const sizes: Routes = {
    'GET /containers/*/json': ({ query, json }) => {
      const size = query.get('size') === 'true' ? { SizeRw: 1e15 } : {};
      json(200, { Id: id, Name: `/${NAME}`, Image: parent, Created: '', State: {}, Config: {}, ...size });
    },
  };
  const message = /^error: up to 1000000000 MB of temporary files may be needed.*\nhint: .*--temp-dir/m;
  await assertFails(sizes, { code: 1, message }, ({ containers: [container] }) => {
    id = container?.id;
    parent = container?.image;
  });
});

describe('the list of changes', () => {
  test('is refused', () =>
    assertFails({ 'GET /containers/*/changes': refuse(403, 'may not diff') }, { code: 1, message: /may not diff/ }));
  test('fails again and again: the parent tells what was changed', async () => {
    await using engine = await engineWith({ 'GET /containers/*/changes': refuse(500, 'not a directory') });
    const { code, stderr } = await run(engine.host, [NAME]);
    assert.equal(code, 0, stderr);
  });
  test('is cut', () =>
    assertFails(
      { 'GET /containers/*/changes': cutAfter('[{"Path":"/opt"') },
      { code: 1, message: /closed the connection/ },
    ));
  test('is not JSON', () =>
    assertFails(
      { 'GET /containers/*/changes': ({ response }) => void response.end('<html>') },
      { code: 1, message: /not JSON/ },
    ));
  test('is no list', () =>
    assertFails(
      { 'GET /containers/*/changes': ({ json }) => json(200, { a: 1 }) },
      { code: 1, message: /not a list of changes/ },
    ));
  test('is empty', () =>
    assertFails(
      {
        'GET /containers/*/changes': ({ json }) => json(200, null),
        'GET /images/*/history': ({ json }) => json(200, []),
        'GET /images/json': ({ json }) => json(200, []),
        'GET /images/*/get': ({ json }) => json(500, { message: 'no space left' }),
      },
      { code: 1, message: /^warning: app stands for its image, .*: nothing in it differs.*[\s\S]*no space left/m },
    ));
});

describe('the engine does not take the image', { concurrency: 16 }, () => {
  for (const [what, route] of [
    ['import', 'POST /images/create'],
    ['load', 'POST /images/load'],
  ] as const) {
    const error = { errorDetail: { message: 'disk on fire' }, error: 'disk on fire' };
    test(`an error at the end of the ${what}, in a stream that began well`, () =>
      assertFails(
        { [route]: progressLines('{"status":"Loading"}', JSON.stringify(error)) },
        { code: 1, message: /^error: .*disk on fire/m },
      ));
    test(`an error without a newline at the end of the ${what}`, () =>
      assertFails({ [route]: progressLines(JSON.stringify(error)) }, { code: 1, message: /^error: .*disk on fire/m }));
    test(`the ${what} answers with something else`, () =>
      assertFails({ [route]: progressLines('<html>') }, { code: 1, message: /not a digest: <html>|does not show it/ }));
    test(`the connection is cut after the ${what}`, () =>
      assertFails(
        { [route]: cutUploadAfter(1000) },
        { code: 1, message: /^error: the engine closed the connection/m },
      ));
    test(`the ${what} is refused half-way`, () =>
      assertFails(
        { [route]: refuseUploadAfter(1000, 507, 'no space left') },
        { code: 1, message: /^error: .*(no space left|closed the connection)/m },
      ));
  }

  for (const [what, faults] of Object.entries({
    import: {
      'POST /images/create': progressLines('{"error":"ApplyLayer exit status 1: write /x: no space left on device"}'),
    },
    load: { 'POST /images/load': refuse(500, 'write /var/lib/docker/tmp/x: no space left on device') },
    tag: { 'POST /images/*/tag': refuse(500, 'write repositories.json: disk quota exceeded') },
  } satisfies Record<string, Routes>)) {
    test(`the disk of the engine is full at the ${what}`, () =>
      assertFails(faults, {
        code: 1,
        message: /^error: .*(no space left|quota).*\nhint: The disk that holds the engine's data is full/m,
      }));
  }

  test('it stores another layer than was sent', () =>
    assertFails(
      {
        'POST /images/create': async ({ body, json }) => {
          await body();
          json(200, { status: `sha256:${'0'.repeat(64)}` });
        },
      },
      { code: 1, message: /^error: the engine stored another layer .*\nhint: Nothing was tagged/m },
    ));

  test('it takes the configuration, and forgets the image', () =>
    assertFails(
      { 'POST /images/load': progressLines('{"stream":"Loaded"}') },
      { code: 1, message: /^error: the engine took the image, but does not show it/m },
    ));

  test('the tag is refused', async () => {
    await using engine = await engineWith({ 'POST /images/*/tag': refuse(500, 'read-only') });
    const { code, stderr } = await run(engine.host, [NAME]);
    assert.equal(code, 1);
    assert.match(stderr, /read-only/);
    assert.deepEqual([...engine.state.tags.keys()], ['parent:latest']);
    assert.equal(engine.state.images.size, 1);
  });

  test('the name belongs to another image', async () => {
    await using engine = await engineWith({}, (state) => void state.addImage({}, 'skinny-app:latest'));
    const before = engine.state.tags.get('skinny-app:latest');
    const { code, stderr } = await run(engine.host, [NAME]);
    assert.equal(code, 1);
    assert.match(stderr, /already.*\nhint: .*--force/m);
    assert.equal(engine.state.tags.get('skinny-app:latest'), before);
    assert.deepEqual(engine.state.uploads, []);
  });
});

describe('engines that keep images in other ways', { concurrency: 8 }, () => {
  const containerd: Routes = {
    'GET /info': ({ json }) =>
      json(200, { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }),
  };
  const podman: Routes = {
    'GET /version': ({ json }) =>
      json(200, {
        Version: '4.3.1',
        ApiVersion: '1.41',
        MinAPIVersion: '1.24',
        Components: [{ Name: 'Podman Engine' }],
      }),
  };
  for (const [what, routes] of Object.entries({ containerd, podman })) {
    test(`${what} gets one archive with layer and configuration`, async () => {
      await using engine = await engineWith(routes);
      const { code, stderr } = await run(engine.host, [NAME]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        engine.state.uploads.map(({ kind }) => kind),
        ['load'],
      );
      const members = await membersOf(engine.state.uploads[0]?.body ?? Buffer.alloc(0));
      assert.deepEqual([...members.keys()], ['layer.tar', 'config.json', 'manifest.json']);
      // the entries of the change layer lie one after the other in the export, and come out so
      assert.ok(members.get('layer.tar')?.includes(tar(MEMBERS.slice(2), { end: false })));
      const config = JSON.parse(`${members.get('config.json')}`) as {
        config: { Labels: object; Cmd: string[]; Env: string[] };
      } & Record<string, unknown>;
      assert.deepEqual([config['architecture'], config['variant'], config['os']], ['arm64', 'v8', 'linux']);
      assert.deepEqual([config.config.Cmd, config.config.Env], [['/opt/first'], ['A=$b "c"']]);
      assert.deepEqual([...engine.state.tags.keys()], ['parent:latest', 'skinny-app:latest']);
    });

    test(`${what} fails half-way`, () =>
      assertFails(
        { ...routes, 'POST /images/load': cutUploadAfter(10_000) },
        { code: 1, message: /^error: the engine closed the connection/m },
      ));
    test(`${what} reports an error at the end`, () =>
      assertFails(
        { ...routes, 'POST /images/load': progressLines('{"error":"no space left"}') },
        { code: 1, message: /^error: .*no space left/m },
      ));
  }

  test('containerd says in passing that it could not unpack', () =>
    assertFails(
      { ...containerd, 'POST /images/load': progressLines('{"stream":"Error unpacking image app: no space left"}') },
      { code: 1, message: /^error: .*Error unpacking image/m },
    ));
});
