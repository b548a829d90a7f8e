import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ProberAnswer } from '../../src/proof/container-run/prober-script.ts';
import type { ProofItem } from '../../src/proof/proof-item.ts';
import { openProof } from '../../src/proof/prove.ts';
import { type ProbeSpec, parseProbe } from '../../src/proof/spec/probe-spec.ts';
import { failureText } from '../../src/report/failure-text.ts';
import { FAT, PROBER, programClient, SKINNY } from './program-client.ts';

const page = (body: string, more: object = {}): ProberAnswer => ({
  ...{ kind: 'http', status: 200, contentType: 'text/plain', body: Buffer.from(body).toString('base64') },
  ...{ length: body.length, restDigest: null, met: true },
  ...more,
});

interface Proved {
  readonly items: readonly ProofItem[];
  readonly texts: readonly string[];
  /** starts of the original's service and of the skinny one */
  readonly starts: readonly [original: number, skinny: number];
}

/** Each side's answers to all probes, start by start. */
async function prove(
  probes: readonly ProbeSpec[],
  original: readonly (readonly ProberAnswer[])[],
  skinny: readonly ProberAnswer[],
): Promise<Proved> {
  const answers: (readonly ProberAnswer[])[] = [];
  const service = (next: readonly ProberAnswer[]) => {
    answers.push(next);
    return { hangs: true };
  };
  const { client, specs, containers } = programClient({
    [FAT]: (run) => service(original[run] ?? original.at(-1) ?? []),
    [SKINNY]: () => service(skinny),
    [PROBER]: () => ({ stdout: (answers.at(-1) ?? []).map((answer) => `${JSON.stringify(answer)}\n`).join('') }),
  });
  const node = async () => ({ command: ['node'], archive: () => Readable.from([]) });
  await using proof = openProof({ client, fatImage: FAT, run: {}, checks: [], probes, node });
  const { items } = await proof.prove(SKINNY);
  assert.equal(containers.size, 0);
  const starts = [FAT, SKINNY].map((image) => specs.filter((spec) => spec.image === image).length);
  return {
    items,
    texts: items.map((item) => failureText(item).join('\n')),
    starts: [starts[0] ?? 0, starts[1] ?? 0],
  };
}

const probes = (...texts: string[]): ProbeSpec[] => texts.map(parseProbe);
const URL_A = 'http://localhost:8080/a';
const URL_B = 'http://localhost:8080/b';

test('one start of the service answers all probes', async () => {
  const { items, starts } = await prove(probes(URL_A, URL_B), [[page('a'), page('b')]], [page('a'), page('b')]);
  assert.deepEqual(
    [items.map(({ passed }) => passed), starts],
    [
      [true, true],
      [1, 1],
    ],
  );
  const answer = { status: 200, bytes: 1, start: 'a' };
  assert.deepEqual(items[0]?.answers, { fat: answer, skinny: answer });
});

test('a service that never gets ready proves nothing', async () => {
  const answer = page('warming up', { status: 503 });
  const { items, texts, starts } = await prove(probes(URL_A), [[answer]], [answer]);
  const fault = { kind: 'not-ready', status: 503, start: 'warming up', seconds: 30 };
  assert.deepEqual([items[0]?.failures, starts], [[{ side: 'original', ...fault }], [1, 0]]);
  assert.match(texts[0] ?? '', /not ready in the original within the time limit of 30 s: status 503, warming up/);
});

test('a status that is asked for counts, and nothing else', async () => {
  const unwell: ProbeSpec = { ...probes(URL_A)[0], kind: 'http', url: URL_A, text: URL_A, status: [[500, 503]] };
  const answer = page('', { status: 503 });
  assert.equal((await prove([unwell], [[answer]], [answer])).items[0]?.passed, true);
  const { items } = await prove([unwell], [[page('fine')]], [answer]);
  const fault = { kind: 'status', expected: '500-503', actual: 200, start: 'fine' };
  assert.deepEqual(items[0]?.failures, [{ side: 'original', ...fault }]);
});

test('another status, with what both sides say', async () => {
  const { items, texts } = await prove(probes(URL_A), [[page('fine')]], [page('no template', { status: 500 })]);
  assert.deepEqual(
    items[0]?.failures.map(({ side, kind }) => [side, kind]),
    [
      ['skinny', 'status'],
      ['skinny', 'output'],
    ],
  );
  assert.match(texts[0] ?? '', /status 500 in the skinny image, expected 200; it says: no template\n/);
  assert.match(texts[0] ?? '', /\n {2}original: 200, 4 bytes: fine\n {2}skinny image: 500, 11 bytes: no template/);
});

test('what varies between starts of the original is ignored, but not its status', async () => {
  const original = [[page('at 10:00')], [page('at 10:01')]];
  const { items, starts } = await prove(probes(URL_A), original, [page('at 10:07')]);
  assert.deepEqual([items[0]?.passed, items[0]?.masks, starts], [true, ['at 10:‹digits›'], [2, 1]]);
  const unsteady = await prove(probes(URL_A), [[page('a')], [page('b', { status: 404 })]], [page('c')]);
  assert.deepEqual(unsteady.items[0]?.failures, [
    { side: 'original', kind: 'unsteady', of: 'status', values: [200, 404] },
  ]);
});

test('content that is expected counts instead of being the same', async () => {
  const probe: ProbeSpec = { kind: 'http', url: URL_A, text: URL_A, expect: { json: { ok: true } } };
  const { items, starts } = await prove([probe], [[page('{"ok":true,"a":1}')]], [page('{"ok":true,"b":2}')]);
  assert.deepEqual([items[0]?.passed, starts], [true, [1, 1]]);
  const { texts } = await prove([probe], [[page('{"ok":true}')]], [page('{"ok":false}', { met: false })]);
  assert.match(texts[0] ?? '', /body in the skinny image lacks JSON with \{"ok":true\}; it begins: \{"ok":false\}/);
});

test('no answer, with the limit that ran out', async () => {
  const none: ProberAnswer = { kind: 'none', reason: 'nothing listens' };
  const [probe] = probes(URL_A);
  assert.ok(probe);
  const { texts } = await prove([{ ...probe, timeout: 40 }], [[none]], []);
  assert.match(texts[0] ?? '', /no answer in the original within the time limit of 40 s: nothing listens/);
});

test('a content beyond what is kept is compared by its digest', async () => {
  const large = (digest: string): ProberAnswer => page('x'.repeat(1000), { length: 900_000, restDigest: digest });
  const same = await prove(probes(URL_A), [[large('aa')]], [large('aa')]);
  assert.deepEqual([same.items[0]?.passed, same.starts], [true, [1, 1]]);
  const other = await prove(probes(URL_A), [[large('aa')]], [large('bb')]);
  assert.equal(other.items[0]?.passed, false);
  assert.match(other.texts[0] ?? '', /body differs .*\n.*by length or digest/);
});
