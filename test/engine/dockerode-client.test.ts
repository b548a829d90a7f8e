import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { type FakeContainer, FakeEngineState } from '../fake-engine/engine-state.ts';
import { type Route, startFakeEngine } from '../fake-engine/fake-engine.ts';
import { cutAfter, hang, refuse, stallAfter } from '../fake-engine/faults.ts';
import { openClient } from './open-client.ts';

/** An engine with one image, tagged `app:1`, and one running container of it. */
function stateWithContainer(): { state: FakeEngineState; container: FakeContainer } {
  const state = new FakeEngineState();
  const image = state.addImage({}, 'app:1');
  return { state, container: state.addContainer({ name: 'web', image: image.id, running: true }) };
}

describe('containers', () => {
  test('found by id, prefix and name', async () => {
    const { state, container } = stateWithContainer();
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    for (const name of [container.id, container.id.slice(0, 8), 'web']) {
      assert.equal((await client.inspectContainer(name)).id, container.id);
    }
  });

  test('missing, ambiguous and impossible ones', async () => {
    const { state, container } = stateWithContainer();
    state.addContainer({ id: `${container.id.slice(0, 12)}${'0'.repeat(52)}`, image: container.image });
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    await assert.rejects(client.inspectContainer('gone'), {
      code: 'NO_SUCH_CONTAINER',
      message: /no container "gone"/,
    });
    await assert.rejects(client.inspectContainer(container.id.slice(0, 12)), {
      code: 'NO_SUCH_CONTAINER',
      hint: /more digits/,
    });
    await assert.rejects(client.changes('gone'), { code: 'NO_SUCH_CONTAINER' });
    await assert.rejects(client.exportContainer('gone'), { code: 'NO_SUCH_CONTAINER' });
    const before = engine.requests.length;
    await assert.rejects(client.inspectContainer('../images/app'), { code: 'NO_SUCH_CONTAINER' });
    await assert.rejects(client.removeContainer('web/json?x='), { code: 'NO_SUCH_CONTAINER' });
    assert.equal(engine.requests.length, before);
  });

  test("the engines' other ways of saying so", async () => {
    const podman = 'no container with name or ID "gone" found: no such container';
    const ambiguous = 'more than one result for container name or ID "c": ambiguous';
    await using engine = await startFakeEngine({
      'GET /containers/gone/json': refuse(500, podman),
      'GET /containers/gone/changes': refuse(500, podman),
      'GET /containers/c/json': refuse(500, ambiguous),
      'GET /containers/d/json': refuse(404, 'Multiple IDs found with provided prefix: d'),
      'GET /containers/e/json': refuse(500, 'the disk is on fire'),
    });
    const client = await openClient(engine);
    await assert.rejects(client.inspectContainer('gone'), { code: 'NO_SUCH_CONTAINER', hint: /docker ps/ });
    await assert.rejects(client.changes('gone'), { code: 'NO_SUCH_CONTAINER' });
    await assert.rejects(client.inspectContainer('c'), { code: 'NO_SUCH_CONTAINER', hint: /more digits/ });
    await assert.rejects(client.inspectContainer('d'), { code: 'NO_SUCH_CONTAINER', hint: /more digits/ });
    await assert.rejects(client.inspectContainer('e'), { code: 'ENGINE', message: /500.*the disk is on fire/ });
  });

  test('a container that is being removed is none, whatever the engine says of its files', async () => {
    const inState =
      (status: string): Route =>
      ({ json }) =>
        json(200, { State: { Status: status } });
    await using engine = await startFakeEngine({
      'GET /containers/removed/changes': refuse(500, 'stat /var/lib/docker/overlay2/x: no such file or directory'),
      'GET /containers/removed/json': refuse(404, 'No such container: removed'),
      'GET /containers/removing/changes': refuse(500, 'RWLayer of container x is unexpectedly nil'),
      'GET /containers/removing/json': inState('removing'),
      'GET /containers/dead/export': refuse(409, 'You cannot export container x which is Dead'),
      'GET /containers/dead/json': inState('dead'),
      'GET /containers/there/changes': refuse(500, 'stat /var/lib/docker/overlay2/x: no such file or directory'),
      'GET /containers/there/json': inState('exited'),
    });
    const client = await openClient(engine);
    await assert.rejects(client.changes('removed'), { code: 'NO_SUCH_CONTAINER', hint: /docker ps/ });
    await assert.rejects(client.changes('removing'), { code: 'NO_SUCH_CONTAINER' });
    await assert.rejects(client.exportContainer('dead'), { code: 'NO_SUCH_CONTAINER' });
    await assert.rejects(client.changes('there'), { code: 'ENGINE', message: /overlay2/ });
  });

  test('changes, and none', async () => {
    const { state, container } = stateWithContainer();
    const changed = state.addContainer({ image: container.image, changes: [{ Path: '/a', Kind: 1 }] });
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    assert.deepEqual(await client.changes(container.id), []);
    assert.deepEqual(await client.changes(changed.id), [{ path: '/a', kind: 'added' }]);
  });

  test('created with labels, never started, removed, and removed again', async () => {
    const { state, container } = stateWithContainer();
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    const id = await client.createContainer({
      image: container.image,
      labels: { 'a.b': 'c' },
      command: ['-'],
      network: 'none',
    });
    const made = state.containers.find((one) => one.id === id);
    assert.equal(made?.running, false);
    assert.ok(made);
    assert.deepEqual(Object.entries(made.config).slice(0, 1), [['Cmd', ['-']]]);
    await client.removeContainer(id);
    await client.removeContainer(id);
    assert.equal(state.containers.length, 1);
    assert.match(engine.requests.at(-1) ?? '', /^DELETE .*\?v=true&force=false$/);
  });
});

