import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, program } from '../../builders/tar.ts';
import { type InspectedImage, nothingIsLeft, openLab } from './lab.ts';

const lab = await openLab('config');

/** Every field that Docker's image configuration has, with values that a shell or a Dockerfile parser would change. */
const EVERYTHING = {
  User: 'me:staff',
  ExposedPorts: { '53/udp': {}, '80/tcp': {} },
  Env: ['PATH=/opt/bin:/bin', 'DOLLAR=$HOME $$', 'QUOTES="a\' b\\', 'LINES=one\ntwo', 'EMPTY=', 'UNICODE=ü'],
  Entrypoint: ['/opt/bin/entry', '$X', 'two words'],
  Cmd: ['arg "1"', '', 'a\nb'],
  Volumes: { '/data': {}, '/with space': {} },
  WorkingDir: '/opt/work',
  Labels: { plain: '1', 'org.example.text': 'multi\nline "quoted" $A', empty: '' },
  StopSignal: 'SIGQUIT',
  Healthcheck: {
    Test: ['CMD-SHELL', 'probe || exit 1'],
    Interval: 1_500_000_000,
    Timeout: 2_000_000_000,
    StartPeriod: 3_000_000_000,
    Retries: 4,
  },
  Shell: ['/opt/bin/sh', '-c'],
  OnBuild: ['RUN echo "$PATH"', 'COPY a b'],
};

const MEMBERS = [
  directory('opt'),
  directory('opt/bin'),
  ...['entry', 'sh', 'probe', 'other'].map((name) => program(`opt/bin/${name}`, '#!/opt/bin/other\n')),
  directory('opt/work', { mode: 0o750, uid: 7 }),
  directory('etc'),
  file('etc/passwd', 'root:x:0:0::/root:/none\nme:x:7:7::/home/me:/none\n'),
  directory('home'),
  directory('home/me', { mode: 0o700, uid: 7 }),
];

const CREATED = '2020-02-03T04:05:06.123456789Z';
const everything = await lab.loadImage(
  {
    architecture: 'arm64',
    variant: 'v8',
    os: 'linux',
    author: 'A. U. Thor <a@example.org>',
    created: CREATED,
    config: EVERYTHING,
  },
  MEMBERS,
);
const changed = await lab.containerWith(
  everything,
  [file('srv/x', 'x')],
  '--env',
  'SECRET=1',
  '--user',
  'nobody',
  '--label',
  'l=1',
);

/** The config of an image without our own labels and without what is empty, since engines show nothing in several ways. */
function configOf({ Config }: InspectedImage): Record<string, unknown> {
  const labels = Object.fromEntries(
    Object.entries(Config.Labels ?? {}).filter(([key]) => !/^(io\.)?skinnywhale\./.test(key)),
  );
  // Of a container's own: what the engine fills in for a container alone, or docker commit keeps of its terminal.
  const ofContainer = [
    'Hostname',
    'Domainname',
    'Image',
    'AttachStdin',
    'AttachStdout',
    'AttachStderr',
    'Tty',
    'OpenStdin',
    'StdinOnce',
  ];
  const isEmpty = (value: unknown): boolean =>
    value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries({ ...Config, Labels: labels }).filter(
      ([key, value]) => !ofContainer.includes(key) && !isEmpty(value),
    ),
  );
}

async function slimmed(container: string, ...args: string[]): Promise<InspectedImage> {
  return await lab.inspectImage((await lab.skinnyImage(container, ...args)).image);
}

test("the parent image's configuration is kept whole", async () => {
  const { image, tree } = await lab.skinnyImage(changed);
  const found = await lab.inspectImage(image);
  assert.deepEqual(configOf(found), EVERYTHING);
  const { Architecture, Variant, Os, Author, Created } = found;
  assert.deepEqual(
    [Architecture, Variant, Os, Author, Created],
    ['arm64', 'v8', 'linux', 'A. U. Thor <a@example.org>', CREATED],
  );
  // and so is what it names
  for (const path of ['opt/bin/entry', 'opt/bin/sh', 'opt/bin/probe', 'opt/bin/other', 'opt/work', 'home/me']) {
    assert.ok(tree.has(path), path);
  }
  assert.deepEqual([tree.get('opt/work')?.mode, tree.get('opt/work')?.uid], [0o750, 7]);
});

test("the container's own variables count for what is looked up, and are not in the image", async () => {
  const image = await lab.loadImage({ architecture: 'amd64', os: 'linux', config: { Env: ['PATH=/bin'] } }, [
    directory('usr'),
    directory('usr/bin'),
    program('usr/bin/env', 'x'),
    directory('usr/own'),
    program('usr/own/tool', 'x'),
  ]);
  const container = await lab.containerWith(
    image,
    [program('usr/bin/start', '#!/usr/bin/env tool\n')],
    '--env',
    'PATH=/usr/own',
  );
  const skinny = await lab.skinnyImage(container);
  assert.ok(skinny.tree.has('usr/own/tool'));
  assert.deepEqual(configOf(await lab.inspectImage(skinny.image))['Env'], ['PATH=/bin']);
});

