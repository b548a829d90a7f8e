import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../src/model/errors.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import type { SlimOptions } from '../../src/options.ts';
import { findReport, readReport } from '../../src/pipeline/explain.ts';
import { slim } from '../../src/pipeline/slim.ts';
import { explain } from '../../src/report/explain.ts';
import { engineWith, NAME } from '../cli/faulty-engine.ts';
import { cutAfter } from '../fake-engine/faults.ts';
import { SAMPLE_WITH_LEDGER } from '../report/sample-ledger.ts';
import { SAMPLE } from '../report/sample-report.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sw-explain-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const failsWith = (code: ErrorCode, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SkinnywhaleError);
  assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message);
  return true;
};

/** Slims the fake engine's container, with nothing of this machine's surroundings. */
const slimOn = (host: string, options: Partial<SlimOptions>) => slim({ container: NAME, host, env: {}, ...options });

test('--report has the whole ledger beside the summary that the run gives back, in a dry run, too', async (t) => {
  await using engine = await engineWith({});
  for (const dryRun of [true, false]) {
    const path = join(await folder(t), 'r.json');
    const summary = await slimOn(engine.host, { dryRun, report: path });
    const { ledger, ...report } = await readReport(path);
    assert.deepEqual(report, summary);
    assert.equal(report.result.imageId === null, dryRun);
    const paths = [...ledger.kept, ...ledger.dropped].map((entry) => entry.path);
    assert.deepEqual(paths.sort(), ['/etc', '/etc/passwd', '/opt', '/opt/first', '/opt/second']);
    assert.equal(ledger.kept.length, summary.sizes.after.entries);
    const explanation = explain({ ...report, ledger }, '/opt/first');
    assert.equal(explanation.status, 'kept');
  }
});

test('with --strict, the report that says what is unresolved is written, and nothing else made', async (t) => {
  await using engine = await engineWith({}, (state) => {
    const [container] = state.containers;
    const image = state.addImage({ config: { Entrypoint: ['/none'] } });
    state.containers.splice(0, 1, { ...(container as NonNullable<typeof container>), image: image.id });
  });
  const path = join(await folder(t), 'r.json');
  await assert.rejects(slimOn(engine.host, { strict: true, report: path }), failsWith('UNRESOLVED', /none/));
  const { result, findings } = await readReport(path);
  assert.equal(result.imageId, null);
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    ['unresolved-command'],
  );
  assert.deepEqual(engine.state.uploads, []);
});

test('a report that can not be written ends the run before any request; a failed run leaves no report', async (t) => {
  const directory = await folder(t);
  await using engine = await engineWith({ 'GET /containers/*/export': cutAfter('x'.repeat(100)) });
  await assert.rejects(slimOn(engine.host, { report: join(directory, 'none/r.json') }), failsWith('USAGE', /none/));
  assert.deepEqual(engine.requests, []);
  await assert.rejects(slimOn(engine.host, { report: join(directory, 'r.json') }));
  assert.deepEqual(await readdir(directory), []);
  for (const report of ['', '-'])
    await assert.rejects(slimOn(engine.host, { report }), failsWith('USAGE', /name of a file/));
});

test('the report of an image of ours is found by its name and id, as long as it is kept', async (t) => {
  await using engine = await engineWith({});
  const reportCache = join(await folder(t), 'reports');
  const { host } = engine;
  const { result } = await slimOn(host, { tag: 'small:1', reportCache });
  for (const subject of ['small:1', result.imageId ?? '']) {
    const found = await findReport({ subject, host, env: {}, reportCache });
    assert.equal(found.result.imageId, result.imageId);
    assert.equal(explain(found, '/opt/second').status, 'kept');
  }
  const find = (subject: string, cache?: string) => findReport({ subject, host, env: {}, reportCache: cache });
  await assert.rejects(find('small:1'), failsWith('NO_REPORT', /no report of small:1 here/));
  await assert.rejects(find('small:1', '/nowhere'), failsWith('NO_REPORT', /no report of small:1 here/));
  await assert.rejects(find('parent:latest', reportCache), failsWith('NO_REPORT', /not made by skinnywhale/));
  await assert.rejects(find('none:1', reportCache), failsWith('NO_REPORT', /neither a file nor an image/));
});

test('a cache that can not be written is no reason to fail, and a dry run keeps nothing', async (t) => {
  await using engine = await engineWith({});
  const told: string[] = [];
  const onEvent: SlimOptions['onEvent'] = (event) => {
    if (event.type === 'debug') told.push(event.message);
  };
  const reportCache = join(await folder(t), 'reports');
  await slimOn(engine.host, { dryRun: true, reportCache });
  await assert.rejects(readdir(reportCache), /ENOENT/);
  const { result } = await slimOn(engine.host, { reportCache: '/dev/null/reports', onEvent });
  assert.ok(result.imageId);
  assert.equal(told.filter((message) => message.startsWith('the report is not kept')).length, 1);
});

test('what is a file is read as one, gzipped or not; what is no report of ours says so', async (t) => {
  const directory = await folder(t);
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(directory, name), content);
    return join(directory, name);
  };
  const whole = JSON.stringify(SAMPLE_WITH_LEDGER);
  for (const subject of [await write('a.json', whole), await write('b.gz', gzipSync(whole))])
    assert.deepEqual(await findReport({ subject, env: {} }), SAMPLE_WITH_LEDGER);
  const cases: [content: string | Buffer, why: RegExp][] = [
    ['', /can't be read as a report/],
    ['null', /something else/],
    ['{"schemaVersion":1}', /something else/],
    [JSON.stringify({ ...SAMPLE_WITH_LEDGER, schemaVersion: 1 }), /another version/],
    [JSON.stringify(SAMPLE), /no ledger of paths/],
    [gzipSync(whole).subarray(0, 50), /can't be read as a report/],
  ];
  for (const [content, why] of cases) {
    const subject = await write('bad', content);
    await assert.rejects(findReport({ subject, env: {} }), failsWith('NO_REPORT', why));
  }
  assert.ok((await readFile(join(directory, 'a.json'))).length > 0);
});