describe('pause and unpause', () => {
  test('what they bring about may be so already', async () => {
    const { state, container } = stateWithContainer();
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    await client.pause(container.id);
    assert.equal(container.paused, true);
    await client.pause(container.id);
    await client.unpause(container.id);
    assert.equal(container.paused, false);
    await client.unpause(container.id);
    container.running = false;
    await client.pause(container.id);
    await client.unpause('gone');
    await assert.rejects(client.pause('gone'), { code: 'NO_SUCH_CONTAINER' });
  });

  test('a refusal that means something else is an error', async () => {
    await using engine = await startFakeEngine({
      'POST /containers/c/pause': refuse(500, 'cgroup freezer is not available'),
      'POST /containers/c/unpause': refuse(409, 'Container c is restarting, wait until the container is running'),
    });
    const client = await openClient(engine);
    await assert.rejects(client.pause('c'), { code: 'ENGINE', message: /freezer/ });
    await assert.rejects(client.unpause('c'), { code: 'ENGINE', message: /restarting/ });
  });
});

describe('images', () => {
  test('inspected, tagged and removed', async () => {
    const { state, container } = stateWithContainer();
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    assert.equal((await client.inspectImage('app:1'))?.id, container.image);
    assert.equal(await client.inspectImage('gone'), undefined);
    await client.tagImage(container.image, 'localhost:5000/team/app:2');
    assert.deepEqual((await client.inspectImage(container.image))?.tags, ['app:1', 'localhost:5000/team/app:2']);
    assert.equal(await client.removeImage('app:1'), false);
    await client.removeContainer(container.id);
    assert.equal(await client.removeImage('app:1'), true);
    assert.equal(await client.removeImage('app:1'), false);
    assert.equal(await client.removeImage('localhost:5000/team/app:2'), true);
    assert.equal(state.images.size, 0);
    assert.match(engine.requests.at(-1) ?? '', /\?force=false&noprune=false$/);
    await assert.rejects(client.tagImage(container.image, 'app:3'), { code: 'ENGINE', message: /No such image/ });
  });

  test('a removal that the engine cannot do is an error', async () => {
    await using engine = await startFakeEngine({ 'DELETE /images/app': refuse(500, 'the disk is on fire') });
    await assert.rejects((await openClient(engine)).removeImage('app'), { code: 'ENGINE', message: /on fire/ });
  });
});

