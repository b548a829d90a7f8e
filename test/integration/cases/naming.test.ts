import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { directory, file } from '../../builders/tar.ts';
import { nothingIsLeft, openLab } from './lab.ts';

const lab = await openLab('naming');
const parent = await lab.importImage([directory('etc'), directory('opt')]);
const container = await lab.containerWith(parent, [file('opt/x', 'x')]);

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../../src/report/report.schema.json', import.meta.url), 'utf8'),
);
const isReport = new Ajv2020({ strict: true }).compile(schema as object);

async function idOf(image: string): Promise<string> {
  return (await lab.inspectImage(image)).Id;
}

test('by name, id and unique prefix of the id', async () => {
  const id = await lab.containerId(container);
  const name = `${container}`;
  for (const given of [name, id, id.slice(0, 12)]) {
    lab.owns({ image: `skinny-${given}` });
    const { exitCode, stdout, stderr } = await lab.slim(['--quiet', given]);
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, `skinny-${given}:latest\n`);
    assert.equal(stderr, '');
    assert.equal(await lab.hasImage(`skinny-${given}`), true);
  }
});

test("capitals and other characters that an image's name can't have", async () => {
  const odd = `Naming_._X--${lab.engine.run}`;
  lab.owns({ container: odd, image: `skinny-naming-x--${lab.engine.run}` });
  await lab.docker.docker(['rename', await lab.containerWith(parent, [file('opt/y', 'y')]), odd]);
  const { stdout } = await lab.slim(['-q', odd]);
  assert.equal(stdout, `skinny-naming-x--${lab.engine.run}:latest\n`);
});

test('an unknown name, and a prefix of several ids', async () => {
  const unknown = await lab.slim([`nobody-${lab.engine.run}`]);
  assert.equal(unknown.exitCode, 3);
  assert.match(unknown.stderr, /^error: there is no container and no image "nobody-.*"\nhint: .*docker ps -a/m);
  // of seventeen ids, two begin alike
  const ids = await Promise.all(
    Array.from({ length: 17 }, async () => lab.containerId(await lab.containerWith(parent, []))),
  );
  const shared = ids.map((id) => id.slice(0, 1)).find((digit, index, all) => all.indexOf(digit) !== index) ?? '';
  const ambiguous = await lab.slim(['--json', shared]);
  assert.equal(ambiguous.exitCode, 3);
  assert.match(ambiguous.stderr, /more than one container/);
  assert.ok(isReport(JSON.parse(ambiguous.stdout)), JSON.stringify(isReport.errors));
});

test('a name with registry, port and tag', async () => {
  const image = `registry.example:5000/team/naming-${lab.engine.run}:v1.0_x`;
  lab.owns({ image });
  const { exitCode, stdout } = await lab.slim(['-q', '-t', image, container]);
  assert.deepEqual([exitCode, stdout], [0, `${image}\n`]);
  assert.deepEqual((await lab.inspectImage(image)).RepoTags.includes(image), true);
});

test('what a person sees: the summary on stdout, progress on stderr, the whale at the end', async () => {
  const { stdout, stderr, image } = await lab.skinnyImage(container);
  assert.match(stdout, /starving/);
  assert.match(stdout, new RegExp(`docker run --rm -it ${image}`));
  assert.doesNotMatch(stdout, /export: /);
  assert.match(stderr, /^export: done, /m);
  assert.doesNotMatch(stderr, /starving/);
});

test('one JSON document, which follows the schema and tells the truth', async () => {
  const { stdout, image, tree } = await lab.skinnyImage(container, '--json');
  const report = JSON.parse(stdout) as {
    result: { imageId: string; layer: string; reference: string };
    sizes: { fromChange: object; after: { entries: number } };
  };
  assert.ok(isReport(report), JSON.stringify(isReport.errors));
  const found = await lab.inspectImage(image);
  const { imageId, layer, reference } = report.result;
  assert.deepEqual([imageId, [layer], reference], [found.Id, found.RootFS.Layers, image]);
  assert.equal(report.sizes.after.entries, (await lab.layerOf(image)).tree.size);
  assert.deepEqual(report.sizes.fromChange, { bytes: 1, entries: 2 });
  assert.equal(tree.get('opt/x')?.content, 'x');
});

test('a dry run makes nothing', async () => {
  const image = lab.imageName();
  const { exitCode, stdout } = await lab.slim(['--dry-run', '--json', '--tag', image, container]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout) as { result: { imageId: unknown; dryRun: boolean } };
  assert.ok(isReport(report), JSON.stringify(isReport.errors));
  assert.deepEqual([report.result.imageId, report.result.dryRun], [null, true]);
  assert.equal(await lab.hasImage(image), false);
  assert.match((await lab.slim(['--dry-run', container])).stdout, /nothing was made/);
});

test('an image that was not made from this container is overwritten by force alone', async () => {
  const foreign = await lab.importImage([directory('etc')]);
  const other = await lab.containerWith(parent, [file('opt/y', 'y')]);
  const ofOther = (await lab.skinnyImage(other)).image;
  for (const image of [foreign, ofOther]) {
    const before = await idOf(image);
    // it is about to lose its name
    lab.owns({ image: before });
    const { exitCode, stdout, stderr } = await lab.slim(['-t', image, container]);
    assert.equal(exitCode, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: there is an image .* already.*\nhint: .*--tag.*--force/m);
    assert.equal(await idOf(image), before);
    assert.equal((await lab.slim(['-t', image, '--dry-run', container])).exitCode, 0);
    assert.equal((await lab.slim(['-t', image, '--force', container])).exitCode, 0);
    assert.notEqual(await idOf(image), before);
  }
});

test('an image that was made from this container is overwritten', async () => {
  const { image } = await lab.skinnyImage(container);
  const before = await idOf(image);
  const { exitCode } = await lab.slim(['-t', image, '--change', 'USER 7', container]);
  assert.equal(exitCode, 0);
  assert.notEqual(await idOf(image), before);
  assert.equal((await lab.inspectImage(image)).Config['User'], '7');
  lab.owns({ image: before });
});

nothingIsLeft(lab);
