import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type ErrorCode, SkinnywhaleError } from '../../src/model/errors.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import type { Reason } from '../../src/model/reason.ts';
import { examineMachine } from '../../src/pipeline/doctor.ts';
import { listRules } from '../../src/pipeline/rules.ts';
import { explain } from '../../src/report/explain.ts';
import {
  renderJson,
  renderJsonDiagnosis,
  renderJsonError,
  renderJsonExplanation,
  renderJsonRules,
  renderWithLedger,
} from '../../src/report/json.ts';
import { wordReason } from '../../src/report/reason-wording.ts';
import { reportReason } from '../../src/report/reported-reason.ts';
import { REPORT_SCHEMA_VERSION } from '../../src/report/slim-report.ts';
import { LEDGER, SAMPLE_WITH_LEDGER } from './sample-ledger.ts';
import { DRY_RUN, SAMPLE } from './sample-report.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'),
);
const validate: ValidateFunction = new Ajv2020({ allErrors: true, strict: true, strictTypes: true }).compile(
  schema as object,
);

function assertValid(document: string): void {
  assert.ok(validate(JSON.parse(document)), JSON.stringify(validate.errors, undefined, 2));
}

test('a report is a document of the schema, and comes back whole', () => {
  for (const report of [SAMPLE, DRY_RUN]) {
    assertValid(renderJson(report));
    assert.deepEqual(JSON.parse(renderJson(report)), report);
  }
});

test('a report with its ledger is a document of the schema, also with room between the two, one line for each path', () => {
  const { head, tail, ledgerFirst, rest } = renderWithLedger(LEDGER);
  const documents = [
    `${[...ledgerFirst].join('')}${rest(SAMPLE)}`,
    `${head(SAMPLE)}${' '.repeat(100)}${[...tail].join('')}`,
  ];
  for (const document of documents) {
    assertValid(document);
    assert.deepEqual(JSON.parse(document), { ...SAMPLE, ledger: LEDGER });
    assert.equal(
      document.split('\n').filter((line) => line.startsWith('{"path":')).length,
      LEDGER.kept.length + LEDGER.dropped.length,
    );
  }
  const { ledgerFirst: nothing, rest: all } = renderWithLedger({ complete: false, kept: [], dropped: [] });
  const empty = `${[...nothing].join('')}${all(SAMPLE)}`;
  assertValid(empty);
  assert.deepEqual(JSON.parse(empty), { ...SAMPLE, ledger: { complete: false, kept: [], dropped: [] } });
});

test('every explanation, the list of rules and a diagnosis are documents of the schema', async () => {
  for (const { path } of [...LEDGER.kept, ...LEDGER.dropped, { path: '/none' }]) {
    const explanation = explain(SAMPLE_WITH_LEDGER, path);
    assertValid(renderJsonExplanation(explanation));
    assert.deepEqual(JSON.parse(renderJsonExplanation(explanation)), {
      schemaVersion: REPORT_SCHEMA_VERSION,
      explanation,
    });
  }
  const incomplete = { ...SAMPLE_WITH_LEDGER, ledger: { ...LEDGER, complete: false } };
  const unread = explain(incomplete, '/none');
  assert.equal(unread.status, 'unread');
  assertValid(renderJsonExplanation(unread));
  assertValid(renderJsonRules(listRules()));
  assertValid(renderJsonDiagnosis(await examineMachine({ host: 'unix:///nowhere', env: {} })));
});

const BY = 'opt/caf\xc3\xa9' as ImagePath;

/** One of each kind; `by` and names as they are in an image. */
const REASONS: { readonly [K in Reason['kind']]: Extract<Reason, { readonly kind: K }> } = {
  changed: { kind: 'changed' },
  unowned: { kind: 'unowned' },
  included: { kind: 'included', glob: '/x*' },
  brute: { kind: 'brute', directory: '/usr/lib' },
  config: { kind: 'config', field: 'Cmd', as: 'program' },
  base: { kind: 'base', what: 'user-names' },
  learned: { kind: 'learned', use: 'opened', program: '/bin/caf\xc3\xa9' },
  'whole-package': { kind: 'whole-package', package: 'libc6' },
  'package-record': { kind: 'package-record', manager: 'apk' },
  licence: { kind: 'licence', package: 'libc6' },
  loader: { kind: 'loader', by: BY, tag: 'DT_NEEDED', found: 'RPATH' },
  'loader-file': { kind: 'loader-file', by: BY, file: 'musl-path' },
  interpreter: { kind: 'interpreter', by: BY },
  dlopen: { kind: 'dlopen', by: BY, evidence: 'note', feature: 'sound\x1b' },
  script: { kind: 'script', by: BY, how: 'called' },
  rule: { kind: 'rule', by: BY, rule: 'python' },
  declared: { kind: 'declared', by: BY, package: 'libproj25', field: 'Depends', of: 'proj-data' },
  'package-rest': { kind: 'package-rest', by: BY, package: 'git' },
  mention: { kind: 'mention', by: BY, text: '/etc/caf\xc3\xa9' },
  starts: { kind: 'starts', by: BY, command: 'tar', certain: false },
  'common-tools': { kind: 'common-tools', by: BY },
  'link-target': { kind: 'link-target', by: BY },
  holds: { kind: 'holds', by: BY },
  'on-the-way': { kind: 'on-the-way', as: 'link', to: { kind: 'interpreter', by: BY } },
};