describe('answers that do not come, or not whole', () => {
  const withJson = (route: Route) =>
    startFakeEngine({ 'GET /containers/c/json': route, 'GET /containers/c/changes': route });

  test('no answer in time', async () => {
    for (const route of [hang, stallAfter('{"Id":')]) {
      await using engine = await withJson(route);
      const client = await openClient(engine, { timeouts: { plain: 50, changes: 50 } });
      await assert.rejects(client.inspectContainer('c'), { code: 'ENGINE', message: /within 0\.05 s/ });
      await assert.rejects(client.changes('c'), { code: 'ENGINE', message: /changes within 0\.05 s/ });
    }
  });

  test('an answer that is cut is an error at once, not after the time for it', async () => {
    await using engine = await withJson(cutAfter('[{"Path":"/a","Kind":1},'));
    const client = await openClient(engine);
    await assert.rejects(client.changes('c'), {
      code: 'ENGINE',
      message: /closed the connection during GET .*changes/,
    });
    await assert.rejects(client.inspectContainer('c'), { code: 'ENGINE', message: /closed the connection/ });
  });

  test('a connection that is closed without an answer', async () => {
    await using engine = await withJson(({ request }) => void request.socket.destroy());
    const client = await openClient(engine);
    await assert.rejects(client.inspectContainer('c'), { code: 'ENGINE', message: /closed the connection/ });
  });

  test('an error whose text is cut is still that error', async () => {
    await using engine = await withJson(cutAfter('{"message":"half a', 500));
    const client = await openClient(engine);
    await assert.rejects(client.inspectContainer('c'), { code: 'ENGINE', message: /\(500\): Internal Server Error/ });
  });

  test('no JSON, no HTTP, no engine any more', async () => {
    await using engine = await withJson(({ response }) => void response.end('<html>'));
    const client = await openClient(engine);
    await assert.rejects(client.inspectContainer('c'), { code: 'ENGINE', message: /not JSON/ });
    await using babble = await withJson(({ request }) => void request.socket.end('220 mail ready\r\n'));
    await assert.rejects((await openClient(babble)).inspectContainer('c'), { code: 'ENGINE' });
    await engine.close();
    await assert.rejects(client.inspectContainer('c'), { code: 'ENGINE', message: /connection/ });
  });
});

describe('interruption', () => {
  const REASON = new SkinnywhaleError('INTERRUPTED', 'interrupted by a test');

  test('before the call, while waiting, and in the middle of the answer', async () => {
    for (const route of [hang, stallAfter('[')]) {
      await using engine = await startFakeEngine({ 'GET /containers/c/changes': route });
      const controller = new AbortController();
      const client = await openClient(engine, { signal: controller.signal });
      const waiting = client.changes('c');
      setTimeout(() => controller.abort(REASON), 50);
      await assert.rejects(waiting, REASON);
      const before = engine.requests.length;
      await assert.rejects(client.changes('c'), REASON);
      await assert.rejects(client.exportContainer('c'), REASON);
      assert.equal(engine.requests.length, before);
    }
  });

  test('cleaning up and tagging work all the same', async () => {
    const { state, container } = stateWithContainer();
    container.paused = true;
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine, { signal: AbortSignal.abort(REASON) });
    await client.unpause(container.id);
    assert.equal(container.paused, false);
    await client.tagImage(container.image, 'app:2');
    await client.removeContainer(container.id);
    assert.equal(await client.removeImage('app:1'), true);
    assert.deepEqual([state.containers.length, [...state.tags.keys()]], [0, ['app:2']]);
    await assert.rejects(client.pause(container.id), REASON);
  });

  test('cleaning up does not wait for ever either', async () => {
    await using engine = await startFakeEngine({ 'DELETE /containers/c': hang });
    const client = await openClient(engine, { signal: AbortSignal.abort(REASON), timeouts: { plain: 50 } });
    await assert.rejects(client.removeContainer('c'), { code: 'ENGINE', message: /within 0\.05 s/ });
  });
});
