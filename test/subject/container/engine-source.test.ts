import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { ContainerChange, ContainerInfo, ContainerState, DockerClient } from '../../../src/engine/client.ts';
import { EngineRefusal } from '../../../src/engine/transport/exchange.ts';
import { digestFromHex } from '../../../src/model/digest.ts';
import { type ErrorCode, SkinnywhaleError } from '../../../src/model/errors.ts';
import type { EventListener } from '../../../src/model/events.ts';
import { readContainer } from '../../../src/subject/container/engine-source.ts';
import type { Snapshot } from '../../../src/subject/snapshot.ts';
import { file, tar } from '../../builders/tar.ts';

const ARCHIVE = tar([file('x', 'content'), file('y\xe9', '1'), file('y\xea', '2')]);
const CONTAINER: ContainerInfo = {
  id: 'c'.repeat(64),
  name: 'box',
  image: digestFromHex('1'.repeat(64)),
  created: '2024-05-05T00:00:00Z',
  running: true,
  paused: false,
  config: {},
  mountTargets: ['/vol'],
};

/** It stays as it is. */
const STATE: ContainerState = {
  running: true,
  paused: false,
  startedAt: '2024-05-05T00:00:00Z',
  exitCode: 0,
  oomKilled: false,
  pid: 1,
  health: undefined,
  lastHealthCheck: undefined,
};

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-test-'));
});
after(() => rmSync(folder, { recursive: true }));

interface Engine {
  readonly archives?: Readonly<Record<string, Buffer>>;
  readonly changes?: readonly ContainerChange[];
  /** lists that are given before it, or what is failed with */
  readonly firstChanges?: readonly (readonly ContainerChange[] | Error)[];
  /** the calls that fail, and how */
  readonly failures?: Readonly<Record<string, Error>>;
}

/** An engine that notes what it is asked for. */
function fakeClient({ archives = { [CONTAINER.id]: ARCHIVE }, changes, firstChanges = [], failures = {} }: Engine): {
  client: DockerClient;
  calls: string[];
} {
  const calls: string[] = [];
  const lists = [...firstChanges];
  const call = async <T>(name: string, id: string, answer: T): Promise<T> => {
    calls.push(`${name} ${id === CONTAINER.id ? 'box' : id}`);
    const failure = failures[name];
    if (failure !== undefined) throw failure;
    return answer;
  };
  const client: Partial<DockerClient> = {
    pause: (id) => call('pause', id, undefined),
    unpause: (id) => call('unpause', id, undefined),
    async changes(id) {
      const list = await call('changes', id, lists.shift() ?? changes ?? [{ kind: 'added', path: '/x' } as const]);
      if (list instanceof Error) throw list;
      return list as readonly ContainerChange[];
    },
    containerState: async () => STATE,
    exportContainer: (id) => call('export', id, Readable.from([archives[id]])),
    createContainer: ({ image }) => call('create', image, 'probe'),
    removeContainer: (id) => call('remove', id, undefined),
  };
  return { client: client as DockerClient, calls };
}

interface ReadOptions {
  container?: Partial<ContainerInfo>;
  pause?: boolean;
  listsWhileExporting?: boolean;
  onEvent?: EventListener;
}

async function read(client: DockerClient, options: ReadOptions = {}): Promise<Snapshot> {
  const reading = await readAnything(client, options);
  if ('unchanged' in reading) assert.fail(reading.unchanged);
  return reading;
}

function readAnything(client: DockerClient, options: ReadOptions = {}) {
  return readContainer({
    client,
    container: { ...CONTAINER, ...options.container },
    pause: options.pause ?? true,
    listsWhileExporting: options.listsWhileExporting ?? true,
    directory: mkdtempSync(join(folder, 'run-')),
    onEvent: options.onEvent ?? (() => {}),
  });
}

const code = (expected: ErrorCode) => (error: unknown) => error instanceof SkinnywhaleError && error.code === expected;

test('a running container is paused while it is read, and its files are spooled', async () => {
  const { client, calls } = fakeClient({});
  await using snapshot = await read(client);
  assert.deepEqual(calls[0], 'pause box');
  assert.deepEqual(calls.slice(1, 3).sort(), ['changes box', 'export box']);
  assert.deepEqual(calls.slice(3), ['unpause box']);
  assert.deepEqual([...snapshot.changed.keys()], ['x']);
  assert.deepEqual([[...snapshot.tree.entries()].length, snapshot.mounts], [3, ['/vol']]);
  assert.equal(snapshot.transferredBytes, ARCHIVE.length);
  const [run] = readdirSync(folder);
  const spooled = readFileSync(join(folder, `${run}`, 'export.tar'));
  assert.ok(spooled.equals(ARCHIVE.subarray(0, -1024)), 'all but the end marker');
});

test('others are not: stopped, paused already, or not wanted', async () => {
  for (const options of [{ container: { running: false } }, { container: { paused: true } }, { pause: false }]) {
    const { client, calls } = fakeClient({});
    await using _snapshot = await read(client, options);
    assert.deepEqual(calls.sort(), ['changes box', 'export box']);
  }
});