test('the labels say where it comes from', async () => {
  const { Config } = await slimmed(changed);
  assert.equal(Config.Labels?.['io.skinnywhale.container'], await lab.containerId(changed));
  assert.equal(Config.Labels?.['io.skinnywhale.parent'], (await lab.inspectImage(everything)).Id);
  assert.match(Config.Labels?.['io.skinnywhale.version'] ?? '', /^\d/);
});

test("--config container takes the container's, as docker commit does", async () => {
  const committed = lab.imageName();
  await lab.docker.docker(['commit', changed, committed]);
  const found = configOf(await slimmed(changed, '--config', 'container'));
  assert.deepEqual(found, configOf(await lab.inspectImage(committed)));
  assert.ok((found['Env'] as string[]).includes('SECRET=1'));
});

test('--change does what docker commit --change does', async () => {
  const instructions = [
    'CMD ["other", "$1 two"]',
    'ENTRYPOINT exec entry "$@"',
    'ENV A="one two" B=$A\\$c',
    'ENV SPACED a  b',
    'EXPOSE 8080 90/udp',
    'LABEL a="b c" d=e',
    'USER me',
    'VOLUME /one /two',
    'WORKDIR work',
    'WORKDIR deeper',
    'HEALTHCHECK --interval=5s --retries=2 CMD other -f',
    'ONBUILD RUN other',
  ];
  const bare = await lab.loadImage({ architecture: 'amd64', os: 'linux', config: { WorkingDir: '/opt' } }, MEMBERS);
  for (const [container, changes] of [
    [changed, instructions],
    [await lab.containerWith(bare, [file('srv/x', 'x')]), instructions],
    [changed, ['HEALTHCHECK NONE', 'CMD ["x"]']],
  ] as const) {
    const committed = lab.imageName();
    const options = changes.flatMap((change) => ['--change', change]);
    await lab.docker.docker(['commit', ...options, container, committed]);
    const found = await slimmed(container, '--config', 'container', ...options);
    assert.deepEqual(configOf(found), configOf(await lab.inspectImage(committed)));
  }
});

test('--change knows what docker commit does not', async () => {
  const changes = ['STOPSIGNAL SIGINT', 'SHELL ["/opt/bin/other", "-c"]', 'CMD x'];
  const { Config } = await slimmed(changed, ...changes.flatMap((change) => ['--change', change]));
  const { StopSignal, Shell, Cmd } = Config;
  assert.deepEqual([StopSignal, Shell, Cmd], ['SIGINT', ['/opt/bin/other', '-c'], ['/opt/bin/other', '-c', 'x']]);
});

test('an instruction that is none changes nothing', async () => {
  for (const change of ['RUN true', 'FROM x', 'EXPOSE nothing', 'NONSENSE']) {
    const image = lab.imageName();
    const { exitCode, stderr } = await lab.slim(['--tag', image, '--change', change, changed]);
    assert.equal(exitCode, 2, stderr);
    assert.equal(await lab.hasImage(image), false);
  }
});

test('the same input gives the same image', async () => {
  const image = lab.imageName();
  const idOf = async (env: Record<string, string> = {}): Promise<string> => {
    assert.equal((await lab.slim(['--tag', image, changed], { env })).exitCode, 0);
    return (await lab.inspectImage(image)).Id;
  };
  const first = await idOf();
  assert.equal(await idOf(), first);
  const dated = await idOf({ SOURCE_DATE_EPOCH: '1000000000' });
  assert.notEqual(dated, first);
  assert.equal((await lab.inspectImage(image)).Created, '2001-09-09T01:46:40Z');
  assert.equal(await idOf(), first);
  const refused = await lab.slim(['--tag', image, changed], { env: { SOURCE_DATE_EPOCH: 'yesterday' } });
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /SOURCE_DATE_EPOCH/);
});

test('commands that are not there are told', async () => {
  const { stdout } = await lab.skinnyImage(
    changed,
    '--json',
    '--change',
    'ENTRYPOINT ["absent"]',
    '--change',
    'CMD ["x"]',
  );
  const { findings, result } = JSON.parse(stdout) as { findings: object[]; result: { command: string[] } };
  assert.deepEqual(findings, [{ kind: 'unresolved-command', name: 'absent', field: 'Entrypoint' }]);
  assert.deepEqual(result.command, ['absent', 'x']);
});

nothingIsLeft(lab);
