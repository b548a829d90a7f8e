import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, type TarMember } from '../../builders/tar.ts';
import { delayEngine } from '../../fixture/delaying-proxy.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { pathsBelow } from './tree.ts';

const DELAY_MS = 75;
const lab = await openLab('roundtrips');

/** Files in directories of 100, each with a content of its own. */
function files(count: number): TarMember[] {
  return Array.from({ length: count }, (_, index) => {
    const folder = `srv/${Math.floor(index / 100)}`;
    const content = file(`${folder}/${index}`, `${index}\n`);
    return index % 100 === 0 ? [directory(folder), content] : [content];
  }).flat();
}

/** The requests of one run, in any order, with what is different between any two runs taken out. */
function shape(requests: readonly string[]): string[] {
  return requests
    .map((line) =>
      line
        .replaceAll(/(skinnywhale-(?:held|carrier)(?::|%3A|&tag=))[0-9a-f-]+/g, '$1MARK')
        .replaceAll(/[0-9a-f]{16,64}/g, 'ID')
        .replaceAll(/roundtrips-\d+/g, 'NAME')
        .replace(/size=\d+/, 'size=N'),
    )
    .sort();
}

/** Slims a container with so many changed files through an engine that is far away. */
async function slimFromAfar(count: number): Promise<string[]> {
  const container = await lab.containerWith(await lab.shellImage(), files(count));
  const image = lab.imageName();
  await using engine = await delayEngine(lab.docker.host, DELAY_MS);
  const { exitCode, stderr } = await lab.slim(['--tag', image, container], { host: engine.host });
  assert.equal(exitCode, 0, stderr);
  const kept = pathsBelow(await lab.treeOf(image), 'srv').filter((path) => path.includes('/'));
  assert.equal(kept.length, count);
  return shape(engine.requests);
}

test('every request and every answer is late', async () => {
  await using engine = await delayEngine(lab.docker.host, DELAY_MS);
  const start = performance.now();
  const response = await fetch(`${engine.host.replace('tcp:', 'http:')}/_ping`);
  assert.equal(await response.text(), 'OK');
  // A timer may be early by the fraction of a millisecond.
  assert.ok(performance.now() - start > 2 * DELAY_MS - 5);
  assert.deepEqual(engine.requests, ['GET /_ping']);
});

test('the number of requests is that of the steps, not of the files: a far engine costs no more with 2,000 than with 10', async () => {
  const [few, many] = [await slimFromAfar(10), await slimFromAfar(2000)];
  assert.notEqual(few.length, 0);
  assert.deepEqual(many, few);
});

nothingIsLeft(lab);
