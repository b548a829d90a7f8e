import type { SkinnywhaleError } from '../model/errors.ts';
import type { LedgerRows } from './build-ledger.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Explanation } from './explanation.ts';
import type { RuleSummary } from './rules-text.ts';
import { type ErrorReport, REPORT_SCHEMA_VERSION, type SlimReport } from './slim-report.ts';

/** The report as the JSON document that `report.schema.json` describes, with a newline at its end. */
export function renderJson(report: SlimReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** See {@link renderWithLedger}. */
export interface ReportDocument {
  head(report: SlimReport): string;
  readonly tail: Iterable<string>;
  /** the same document the other way round: first the ledger, then what is known only at the end */
  readonly ledgerFirst: Iterable<string>;
  rest(report: SlimReport): string;
}

/**
 * A report with its ledger, as two texts that make one document: the summary, whose last facts are known only at the
 * end of a run, and the ledger, one line for each path. Spaces may stand between the two.
 */
export function renderWithLedger(ledger: LedgerRows): ReportDocument {
  const head = (report: SlimReport): string => `${renderJson(report).slice(0, -'\n}\n'.length)},`;
  return {
    head,
    tail: { [Symbol.iterator]: () => tail(ledger) },
    ledgerFirst: { [Symbol.iterator]: () => ledgerFirst(ledger) },
    rest: (report) => `,${renderJson(report).slice(1)}`,
  };
}

function* tail(ledger: LedgerRows): Generator<string> {
  yield* ledgerMember(ledger);
  yield '\n}\n';
}

function* ledgerFirst(ledger: LedgerRows): Generator<string> {
  yield '{';
  yield* ledgerMember(ledger);
}

function* ledgerMember({ complete, kept, dropped }: LedgerRows): Generator<string> {
  yield `\n  "ledger": {\n    "complete": ${complete},\n    "kept": [`;
  yield* rows(kept);
  yield '],\n    "dropped": [';
  yield* rows(dropped);
  yield ']\n  }';
}

function* rows(entries: Iterable<object>): Generator<string> {
  let before = '\n';
  for (const entry of entries) {
    yield before + JSON.stringify(entry);
    before = ',\n';
  }
}

/** The document for a run that failed, so that a program that reads stdout always finds one. */
export function renderJsonError(error: SkinnywhaleError): string {
  const document: ErrorReport = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    error: { code: error.code, message: error.message, hint: error.hint ?? null },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The document that `explain --json` writes. */
export function renderJsonExplanation(explanation: Explanation): string {
  return `${JSON.stringify({ schemaVersion: REPORT_SCHEMA_VERSION, explanation }, undefined, 2)}\n`;
}

/** The document that `rules --json` writes. */
export function renderJsonRules(rules: readonly RuleSummary[]): string {
  return `${JSON.stringify({ schemaVersion: REPORT_SCHEMA_VERSION, rules }, undefined, 2)}\n`;
}

/** The document that `doctor --json` writes. */
export function renderJsonDiagnosis(doctor: Diagnosis): string {
  return `${JSON.stringify({ schemaVersion: REPORT_SCHEMA_VERSION, doctor }, undefined, 2)}\n`;
}
