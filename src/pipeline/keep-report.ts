import { ReadAgain } from '../filesystem/read-again.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { ReportDocument } from '../report/json.ts';
import type { ReportDraft } from '../report/report-cache.ts';
import type { ReportFile } from '../report/report-file.ts';
import { isProblem } from '../report/severity.ts';
import type { SlimReport } from '../report/slim-report.ts';

/** Where a run's report goes. */
export interface ReportKeeper {
  readonly options: ResolvedOptions;
  readonly reportFile: ReportFile | undefined;
  readonly document: ReportDocument;
  /** for `explain`, where such reports are kept */
  readonly cached: ReportDraft | undefined;
}

/** What the result adds to a report in bytes, at the most: two digests and the times of some phases. */
const ROOM_FOR_RESULT = 1024;

/**
 * What has to be done before an image is made: the report's file is written as far as it is known, so that it can't fail
 * for lack of space afterwards, and `--strict` is applied.
 * @param draft called where it is needed
 * @param to isFinal: nothing but the result will be added to the report
 * @throws UNRESOLVED with --strict
 */
export async function prepareReport(
  draft: () => SlimReport,
  to: Omit<ReportKeeper, 'cached'> & { readonly isFinal: boolean },
): Promise<void> {
  const { options, reportFile, document, isFinal } = to;
  if (!options.strict && (reportFile === undefined || !isFinal)) return;
  const report = draft();
  const unresolved = options.strict ? unresolvedError(report) : undefined;
  await writing('', async () => {
    if (isFinal || unresolved !== undefined) {
      await reportFile?.writeTail(Buffer.byteLength(document.head(report)) + ROOM_FOR_RESULT, document.tail);
    }
    if (unresolved !== undefined) await reportFile?.finish(document.head(report));
  });
  if (unresolved !== undefined) throw unresolved;
}

/** The report's file gets its name; where there is an image, its report goes to the cache, too, which may fail. */
export async function keepReport(
  report: SlimReport,
  { options, reportFile, document, cached }: ReportKeeper,
): Promise<SlimReport> {
  const { imageId, reference } = report.result;
  const head = document.head(report);
  await writing(imageId === null ? '' : `${reference} is made, but `, async () => {
    if (reportFile?.isBegun === false) await reportFile.writeTail(Buffer.byteLength(head), document.tail);
    await reportFile?.finish(head);
  });
  if (imageId === null) return report;
  await cached
    ?.finish(imageId, document.rest(report))
    .catch((error: unknown) =>
      options.onEvent({ type: 'debug', message: `the report is not kept for explain: ${error}` }),
    );
  return report;
}

/** Writes to the report's file, whose disk is not that of the temporary files. */
async function writing(made: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    // The tree has to be read in another way: nothing is wrong with the file. What is made stays.
    if (error instanceof ReadAgain && made === '') throw error;
    const why = (error as Error).message;
    throw new SkinnywhaleError('FAILED', `${made}its report can't be written: ${why}`, { cause: error });
  }
}

/** `--strict`: what was not found fails the run, before anything is sent. */
function unresolvedError(report: SlimReport): SkinnywhaleError | undefined {
  const kinds = ['unresolved-library', 'unresolved-interpreter', 'unresolved-command', 'blocked-library'];
  const unresolved = report.findings.filter((finding) => kinds.includes(finding.kind) && isProblem(finding));
  if (unresolved.length === 0) return undefined;
  const names = unresolved.flatMap((finding) => ('name' in finding ? [finding.name] : []));
  const shown = names.slice(0, 10).join(', ');
  return new SkinnywhaleError(
    'UNRESOLVED',
    `${names.length} dependencies are unresolved: ${shown}${names.length > 10 ? ', ...' : ''}`,
    { hint: 'Install what is missing, leave out with --exclude what asks for it, or run without --strict.' },
  );
}
