import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerChanges, containerInfo, engineInfo, imageHistory, imageInfo } from '../../src/engine/api/inspect.ts';

const ID = 'c'.repeat(64);
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** As Docker 20.10 answers for a container with nothing set, in the fields that matter. */
const EMPTY_CONFIG = {
  Hostname: 'c',
  User: '',
  AttachStdin: false,
  ExposedPorts: null,
  Env: [],
  Cmd: null,
  Image: 'debian',
  Volumes: {},
  WorkingDir: '',
  Entrypoint: [],
  OnBuild: null,
  Labels: {},
  StopSignal: '',
  StopTimeout: null,
  Healthcheck: { Test: null, Interval: 0 },
  ArgsEscaped: false,
  Shell: [],
};

test('a container, without what is empty', () => {
  const info = containerInfo({
    Id: ID,
    Name: '/web',
    Image: DIGEST,
    Created: '2024-01-02T03:04:05Z',
    State: { Running: true, Paused: false },
    Config: EMPTY_CONFIG,
    Mounts: [{ Destination: '/data' }, { Destination: '/tmpf' }, {}, null],
    HostConfig: { Tmpfs: { '/tmpf': 'size=1m', '/run': '' } },
  });
  assert.deepEqual(info, {
    id: ID,
    name: 'web',
    image: DIGEST,
    created: '2024-01-02T03:04:05Z',
    running: true,
    paused: false,
    config: {},
    mountTargets: ['/data', '/tmpf', '/run'],
    host: { hostname: undefined, readOnly: false, tmpfs: { '/tmpf': 'size=1m', '/run': '' }, networks: [] },
  });
});

test('how a container is run: a name of its own, mounts in memory, networks', () => {
  const { host } = containerInfo({
    ...{ Id: ID, Name: 'web', Image: DIGEST, Config: { Hostname: 'db1' } },
    Mounts: [{ Type: 'tmpfs', Destination: '/m' }],
    HostConfig: { ReadonlyRootfs: true, NetworkMode: 'app' },
    NetworkSettings: { Networks: { app: {}, back: {} } },
  });
  assert.deepEqual(host, { hostname: 'db1', readOnly: true, tmpfs: { '/m': '' }, networks: ['app', 'back'] });
  const made = containerInfo({ Id: ID, Name: 'web', Image: DIGEST, Config: { Hostname: ID.slice(0, 12) } });
  assert.equal(made.host?.hostname, undefined);
});

test('a container of Podman: no sha256: before the image, nulls for what is not there', () => {
  const info = containerInfo({ Id: ID, Name: 'web', Image: 'a'.repeat(64), Mounts: null, HostConfig: { Tmpfs: null } });
  assert.deepEqual([info.image, info.mountTargets, info.created], [DIGEST, [], '']);
});

test('a container that cannot be one', () => {
  const error = { code: 'ENGINE' };
  for (const answer of [
    null,
    [],
    'x',
    {},
    { Id: '../x', Name: 'n', Image: DIGEST },
    { Id: ID, Name: 'n', Image: 'debian' },
  ]) {
    assert.throws(() => containerInfo(answer), error, JSON.stringify(answer));
  }
});

test('every field of the run configuration is taken, and no other', () => {
  const config = {
    User: '1000:1000',
    ExposedPorts: { '80/tcp': {} },
    Env: ['A=', 'B=x y'],
    Entrypoint: ['/bin/sh'],
    Cmd: ['', '-c'],
    Volumes: { '/data': {} },
    WorkingDir: '/srv',
    Labels: { empty: '', a: 'b' },
    StopSignal: 'SIGQUIT',
    StopTimeout: 0,
    ArgsEscaped: true,
    Healthcheck: {
      Test: ['CMD', 'true'],
      Interval: 1e9,
      Timeout: 2e9,
      StartPeriod: 3e9,
      StartInterval: 4e9,
      Retries: 5,
    },
    Shell: ['/bin/bash', '-c'],
    OnBuild: ['RUN x'],
  };
  const image = {
    Id: DIGEST,
    Os: 'linux',
    Architecture: 'arm64',
    Config: { ...config, Hostname: 'x', Image: 'y', Tty: true },
  };
  assert.deepEqual(imageInfo(image).config, config);
});

