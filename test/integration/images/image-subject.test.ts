import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SlimReport } from '../../../src/index.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';

const lab = await openLab('images');
const base = await lab.shellImage();

/** An image with one more layer: what a script did, and how it is run. */
async function built(on: string, script: string, ...changes: readonly string[]): Promise<string> {
  const name = lab.imageName();
  const container = await lab.containerAfter(on, script);
  const options = changes.flatMap((change) => ['--change', change]);
  await lab.docker.docker(['commit', '--pause=false', ...options, container, name]);
  return name;
}

/** Layers with every kind of change between them: files of lower ones are changed, deleted, replaced, linked. */
const LAYERS = [
  'mkdir -p /srv/app /srv/old /srv/again /opt/b; echo one >/srv/app/one; echo two >/srv/app/two; ln /srv/app/two /opt/b/two; ' +
    'echo x >/srv/old/x; echo y >/srv/again/y; echo file >/srv/kind; mkdir /srv/other; echo z >/srv/other/z',
  'rm -r /srv/old /srv/again; mkdir /srv/again; echo new >/srv/again/new; rm /srv/kind; mkdir /srv/kind; echo in >/srv/kind/in; ' +
    'rm -r /srv/other; echo file >/srv/other; chmod 600 /srv/app/one',
  'echo three >/srv/app/three; echo TWO >/srv/app/two; chown -R 7:8 /srv/app; ln -s ../app/three /srv/again/link',
];

async function application(): Promise<string> {
  let image = base;
  for (const layer of LAYERS) image = await built(image, layer, 'CMD ["cat","/srv/app/three"]', 'WORKDIR /srv');
  return image;
}

const app = await application();

test('an image of several layers above its base, in the engine’s folders and through its interface', async () => {
  const { tree, image } = await lab.skinnyImage(app, '--base', base);
  const srv = [...tree.keys()].filter((path) => path.startsWith('srv/')).sort();
  assert.deepEqual(srv, [
    'srv/again',
    'srv/again/link',
    'srv/again/new',
    'srv/app',
    'srv/app/one',
    'srv/app/three',
    'srv/app/two',
    'srv/kind',
    'srv/kind/in',
    'srv/other',
  ]);
  assert.equal(tree.get('srv/app/two')?.content, 'TWO\n');
  // overlayfs separates the names of a file when one of them is written to
  assert.equal(tree.get('opt/b/two')?.content, 'two\n');
  assert.equal(tree.get('srv/other')?.content, 'file\n');
  const through = await lab.skinnyImage(app, '--base', base, '--source', 'engine');
  const [here, there] = [await lab.inspectImage(image), await lab.inspectImage(through.image)];
  assert.deepEqual(there.RootFS, here.RootFS, 'the layer is the same, wherever it is read');
  assert.equal(there.Id, here.Id);
  const { Labels: labels } = here.Config;
  assert.deepEqual(
    [labels?.['io.skinnywhale.image'], labels?.['io.skinnywhale.base'], labels?.['io.skinnywhale.container']],
    [(await lab.inspectImage(app)).Id, (await lab.inspectImage(base)).Id, undefined],
  );
  const { stdout } = await lab.docker.run(image, []);
  assert.equal(stdout, 'three\n');
});

test('the report says which layer of the image brought a path, wherever it is read', async () => {
  const { length: below } = (await lab.inspectImage(base)).RootFS.Layers;
  const asked = ['/bin', '/srv/again', '/srv/app/one', '/srv/app/two', '/opt/b/two', '/srv/kind', '/srv/app/three'];
  for (const source of ['local', 'engine']) {
    const file = join(lab.folder, `layers-${source}.json`);
    await lab.slim(['--dry-run', '--base', base, '--source', source, '--report', file, app]);
    const { ledger } = JSON.parse(readFileSync(file, 'utf8')) as SlimReport;
    const layers = new Map(ledger?.kept.map(({ path, layer }) => [path, layer]));
    assert.deepEqual(
      asked.map((path) => layers.get(path)),
      [0, below + 2, below + 2, below + 2, below, below + 1, below + 2],
      source,
    );
  }
});

test('a container with another base than its image has the image’s upper layers as its own', async () => {
  const container = await lab.containerAfter(app, 'echo four >/srv/app/four; rm /srv/other');
  for (const source of ['local', 'engine']) {
    const tree = await lab.skinny(container, '--base', base, '--source', source);
    assert.ok(tree.has('srv/app/four') && tree.has('srv/app/two') && tree.has('srv/kind/in'), source);
    assert.equal(tree.has('srv/other'), false);
  }
});

test('the image is what the checks are compared with, and stays whatever becomes of them', async () => {
  const id = (await lab.inspectImage(app)).Id;
  const passed = await lab.slim(['--tag', lab.imageName(), '--base', base, '--check', 'cat /srv/app/two', app]);
  assert.equal(passed.exitCode, 0, passed.stderr);
  const failed = await lab.slim([
    ...['--tag', lab.imageName(), '--base', base, '--repair', '0', '--exclude', '/srv/app/two'],
    ...['--check', 'cat /srv/app/two', app],
  ]);
  assert.equal(failed.exitCode, 6, failed.stderr);
  assert.equal((await lab.inspectImage(app)).Id, id);
});

test('a container of a name wins over an image of it; what is meant can be said', async () => {
  const name = lab.containerName();
  lab.owns({ image: `${name}:latest` });
  await lab.docker.docker(['tag', app, name]);
  const asImage = await lab.slim(['--dry-run', '--json', name]);
  assert.equal(JSON.parse(asImage.stdout).subject.kind, 'image');
  await lab.docker.docker(['run', '--name', name, '--network=none', base, 'sh', '-c', 'echo x >/srv-x']);
  const subjects = await Promise.all(
    [name, `container:${name}`, `image:${name}`].map(async (subject) => {
      const { stdout } = await lab.slim(['--dry-run', '--json', subject]);
      return JSON.parse(stdout).subject.kind;
    }),
  );
  assert.deepEqual(subjects, ['container', 'container', 'image']);
});

test('a result is replaced by one of the same repository, and by no other', async () => {
  const tag = lab.imageName();
  const [repository] = app.split(':');
  const other = `${repository}:other`;
  lab.owns({ image: other });
  await lab.docker.docker(['tag', await built(app, 'echo five >/srv/five'), other]);
  for (const image of [app, other]) {
    const { exitCode, stderr } = await lab.slim(['--tag', tag, '--base', base, image]);
    assert.equal(exitCode, 0, stderr);
  }
  const foreign = await built(base, 'mkdir -p /srv; echo x >/srv/x');
  const { exitCode, stderr } = await lab.slim(['--tag', tag, '--base', base, foreign]);
  assert.equal(exitCode, 1, stderr);
  assert.match(stderr, /already, and it was not made from/);
});

test('of an image of one layer, what is needed is kept; a base that it does not have is refused', async () => {
  const tree = await lab.skinny(base, '--base', 'none');
  assert.ok(tree.size > 0);
  const wrong = await lab.slim(['--dry-run', '--base', app, base]);
  assert.equal(wrong.exitCode, 2, wrong.stderr);
  assert.equal((await lab.slim(['--dry-run', '--base', 'no-such:image', app])).exitCode, 2);
});

nothingIsLeft(lab);
