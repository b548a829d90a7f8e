import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findReport, type SlimReport } from '../../../src/index.ts';
import { LABEL } from '../../../src/model/labels.ts';
import { directory, file, program, type TarMember, tar } from '../../builders/tar.ts';
import { command } from '../../cli/command.ts';
import { binaryDocker } from '../cases/binary-docker.ts';
import { type Lab, nothingIsLeft, openLab } from '../cases/lab.ts';
import { slimTraced } from '../proof/made.ts';
import { installTools } from '../proof/tracing.ts';

/** What an engine is known to do, so that a way that is missing is noticed. */
export interface EngineWays {
  /** a layer before its image: `--sink import` */
  readonly layerFirst: boolean;
  /** the engine's own folders: `--source local` */
  readonly local: boolean;
}

/** Of the image: two layers, of which the second deletes and replaces what is in the first. */
const FIRST = `
mkdir -p /opt/again /opt/deep/er /opt/gone /srv; cd /opt
for name in again/old deep/er/f gone/f plain both; do echo $name > $name; done; ln both both-too; ln -s plain link`;
const SECOND = 'rm -r /opt/gone; rm /opt/deep/er/f; echo 2 > /opt/deep/er/g; echo 2 > /opt/second';

/** Of the container: every kind of change. */
const CHANGES = `
cd /opt; rm -r again; mkdir again; echo new > again/new; rm plain; mkdir plain; echo in > plain/x
rm -r deep; echo file > deep; rm link; ln -s both link; ln second /srv/second; echo 3 >> both; rm both-too
echo odd > "$(printf 'bad\\377name')"; echo odd > "$(printf 'new\\nline')"; mkfifo pipe; echo data > /srv/data
mkdir /srv/empty; chmod 2770 /srv/empty; chown 7:8 /srv/empty; touch -d @1000000000 /srv/empty`;

const RUN = '#!/bin/sh\nset -e\nhead -n 1 /srv/data | cat - /opt/plain/x\n';

/** Answers every request with what the file says, without a module. */
const SERVER = `#!/usr/bin/perl
socket(S, 2, 1, 6); setsockopt(S, 1, 2, pack('l', 1)); bind(S, pack('Sna4x8', 2, 8080, "\\x7f\\0\\0\\1")) or die $!;
listen(S, 5);
while (accept(C, S)) {
  sysread(C, my $request, 65536);
  open(my $words, '<', '/srv/data') or die $!;
  syswrite(C, "HTTP/1.0 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\n" . <$words>);
  close C;
}
`;

/** `struct vfs_cap_data` of revision 2 (linux/capability.h), with cap_setuid. */
const CAPABILITY = Buffer.from('0100000280000000000000000000000000000000', 'hex').toString('latin1');
const PROGRAMS: readonly TarMember[] = [
  directory('srv'),
  program('srv/run', RUN),
  program('srv/server', SERVER),
  program('srv/capable', 'x', { capability: CAPABILITY }),
  file(`srv/${'l'.repeat(120)}`, 'long'),
];

async function makeContainer(lab: Lab): Promise<string> {
  const commit = async (container: string): Promise<string> => {
    const image = lab.imageName();
    await lab.docker.docker(['commit', '--change=CMD ["perl", "/srv/server"]', container, image]);
    return image;
  };
  const first = await commit(await lab.containerAfter(await lab.shellImage(), FIRST));
  const second = await commit(await lab.containerAfter(first, SECOND));
  const container = await lab.containerAfter(second, CHANGES);
  await binaryDocker(lab.docker, ['cp', '-', `${container}:/`], tar(PROGRAMS));
  return container;
}

