import { SkinnywhaleError } from '../model/errors.ts';
import type { ResolvedOptions } from '../options.ts';
import { cacheReport } from '../output/report-cache.ts';
import type { ReportFile } from '../output/report-file.ts';
import type { ReportDocument } from '../report/json.ts';
import type { SlimReport } from '../report/slim-report.ts';

/** The report's file gets its name; where there is an image, its report goes to the cache, too, which may fail. */
export async function keepReport(
  report: SlimReport,
  to: { options: ResolvedOptions; reportFile: ReportFile | undefined; document: ReportDocument },
): Promise<void> {
  const { options, reportFile, document } = to;
  const { imageId, reference } = report.result;
  try {
    await reportFile?.finish(document.head(report));
  } catch (error) {
    const made = imageId === null ? '' : `${reference} is made, but `;
    const why = (error as Error).message;
    throw new SkinnywhaleError('FAILED', `${made}its report can't be written: ${why}`, { cause: error });
  }
  if (options.reportCache === undefined || imageId === null) return;
  await cacheReport(options.reportCache, imageId, document.whole(report)).catch((error: unknown) =>
    options.onEvent({ type: 'debug', message: `the report is not kept for explain: ${error}` }),
  );
}
