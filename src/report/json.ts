import type { SkinnywhaleError } from '../model/errors.ts';
import { type ErrorReport, REPORT_SCHEMA_VERSION, type SlimReport } from './slim-report.ts';

/** The report as the JSON document that `report.schema.json` describes, with a newline at its end. */
export function renderJson(report: SlimReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** The document for a run that failed, so that a program that reads stdout always finds one. */
export function renderJsonError(error: SkinnywhaleError): string {
  const document: ErrorReport = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    error: { code: error.code, message: error.message, hint: error.hint ?? null },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