test('every kind of reason is in the schema, and has words that are safe to show', () => {
  const reasons = Object.values(REASONS).map(reportReason);
  assertValid(renderJson({ ...SAMPLE, fromBase: reasons.map((reason) => ({ path: '/x', bytes: 1, reason })) }));
  for (const reason of reasons) assert.match(wordReason(reason), /^[^\p{Cc}]+$/u);
  assert.equal(
    wordReason(reportReason(REASONS.declared)),
    'proj-data, which libproj25 declares (Depends): /opt/caf\u00e9',
  );
  assert.equal(wordReason(reportReason(REASONS['on-the-way'])), 'link on the way, PT_INTERP by /opt/caf\u00e9');
});

test('every error is a document of the schema', () => {
  const codes: Record<ErrorCode, true> = {
    USAGE: true,
    NO_SUCH_CONTAINER: true,
    NO_ENGINE: true,
    NOTHING_TO_SLIM: true,
    UNRESOLVED: true,
    INTERRUPTED: true,
    ENGINE: true,
    BAD_ARCHIVE: true,
    TAG_TAKEN: true,
    NO_REPORT: true,
    CHECK_FAILED: true,
    FAILED: true,
  };
  for (const code of Object.keys(codes) as ErrorCode[]) {
    assertValid(renderJsonError(new SkinnywhaleError(code, 'message', { hint: 'hint' })));
    assertValid(renderJsonError(new SkinnywhaleError(code, 'message')));
  }
  assert.deepEqual(JSON.parse(renderJsonError(new SkinnywhaleError('FAILED', 'm'))), {
    schemaVersion: REPORT_SCHEMA_VERSION,
    error: { code: 'FAILED', message: 'm', hint: null },
  });
});

test('the schema refuses what is not one of the two documents', () => {
  const [trimmed] = SAMPLE.trimmed;
  const broken: object[] = [
    {},
    { ...SAMPLE, schemaVersion: REPORT_SCHEMA_VERSION - 1 },
    { ...SAMPLE, extra: 1 },
    { ...SAMPLE, warnings: undefined },
    { ...SAMPLE, trimmed: [{ ...trimmed, group: 'nope' }] },
    { ...SAMPLE, trimmed: [{ ...trimmed, bytes: -1 }] },
    { ...SAMPLE, findings: [{ kind: 'nope' }] },
    { ...SAMPLE, findings: [{ kind: 'whiteout-name', path: 'relative' }] },
    { ...SAMPLE, ledger: { kept: [{ ...LEDGER.kept[0], reasons: [] }], dropped: [] } },
    { ...SAMPLE, ledger: { kept: [], dropped: [{ ...LEDGER.dropped[0], reason: 'nope' }] } },
    { ...SAMPLE, ledger: { kept: [] } },
    { ...SAMPLE, fromBase: [{ path: '/x', bytes: 1, reason: { kind: 'nope' } }] },
    { ...SAMPLE, fromBase: [{ path: '/x', bytes: 1, reason: { kind: 'interpreter' } }] },
    { schemaVersion: REPORT_SCHEMA_VERSION, explanation: { status: 'unknown', asked: '/x' } },
    { ...SAMPLE, error: { code: 'FAILED', message: '', hint: null } },
    { schemaVersion: REPORT_SCHEMA_VERSION, error: { code: 'NOPE', message: '', hint: null } },
  ];
  for (const document of broken)
    assert.equal(validate(JSON.parse(JSON.stringify(document))), false, JSON.stringify(document).slice(0, 80));
});
