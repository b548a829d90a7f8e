export { type ErrorCode, SkinnywhaleError } from './model/errors.ts';
export type { EventListener, Phase, SlimEvent } from './model/events.ts';
export type { Finding } from './model/finding.ts';
export { DEFAULT_TRIM, type SlimOptions, TRIM_GROUPS, type TrimGroup } from './options.ts';
export { explain, type FindReportOptions, findReport, readReport } from './pipeline/explain.ts';
export { listRules } from './pipeline/rules.ts';
export { slim } from './pipeline/slim.ts';
export type { ReportWithLedger } from './report/explain.ts';
export type {
  ChainLink,
  DroppedExplanation,
  Explanation,
  KeptExplanation,
  LinkEnd,
  Remedy,
  UnknownExplanation,
} from './report/explanation.ts';
export type { DeclinedRule, DroppedEntry, DropReason, KeptEntry, Ledger, LedgerEntry } from './report/ledger.ts';
export { wordReason } from './report/reason-wording.ts';
export type { ReportedReason } from './report/reported-reason.ts';
export type { RuleSummary } from './report/rules-text.ts';
export type {
  Amount,
  ErrorReport,
  Part,
  ReportedBase,
  ReportedFinding,
  ReportedPackage,
  ReportedSubject,
  SlimReport,
} from './report/slim-report.ts';
