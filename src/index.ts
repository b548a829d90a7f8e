export type { Finding } from './closure/findings.ts';
export { type ErrorCode, SkinnywhaleError } from './model/errors.ts';
export type { EventListener, Phase, SlimEvent } from './model/events.ts';
export { DEFAULT_TRIM, type SlimOptions, TRIM_GROUPS, type TrimGroup } from './options.ts';
export type { Amount, ErrorReport, Part, ReportedFinding, SlimReport } from './report/slim-report.ts';
export { slim } from './slim.ts';
