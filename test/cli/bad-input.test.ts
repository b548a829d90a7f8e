import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { hang } from '../fake-engine/faults.ts';
import { assertFails, engineWith, NAME, run } from './faulty-engine.ts';

describe('refused before any request', () => {
  const names = ['../images/x', 'a b', 'x?y', 'a/', '-', 'x%2fy', 'ä', '', '.', 'a#b', 'a\nb'];
  for (const name of names) {
    test(`the container ${JSON.stringify(name)}`, async () => {
      await using engine = await engineWith({});
      const { code, stdout, stderr } = await run(engine.host, ['--', name]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^error: .*name of a container or image.*\nhint: /);
      assert.deepEqual([stdout, engine.requests], ['', []]);
    });
  }
  const tags = [
    'A',
    'a b',
    'a:',
    ':a',
    'a:b:c',
    'a//b',
    '/a',
    'a@sha256:00',
    'a?b',
    '-a',
    'a:-b',
    'f'.repeat(64),
    `a:${'t'.repeat(129)}`,
  ];
  for (const tag of tags) {
    test(`the tag ${JSON.stringify(tag)}`, async () => {
      await using engine = await engineWith({});
      const { code, stderr } = await run(engine.host, [`--tag=${tag}`, NAME]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^error: .*is not an image reference.*\nhint: /);
      assert.deepEqual(engine.requests, []);
    });
  }
  const lines: [string[], RegExp][] = [
    [[], /no container or image given/],
    [['a', 'b'], /too many arguments/],
    [['--nonsense', NAME], /unknown option/],
    [['--trim', 'everything', NAME], /no group "everything"/],
    [['--config', 'file', NAME], /argument 'file' is invalid/],
    [['--change', 'RUN true', NAME], /RUN/],
  ];
  for (const [args, message] of lines) {
    test(`the arguments ${JSON.stringify(args)}`, async () => {
      await using engine = await engineWith({});
      const { code, stderr } = await run(engine.host, args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.deepEqual(engine.requests, []);
    });
  }
});

describe('containers that are not there', () => {
  test('an unknown name', () =>
    assertFails(
      {},
      { code: 3, message: /^error: there is no container and no image "app"\nhint: /m },
      (state) => void state.containers.pop(),
    ));

  test('an ambiguous prefix', async () => {
    await using engine = await engineWith({}, (state) => {
      const image = state.containers[0]?.image;
      assert.ok(image);
      for (const digit of ['1', '2'])
        state.addContainer({ image, id: `abc${digit}`.padEnd(64, '0'), name: `other-${digit}` });
    });
    const { code, stderr } = await run(engine.host, ['abc']);
    assert.equal(code, 3);
    assert.match(stderr, /"abc" is the start of more than one container's id\nhint: /);
  });

  test('the image is gone', () =>
    assertFails({}, { code: 1, message: /^error: the image of app \(sha256:.*\) is gone\nhint: /m }, (state) =>
      state.images.clear(),
    ));
});

describe('the engine cannot be reached', () => {
  test('no socket', async () => {
    const { code, stderr } = await run('unix:///nowhere/docker.sock', [NAME]);
    assert.equal(code, 4);
    assert.match(stderr, /no container engine answers:\n {2}unix:\/\/\/nowhere\/docker\.sock \(--host\): .*\nhint: /);
  });

  test('a socket that one may not use', async (t) => {
    await using engine = await engineWith({});
    await chmod(engine.socketPath, 0o600);
    await chmod(dirname(engine.socketPath), 0o755);
    if (process.getuid?.() === 0) {
      // root may use any socket: for the run, this process is somebody else
      t.after(() => process.seteuid?.(0));
      process.seteuid?.(65_534);
    } else await chmod(engine.socketPath, 0);
    const { code, stderr } = await run(engine.host, [NAME]);
    process.seteuid?.(process.getuid?.() ?? 0);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /permission denied/);
    assert.match(stderr, /^hint: .*(group|sudo)/m);
  });

  test('it hangs up', async () => {
    await assertFails(
      { 'GET /containers/*/json': ({ response }) => void response.destroy() },
      { code: 1, message: /closed the connection/ },
    );
  });

  test('it does not answer, and the run is interrupted', async () => {
    await using engine = await engineWith({ 'GET /containers/*/json': hang });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const { code, stderr } = await run(engine.host, [NAME], { signal: controller.signal });
    assert.equal(code, 130, stderr);
  });
});
