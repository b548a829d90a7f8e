import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type ErrorCode, SkinnywhaleError } from '../../src/model/errors.ts';
import { listRules } from '../../src/pipeline/rules.ts';
import { explain } from '../../src/report/explain.ts';
import {
  renderJson,
  renderJsonError,
  renderJsonExplanation,
  renderJsonRules,
  renderWithLedger,
} from '../../src/report/json.ts';
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

test('every explanation, and the list of rules, are documents of the schema', () => {
  for (const { path } of [...LEDGER.kept, ...LEDGER.dropped, { path: '/none' }]) {
    const explanation = explain(SAMPLE_WITH_LEDGER, path);
    assertValid(renderJsonExplanation(explanation));
    assert.deepEqual(JSON.parse(renderJsonExplanation(explanation)), { schemaVersion: 1, explanation });
  }
  const incomplete = { ...SAMPLE_WITH_LEDGER, ledger: { ...LEDGER, complete: false } };
  const unread = explain(incomplete, '/none');
  assert.equal(unread.status, 'unread');
  assertValid(renderJsonExplanation(unread));
  assertValid(renderJsonRules(listRules()));
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
    { ...SAMPLE, schemaVersion: 2 },
    { ...SAMPLE, extra: 1 },
    { ...SAMPLE, warnings: undefined },
    { ...SAMPLE, trimmed: [{ ...trimmed, group: 'nope' }] },
    { ...SAMPLE, trimmed: [{ ...trimmed, bytes: -1 }] },
    { ...SAMPLE, findings: [{ kind: 'nope' }] },
    { ...SAMPLE, findings: [{ kind: 'whiteout-name', path: 'relative' }] },
    { ...SAMPLE, ledger: { kept: [{ ...LEDGER.kept[0], reasons: [] }], dropped: [] } },
    { ...SAMPLE, ledger: { kept: [], dropped: [{ ...LEDGER.dropped[0], reason: 'nope' }] } },
    { ...SAMPLE, ledger: { kept: [] } },
    { schemaVersion: 1, explanation: { status: 'unknown', asked: '/x' } },
    { ...SAMPLE, error: { code: 'FAILED', message: '', hint: null } },
    { schemaVersion: 1, error: { code: 'NOPE', message: '', hint: null } },
  ];
  for (const document of broken)
    assert.equal(validate(JSON.parse(JSON.stringify(document))), false, JSON.stringify(document).slice(0, 80));
});
