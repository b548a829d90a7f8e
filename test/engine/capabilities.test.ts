import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilitiesOf } from '../../src/engine/capabilities.ts';
import type { EngineInfo } from '../../src/engine/client.ts';

const INFO: EngineInfo = {
  version: '28.5.2',
  apiVersion: '1.51',
  storage: 'overlay2',
  containerdStore: false,
  podman: false,
  operatingSystem: 'Debian',
};

test('a graph driver registers layers on their own, and lists changes while it exports', () => {
  assert.deepEqual(capabilitiesOf(INFO), {
    kind: 'Docker',
    layerFirst: true,
    listsWhileExporting: true,
    namesFolders: true,
  });
});

test('containerd does neither; Podman lists, and takes whole archives', () => {
  assert.deepEqual(capabilitiesOf({ ...INFO, containerdStore: true }), {
    kind: "Docker with containerd's image store",
    layerFirst: false,
    listsWhileExporting: false,
    namesFolders: false,
  });
  assert.deepEqual(capabilitiesOf({ ...INFO, podman: true }), {
    kind: 'Podman',
    layerFirst: false,
    listsWhileExporting: true,
    namesFolders: false,
  });
});
