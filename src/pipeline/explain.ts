import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SkinnywhaleError } from '../model/errors.ts';
import { LABEL } from '../model/labels.ts';
import type { ReportWithLedger } from '../report/explain.ts';
import { cachedReport } from '../report/report-cache.ts';
import { REPORT_SCHEMA_VERSION, type SlimReport } from '../report/slim-report.ts';

export { explain } from '../report/explain.ts';

/** Where a report is looked for. */
export interface FindReportOptions {
  /** a report file, or an image of ours: name, id or id prefix. What is a file is taken as one */
  readonly subject: string;
  /** the folder given to `slim()` as `reportCache`; without it only files are found */
  readonly reportCache?: string | undefined;
  /** as in `SlimOptions` */
  readonly host?: string | undefined;
  /** as in `SlimOptions` */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The report of a run with its ledger: from a file, or from the cache for an image that the engine has.
 * @throws NO_REPORT, and for an image what an engine may answer
 */
export async function findReport(options: FindReportOptions): Promise<ReportWithLedger> {
  const { subject } = options;
  if (await isFile(subject)) return readReport(subject);
  // Not needed for a file, and slow to load.
  const { connect } = await import('../engine/connect/connect.ts');
  const signal = options.signal ?? new AbortController().signal;
  const env = options.env ?? process.env;
  const client = await connect({ host: options.host, env, home: homedir(), signal });
  const image = await client.inspectImage(subject);
  if (image === undefined) {
    throw new SkinnywhaleError('NO_REPORT', `there is neither a file nor an image ${subject}`, {
      hint: 'Give a file that --report wrote, or the name of an image that skinnywhale made.',
    });
  }
  const container = image.config.Labels?.[LABEL.container];
  if (container === undefined) {
    throw new SkinnywhaleError('NO_REPORT', `${subject} was not made by skinnywhale`, {
      hint: 'Images of its making carry the label io.skinnywhale.container.',
    });
  }
  const path = options.reportCache === undefined ? undefined : cachedReport(options.reportCache, image.id);
  if (path !== undefined && (await isFile(path))) return readReport(path);
  throw new SkinnywhaleError('NO_REPORT', `there is no report of ${subject} here`, {
    hint:
      'Reports are kept only for the last 20 images built on this machine. Make a new one: ' +
      `skinnywhale --dry-run --report FILE ${container.slice(0, 12)}`,
  });
}

/** Reads a file that `--report` wrote, gzipped or not. @throws NO_REPORT where it is not one */
export async function readReport(path: string): Promise<ReportWithLedger> {
  let report: Partial<SlimReport> | null;
  try {
    const bytes = await readFile(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    report = JSON.parse(
      (isGzip ? await promisify(gunzip)(bytes) : bytes).toString('utf8'),
    ) as Partial<SlimReport> | null;
  } catch (error) {
    throw notAReport(path, (error as Error).message, error);
  }
  if (report?.schemaVersion !== REPORT_SCHEMA_VERSION || report.tool?.name !== 'skinnywhale')
    throw notAReport(path, 'it is something else, or of another version of skinnywhale');
  const { ledger } = report;
  if (!Array.isArray(ledger?.kept) || !Array.isArray(ledger.dropped))
    throw notAReport(path, 'it has no ledger of paths; --report writes one, --json does not');
  return report as ReportWithLedger;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function notAReport(path: string, why: string, cause?: unknown): SkinnywhaleError {
  return new SkinnywhaleError('NO_REPORT', `${path} can't be read as a report: ${why}`, {
    hint: 'Give a file that --report wrote.',
    cause,
  });
}