test('an image', () => {
  const image = {
    Id: DIGEST,
    RepoTags: ['<none>:<none>', 'app:1'],
    RepoDigests: ['<none>@<none>', `app@${DIGEST}`],
    Created: '2024-01-02T03:04:05Z',
    Author: '',
    Os: 'linux',
    Architecture: 'arm',
    Variant: 'v7',
    OsVersion: '',
    Config: null,
    RootFS: { Type: 'layers', Layers: [DIGEST] },
    Size: 7,
  };
  assert.deepEqual(imageInfo(image), {
    id: DIGEST,
    tags: ['app:1'],
    digests: [`app@${DIGEST}`],
    created: '2024-01-02T03:04:05Z',
    author: undefined,
    platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
    config: {},
    layers: [DIGEST],
    size: 7,
  });
  assert.deepEqual(imageInfo({ ...image, RepoTags: null, RootFS: { Layers: null } }).layers, []);
  assert.throws(() => imageInfo({ ...image, Architecture: '' }), { code: 'ENGINE' });
});

test('how an image was made', () => {
  const answer = [
    { Id: DIGEST, CreatedBy: 'RUN x', Size: 7, Comment: 'FROM debian:12' },
    { Id: '<missing>', CreatedBy: '', Size: 0, Comment: '' },
  ];
  assert.deepEqual(imageHistory(answer), [
    { createdBy: 'RUN x', size: 7, comment: 'FROM debian:12' },
    { createdBy: '', size: 0, comment: '' },
  ]);
  assert.throws(() => imageHistory({}), { code: 'ENGINE' });
});

test('changes', () => {
  assert.deepEqual(containerChanges(null), []);
  const list = [
    { Path: '/a', Kind: 0 },
    { Path: '/b', Kind: 1 },
    { Path: '/c', Kind: 2 },
  ];
  assert.deepEqual(containerChanges(list), [
    { path: '/a', kind: 'modified' },
    { path: '/b', kind: 'added' },
    { path: '/c', kind: 'deleted' },
  ]);
  for (const answer of [{}, 'x', [{ Path: '/a', Kind: 3 }], [{ Kind: 1 }], [null]]) {
    assert.throws(() => containerChanges(answer), { code: 'ENGINE' }, JSON.stringify(answer));
  }
});

test('engines', () => {
  const containerd = { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
  const docker = engineInfo({ Version: '29.0.0', ApiVersion: '1.52' }, containerd);
  assert.deepEqual([docker.storage, docker.containerdStore, docker.podman], ['overlayfs', true, false]);
  const podman = engineInfo({ Version: '4.3.1', Components: [{ Name: 'Podman Engine' }] }, { Driver: 'overlay' });
  assert.deepEqual([podman.podman, podman.containerdStore, podman.apiVersion], [true, false, 'unknown']);
});

test('where an engine keeps a container, as far as it says', () => {
  const container = { Id: ID, Name: '/web', Image: DIGEST };
  const data = { UpperDir: '/d/u/diff', LowerDir: '/d/u-init/diff:/d/l/diff', MergedDir: '/d/u/merged' };
  assert.deepEqual(containerInfo({ ...container, GraphDriver: { Name: 'overlay2', Data: data } }).graphDriver, {
    name: 'overlay2',
    upper: '/d/u/diff',
    lowers: ['/d/u-init/diff', '/d/l/diff'],
  });
  assert.equal(containerInfo({ ...container, GraphDriver: { Name: 'vfs', Data: null } }).graphDriver, undefined);
  const info = {
    DockerRootDir: '/d',
    KernelVersion: '6.1',
    MemTotal: 4096,
    SecurityOptions: ['name=userns'],
    DriverStatus: [['Native Overlay Diff', 'true'], null],
  };
  assert.deepEqual(engineInfo({}, info).machine, {
    dataRoot: '/d',
    kernel: '6.1',
    memory: 4096,
    securityOptions: ['name=userns'],
    driverStatus: new Map([['Native Overlay Diff', 'true']]),
  });
  assert.equal(engineInfo({}, {}).machine, undefined);
});
