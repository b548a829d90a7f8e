import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerInfo, DockerClient, HostSettings } from '../../../src/engine/client.ts';
import { createBody } from '../../../src/engine/container-spec.ts';
import { containerOf } from '../../../src/proof/container-run/runnable.ts';
import { BARE, networkOf, surroundingsOf } from '../../../src/proof/container-run/surroundings.ts';
import { FAT, SKINNY } from '../program-client.ts';

const HOST: HostSettings = { hostname: undefined, readOnly: false, tmpfs: {}, networks: ['bridge'] };
const client = {} as DockerClient;

test('what the container was given is there on both sides, and the result’s configuration stays', () => {
  const image = { Env: ['PATH=/bin', 'A=1'], User: '33' };
  const container = {
    config: { Env: ['PATH=/bin', 'A=1', 'SECRET=s=t'], User: '1000' },
    host: { ...HOST, hostname: 'db1', readOnly: true, tmpfs: { '/run': 'size=1m' } },
  };
  const own = surroundingsOf(container, image, image);
  const surroundings = { ...BARE, ...own };
  const original = containerOf({ client, image: FAT, run: image, surroundings });
  const skinny = containerOf({ client, image: SKINNY, surroundings });
  for (const spec of [original, skinny]) {
    assert.deepEqual([spec.env?.['SECRET'], spec.user, spec.hostname], ['s=t', '1000', 'db1']);
    const { HostConfig } = createBody(spec) as { HostConfig: object };
    assert.deepEqual(HostConfig, {
      ...{ NetworkMode: 'none', AutoRemove: false, RestartPolicy: { Name: 'no' } },
      ...{ ReadonlyRootfs: true, Tmpfs: { '/run': 'size=1m' }, Memory: 2 ** 32, MemorySwap: 2 ** 32, PidsLimit: 4096 },
      SecurityOpt: ['no-new-privileges'],
    });
  }
});

test('what the caller has changed in the configuration counts', () => {
  const image = { Env: ['A=1'] };
  const container = { config: { Env: ['A=2', 'B=3'], User: 'app' }, host: HOST };
  const result = { Env: ['A=9'], User: 'root' };
  const own = surroundingsOf(container, image, result);
  assert.deepEqual([own.env, own.user], [{ B: '3' }, undefined]);
});

/** Running containers by name, with the networks that they are in. */
function engine(networks: { readonly [name: string]: readonly string[] }): DockerClient {
  const inspectContainer = async (name: string) =>
    ({
      name,
      running: name !== 'stopped',
      host: { ...HOST, networks: networks[name] ?? [] },
    }) as unknown as ContainerInfo;
  return { inspectContainer } as unknown as DockerClient;
}

test('the networks of other containers', async () => {
  const all = engine({ db: ['app'], cache: ['app', 'back'], plain: ['bridge'], alone: ['none'], machine: ['host'] });
  assert.deepEqual(await networkOf(all, ['db', 'cache']), { names: ['app', 'back'], links: [] });
  assert.deepEqual(await networkOf(all, ['plain']), { names: ['bridge'], links: ['plain:plain'] });
  assert.equal(await networkOf(all, ['machine']), 'host');
  for (const [names, message] of [
    [['stopped'], /--check-with stopped is not possible: it is not running/],
    [['alone'], /it is in no network/],
    [['db', 'plain'], /plain is not possible: it is in the default bridge/],
  ] as const) {
    await assert.rejects(networkOf(all, names), { code: 'USAGE', message });
  }
  const body = createBody({ image: FAT, labels: {}, network: { names: ['bridge'], links: ['plain:plain'] } });
  const { HostConfig } = body as { HostConfig: { NetworkMode: string; Links: string[] } };
  assert.deepEqual([HostConfig.NetworkMode, HostConfig.Links], ['bridge', ['plain:plain']]);
});
