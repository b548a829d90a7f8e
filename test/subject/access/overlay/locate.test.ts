import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ContainerInfo, EngineInfo, EngineMachine, GraphDriver } from '../../../../src/engine/client.ts';
import type { Digest } from '../../../../src/model/digest.ts';
import { type LocateSubject, locateLayers, type ThisMachine } from '../../../../src/subject/access/overlay/locate.ts';

const root = mkdtempSync(join(tmpdir(), 'sw-locate-'));
after(() => rmSync(root, { recursive: true }));

const ID = 'c'.repeat(64);
const layer = (name: string): string => `${root}/overlay2/${name}/diff`;
for (const name of ['abc', 'abc-init', 'def']) mkdirSync(layer(name), { recursive: true });
mkdirSync(`${root}/overlay2/link`);
symlinkSync(layer('def'), layer('link'));
const records = `${root}/image/overlay2/layerdb/mounts`;
for (const [id, mount, init] of [
  [ID, 'abc', 'abc-init'],
  ['d'.repeat(64), 'other', 'abc-init'],
] as const) {
  mkdirSync(`${records}/${id}`, { recursive: true });
  writeFileSync(`${records}/${id}/mount-id`, mount);
  writeFileSync(`${records}/${id}/init-id`, init);
}

const HERE: ThisMachine = { platform: 'linux', user: 0, kernel: '6.1.0', memory: 1000 };

interface Changes {
  readonly endpoint?: string;
  readonly engine?: Partial<EngineInfo>;
  readonly machine?: Partial<EngineMachine>;
  readonly container?: Partial<ContainerInfo>;
  readonly graphDriver?: Partial<GraphDriver>;
  readonly here?: Partial<ThisMachine>;
}

/** All is as it has to be, but for `changes`. */
function locate({ endpoint, engine, machine, container, graphDriver, here }: Changes) {
  const subject: LocateSubject = {
    endpoint: endpoint ?? 'unix:///var/run/docker.sock',
    engine: {
      version: '28.0.0',
      apiVersion: '1.48',
      storage: 'overlay2',
      containerdStore: false,
      podman: false,
      operatingSystem: 'Debian',
      machine: {
        dataRoot: root,
        kernel: '6.1.0',
        memory: 1000,
        securityOptions: ['name=apparmor', 'name=seccomp,profile=default'],
        driverStatus: new Map([
          ['Native Overlay Diff', 'true'],
          ['userxattr', 'false'],
        ]),
        ...machine,
      },
      ...engine,
    },
    container: {
      id: ID,
      name: 'c',
      image: `sha256:${'a'.repeat(64)}` as Digest,
      created: '',
      running: false,
      paused: false,
      config: {},
      mountTargets: [],
      graphDriver: { name: 'overlay2', upper: layer('abc'), lowers: [layer('abc-init'), layer('def')], ...graphDriver },
      ...container,
    },
  };
  return locateLayers(subject, { ...HERE, ...here });
}

test('the layers of a container that has ended, or is paused', async () => {
  const layers = [layer('abc'), layer('abc-init'), layer('def')];
  assert.deepEqual(await locate({}), { layers });
  assert.deepEqual(await locate({ container: { running: true, paused: true } }), { layers });
  assert.deepEqual(await locate({ machine: { driverStatus: new Map([['Native Overlay Diff', 'true']]) } }), { layers });
});

const REFUSED: readonly (readonly [why: RegExp, changes: Changes])[] = [
  [/container is running/, { container: { running: true } }],
  [/not Linux/, { here: { platform: 'darwin' } }],
  [/over tcp/, { endpoint: 'tcp://localhost:2375' }],
  [/over ssh/, { endpoint: 'ssh://host' }],
  [/only root/, { here: { user: 1000 } }],
  [/only root/, { here: { user: undefined } }],
  [/another machine/, { here: { kernel: '6.1.1' } }],
  [/another machine/, { here: { memory: 1001 } }],
  [/Podman/, { engine: { podman: true } }],
  [/containerd/, { engine: { containerdStore: true } }],
  [/driver is vfs/, { engine: { storage: 'vfs' } }],
  [/driver is overlay,/, { graphDriver: { name: 'overlay' } }],
  [/native overlay diffs/, { machine: { driverStatus: new Map([['Native Overlay Diff', 'false']]) } }],
  [/native overlay diffs/, { machine: { driverStatus: new Map() } }],
  [
    /user attributes/,
    {
      machine: {
        driverStatus: new Map([
          ['Native Overlay Diff', 'true'],
          ['userxattr', 'true'],
        ]),
      },
    },
  ],
  [/shifts the owners.*userns/, { machine: { securityOptions: ['name=userns'] } }],
  [/shifts the owners.*rootless/, { machine: { securityOptions: ['name=seccomp,profile=default', 'name=rootless'] } }],
  [/mount-id/, { container: { id: 'e'.repeat(64) } }],
  [/mount-id/, { container: { id: 'd'.repeat(64) } }],
  [/mount-id/, { graphDriver: { upper: layer('def') } }],
  [/init-id/, { graphDriver: { lowers: [layer('def')] } }],
  [/not a layer's directory/, { machine: { dataRoot: `${root}/other` } }],
  [/not a layer's directory/, { graphDriver: { upper: `${root}/overlay2/../overlay2/abc/diff` } }],
  [/not a layer's directory/, { graphDriver: { lowers: [layer('abc-init'), '/etc'] } }],
  [/no directory/, { graphDriver: { lowers: [layer('abc-init'), layer('link')] } }],
  [/no directory/, { graphDriver: { lowers: [layer('abc-init'), layer('gone')] } }],
];

test('whatever is not as it has to be is a reason, in words', async () => {
  for (const [why, changes] of REFUSED) {
    const located = await locate(changes);
    assert.match('reason' in located ? located.reason : 'none', why, JSON.stringify(changes));
  }
});

test('an engine that does not say enough', async () => {
  const subject = { endpoint: 'unix:///s', engine: {} as EngineInfo, container: {} as ContainerInfo };
  assert.match(JSON.stringify(await locateLayers(subject, HERE)), /does not say where it keeps its data/);
  const engine = { machine: {} as EngineMachine } as EngineInfo;
  assert.match(JSON.stringify(await locateLayers({ ...subject, engine }, HERE)), /keeps the layers/);
});