/** Declares the tests of what has to work on every engine. @param name the file's, for `openLab` */
export async function engineMatrix(name: string, ways: EngineWays): Promise<void> {
  await installTools();
  const lab = await openLab(name);
  const container = await makeContainer(lab);
  const made = ['--filter', `label=${LABEL.container}=${await lab.containerId(container)}`];
  const images = async (): Promise<string[]> =>
    (await lab.docker.docker(['images', '--all', '--format={{.ID}} {{.Repository}}:{{.Tag}}', ...made]))
      .split('\n')
      .sort();

  test('the image is the same, whichever way it is read and sent, again and again', async () => {
    const image = lab.imageName();
    const idBy = async (...args: string[]): Promise<string> => {
      const { exitCode, stderr } = await lab.slim(['--tag', image, ...args, container]);
      assert.equal(exitCode, 0, stderr);
      return (await lab.inspectImage(image)).Id;
    };
    const id = await idBy();
    for (let time = 0; time < 3; time++) assert.equal(await idBy('--source', 'engine', '--sink', 'load'), id);
    for (const [isThere, args] of [
      [ways.layerFirst, ['--source', 'engine', '--sink', 'import']],
      [ways.local, ['--source', 'local']],
    ] as const) {
      if (isThere) assert.equal(await idBy(...args), id, args.join(' '));
      else assert.equal((await lab.slim(['--tag', lab.imageName(), ...args, container])).exitCode, 2);
    }
  });

  test('it holds every change as the container has it', async () => {
    const { tree } = await lab.exported(container);
    const image = await lab.skinny(container, '--include', '/opt/**', '--include', '/srv/**');
    const changed = (paths: Iterable<string>): string[] =>
      [...paths].filter((path) => /^(opt|srv)\//.test(path)).sort();
    assert.deepEqual(changed(image.keys()), changed(tree.keys()));
    for (const path of changed(tree.keys())) {
      const { mtime: _time, ...found } = image.get(path) ?? {};
      const { mtime: _expected, ...expected } = tree.get(path) ?? {};
      assert.deepEqual(found, expected, path);
    }
  });

  test('checked and probed, it does what the container does', async () => {
    const image = lab.imageName();
    const report = join(lab.folder, `${name}.json`);
    const proofs = ['--check', '/srv/run', '--probe', 'http://localhost:8080/'];
    const { exitCode, stderr } = await lab.slim(['--tag', image, ...proofs, '--report', report, container]);
    assert.equal(exitCode, 0, stderr);
    assert.match((await lab.docker.run(image, ['/srv/run'])).stdout, /^data\nin\n$/);
    const { proof } = JSON.parse(readFileSync(report, 'utf8')) as SlimReport;
    assert.deepEqual(
      proof?.items.map(({ passed }) => passed),
      [true, true],
    );
    const { code, stdout } = await command(['explain', report, '/usr/bin/head'], { findReport });
    assert.equal(code, 0);
    assert.match(stdout, /head/);
  });

  test('an image that fails its check leaves nothing, and takes nothing along', async () => {
    const good = (await lab.skinnyImage(container, '--exclude', '/srv/data')).image;
    const before = await images();
    const image = lab.imageName();
    const args = ['--tag', image, '--exclude', '/srv/data', '--check', '/srv/run', '--repair', '0'];
    const { exitCode, stderr } = await lab.slim([...args, container]);
    assert.equal(exitCode, 6, stderr);
    assert.equal(await lab.hasImage(image), false);
    assert.equal(await lab.hasImage(good), true);
    assert.deepEqual(await images(), before);
  });

  test('made tight by what a check is seen to use, it runs', async () => {
    const image = lab.imageName();
    const { exitCode, stderr } = await slimTraced(
      lab,
      '--tag',
      image,
      '--tight',
      '--check',
      'cat /srv/data',
      container,
    );
    assert.equal(exitCode, 0, stderr);
    const { stdout } = await lab.docker.run(image, ['cat', '/srv/data']);
    assert.equal(stdout, 'data\n');
    assert.equal((await lab.treeOf(image)).has('usr/bin/tar'), false);
  });

  nothingIsLeft(lab);
}