test('whatever fails, the container goes on, and the first failure is told', async () => {
  for (const name of ['pause', 'export', 'changes']) {
    const failure = new SkinnywhaleError('ENGINE', `${name} failed`);
    const { client, calls } = fakeClient({ failures: { [name]: failure, unpause: new Error('it is not paused') } });
    const events: unknown[] = [];
    const reading = read(client, { onEvent: (event) => void (event.type === 'warning' && events.push(event.message)) });
    await assert.rejects(reading, (error) => error === failure, name);
    assert.equal(calls.at(-1), 'unpause box');
    assert.deepEqual(events, ['box may still be paused']);
  }
});

test('a container that can’t be woken is told', async () => {
  const failure = new Error('unpause failed');
  await assert.rejects(read(fakeClient({ failures: { unpause: failure } }).client), failure);
});

test('an export that ends too early is an error', async () => {
  const short = ARCHIVE.subarray(0, ARCHIVE.length - 1024);
  const { client, calls } = fakeClient({ archives: { [CONTAINER.id]: short } });
  await assert.rejects(read(client), code('BAD_ARCHIVE'));
  assert.equal(calls.at(-1), 'unpause box');
});

test('a container without changes is told as such, and why', async () => {
  for (const [changes, why] of [
    [[], /nothing in it differs/],
    [[{ kind: 'deleted', path: '/gone' }], /only in deleted files/],
  ] as const) {
    const { client } = fakeClient({ changes });
    const reading = await readAnything(client);
    assert.match('unchanged' in reading ? reading.unchanged : '', why);
  }
});

test('the parent image is read through a container of its own, gone afterwards, only where names look the same', async () => {
  const parent = tar([file('y\xe9', '1'), file('y\xea', 'old')]);
  const { client, calls } = fakeClient({
    archives: { [CONTAINER.id]: ARCHIVE, probe: parent },
    changes: [{ kind: 'modified', path: '/y\ufffd' }],
  });
  await using snapshot = await read(client);
  assert.deepEqual([...snapshot.changed.keys()], ['y\xea']);
  assert.deepEqual(calls.slice(-3), [`create ${CONTAINER.image}`, 'export probe', 'remove probe']);
});

test('that container goes, too, where reading it fails', async () => {
  const { client, calls } = fakeClient({
    archives: { [CONTAINER.id]: ARCHIVE, probe: Buffer.alloc(512) },
    changes: [{ kind: 'modified', path: '/y\ufffd' }],
    failures: { remove: new Error('remove failed') },
  });
  await assert.rejects(read(client), code('BAD_ARCHIVE'));
  assert.equal(calls.at(-1), 'remove probe');
});

/** What the containerd store gives now and then. */
const FAULT = new EngineRefusal(
  { method: 'GET', path: '/changes' },
  500,
  'mount callback failed: readdirent: no such file',
);

test('where the list is wrong while the container is exported, one is asked for after the other', async () => {
  const { client, calls } = fakeClient({});
  await using _snapshot = await read(client, { pause: false, listsWhileExporting: false });
  assert.deepEqual(calls, ['changes box', 'export box']);
});

test('a list that fails is asked for again', async () => {
  const { client, calls } = fakeClient({ firstChanges: [FAULT, FAULT] });
  await using snapshot = await read(client, { pause: false, listsWhileExporting: false });
  assert.deepEqual(calls, ['changes box', 'changes box', 'changes box', 'export box']);
  assert.deepEqual([...snapshot.changed.keys()], ['x']);
});

test('a list that fails again and again is replaced by a look at the parent', async () => {
  for (const listsWhileExporting of [true, false]) {
    const { client, calls } = fakeClient({
      firstChanges: [FAULT, FAULT, FAULT],
      archives: { [CONTAINER.id]: ARCHIVE, probe: tar([file('x', 'content'), file('y\xe9', 'other')]) },
    });
    await using snapshot = await read(client, { pause: false, listsWhileExporting });
    assert.deepEqual(calls.slice(-3), [`create ${CONTAINER.image}`, 'export probe', 'remove probe']);
    assert.deepEqual([...snapshot.changed.keys()], ['y\xe9', 'y\xea']);
  }
});

test('a list that calls something deleted that is there is wrong: it is asked for again, then the parent decides', async () => {
  const wrong = [{ kind: 'deleted', path: '/x' }] as const;
  const right = [{ kind: 'modified', path: '/x' }] as const;
  const { client, calls } = fakeClient({ firstChanges: [wrong], changes: right });
  await using snapshot = await read(client);
  assert.deepEqual(calls.slice(-2), ['changes box', 'unpause box'], 'while nothing can change');
  assert.deepEqual([...snapshot.changed.keys()], ['x']);

  const archives = { [CONTAINER.id]: ARCHIVE, probe: tar([file('x', 'content')]) };
  const never = fakeClient({ changes: wrong, archives });
  await using compared = await read(never.client);
  assert.deepEqual([...compared.changed.keys()], ['y\xe9', 'y\xea']);
});

test('nothing differs from the parent where the list fails: nothing to slim', async () => {
  const archives = { [CONTAINER.id]: ARCHIVE, probe: ARCHIVE };
  const { client } = fakeClient({ firstChanges: [FAULT, FAULT, FAULT], archives });
  await assert.rejects(read(client), /nothing in it differs/);
});
