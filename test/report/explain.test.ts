import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/report/explain.ts';
import type { DroppedExplanation, Explanation, KeptExplanation } from '../../src/report/explanation.ts';
import { reportedRequester } from '../../src/report/reported-reason.ts';
import { SAMPLE_WITH_LEDGER } from './sample-ledger.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';

function of<S extends Explanation['status']>(path: string, status: S): Extract<Explanation, { status: S }> {
  const explanation = explain(SAMPLE_WITH_LEDGER, path);
  assert.equal(explanation.status, status, path);
  return explanation as Extract<Explanation, { status: S }>;
}

const kept = (path: string): KeptExplanation => of(path, 'kept');
const dropped = (path: string): DroppedExplanation => of(path, 'dropped');
const options = (path: string): (string | null)[] => dropped(path).remedies.map(({ option }) => option);

test('the chain of a kept path ends where nothing more is needed', () => {
  assert.deepEqual(kept(`${LIB}/libz.so.1.2.13`).chain, [
    {
      path: `${LIB}/libz.so.1.2.13`,
      reason: { kind: 'loader', by: '/opt/app', tag: 'DT_NEEDED', found: 'ld.so.cache' },
    },
    { path: '/opt/app', reason: { kind: 'changed' } },
  ]);
  const { chain } = kept('/usr/bin/third-name');
  assert.deepEqual(
    chain.map(({ path, reason }) => [path, reason.kind]),
    [
      ['/usr/bin/third-name', 'script'],
      ['/usr/bin/kept-name', 'script'],
      [`${LIB}/libc.so.6`, 'base'],
    ],
  );
});

test('every kept path has a chain, in which each link is the one before it asks for', () => {
  for (const { path } of SAMPLE_WITH_LEDGER.ledger.kept) {
    const { chain } = kept(path);
    assert.equal(chain[0]?.path, path);
    for (const [index, { reason }] of chain.entries())
      assert.equal(reportedRequester(reason), chain[index + 1]?.path ?? null, path);
  }
});

test('reasons in a circle end', () => {
  const circle = (path: string, by: string) => ({
    path,
    type: 'file' as const,
    bytes: 0,
    from: 'base' as const,
    package: null,
    reasons: [{ kind: 'interpreter' as const, by }],
  });
  const ledger = { complete: true, kept: [circle('/a', '/b'), circle('/b', '/a')], dropped: [] };
  const explanation = explain({ ...SAMPLE_WITH_LEDGER, ledger }, '/a');
  assert.deepEqual(explanation.status === 'kept' && explanation.chain, []);
});

test('links in front of the last name are followed, and one at the end says where it leads', () => {
  const through = kept('/lib/x86_64-linux-gnu/libz.so.1');
  assert.equal(through.entry.path, `${LIB}/libz.so.1`);
  assert.deepEqual(through.links, ['/lib']);
  assert.deepEqual(through.leadsTo, { path: `${LIB}/libz.so.1.2.13`, status: 'kept' });
  assert.deepEqual(dropped(`${LIB}/gconv/B5.so`).leadsTo, { path: `${LIB}/gconv/BIG5.so`, status: 'dropped' });
  assert.equal(dropped(`${LIB}/gone.so`).leadsTo?.status, 'missing');
  for (const path of ['opt/app', '//opt/./app', '/lib/../../opt/app']) assert.equal(kept(path).entry.path, '/opt/app');
});

test('what would have kept a path: a declined rule first, then a whole directory, then the path itself', () => {
  assert.deepEqual(dropped(`${LIB}/gconv/BIG5.so`).remedies, [
    { option: '--rule +gconv-all', effect: 'converts all other character sets; /opt/app asks for it' },
    { option: '--brute-usr-lib', effect: 'with all of /usr/lib' },
    { option: `--include ${LIB}/gconv/BIG5.so`, effect: 'with what it needs' },
  ]);
  assert.deepEqual(options('/usr/bin/a'), ['--include /usr/bin/a']);
  assert.deepEqual(options('/var/cache/c/entry'), ['--trim none', '--include /var/cache/c/entry']);
  assert.deepEqual(options('/data'), [null, '--include /data']);
  assert.deepEqual(dropped('/opt/app.log').remedies, [{ option: null, effect: "Leave out --exclude '*.log'." }]);
  assert.deepEqual(options('/opt/.wh.d/in'), [null]);
});

test('an include is a glob and a word of the shell; a name that no text can hold is included with its neighbours', () => {
  assert.deepEqual(options('/usr/share/x/(odd) é'), ["--include '/usr/share/x/\\(odd\\) é'"]);
  assert.deepEqual(options('/usr/share/x/bytes\\xff\\\\'), ["--include '/usr/share/x/**'"]);
});

test('a path that the container does not have: the nearest one that is there', () => {
  assert.deepEqual(of('/opt/none/deep', 'unknown').nearest, { path: '/opt', type: 'directory' });
  assert.deepEqual(of('/opt/app/deep', 'unknown').nearest, { path: '/opt/app', type: 'file' });
  assert.deepEqual(of('/', 'unknown').nearest, { path: '/', type: 'directory' });
});

test('what an incomplete report does not have is not in the result, and may be in the container or not', () => {
  const report = { ...SAMPLE_WITH_LEDGER, ledger: { ...SAMPLE_WITH_LEDGER.ledger, complete: false } };
  assert.deepEqual(explain(report, '/usr/bin/nowhere'), {
    status: 'unread',
    asked: '/usr/bin/nowhere',
    remedies: [{ option: '--include /usr/bin/nowhere', effect: 'with what it needs' }],
  });
  assert.equal(explain(SAMPLE_WITH_LEDGER, '/usr/bin/nowhere').status, 'unknown');
  const [file] = report.ledger.kept.filter(({ type }) => type === 'file');
  assert.equal(explain(report, `${file?.path}/below`).status, 'unknown');
});
