import type { StoredImage } from '../destination/destination.ts';
import { variable } from '../model/image-config.ts';
import { displayPath, displayText } from '../model/image-path.ts';
import { packageVersion } from '../model/version.ts';
import { ledgerRows } from '../report/build-ledger.ts';
import { draftReport, finishReport } from '../report/build-report.ts';
import { renderWithLedger } from '../report/json.ts';
import { beginReport, type ReportDraft } from '../report/report-cache.ts';
import { formatBytes, formatCount } from '../report/sizes.ts';
import type { SlimReport } from '../report/slim-report.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { Analysis } from './analysis.ts';
import { keepReport, prepareReport, type ReportKeeper } from './keep-report.ts';
import type { Run } from './run.ts';

/** Bases up to this size are listed in full, even where only a part had to be read. */
const READ_ANYWAY = 300e6;

/** The report on one candidate: begun before it is made, ended when it has its name. Dispose of it in any case. */
export class RunReport implements AsyncDisposable {
  readonly #run: Run;
  readonly #keeper: Omit<ReportKeeper, 'cached'>;
  readonly #draft: () => SlimReport;
  /** what was known when it was planned */
  readonly #learned: number;
  #cached: ReportDraft | undefined;

  constructor(run: Run, snapshot: Snapshot, analysis: Analysis) {
    const { options, subject, engine, destination, reference, config } = run;
    const warnings = warningsOf(run, analysis);
    const isTreeRead = snapshot.isWhole || options.report !== undefined || subject.size <= READ_ANYWAY;
    const facts = { options, subject, engine, reference, config, snapshot, isTreeRead, ...analysis, warnings };
    this.#run = run;
    this.#learned = run.proving.needs.length;
    this.#keeper = { options, reportFile: run.reportFile, document: renderWithLedger(ledgerRows(facts)) };
    let draft: SlimReport | undefined;
    this.#draft = () => {
      draft ??= draftReport({ ...facts, sink: destination.way, version: packageVersion() });
      return draft;
    };
  }

  /** What has to be done before an image is made. @throws UNRESOLVED with --strict */
  async prepare(): Promise<void> {
    await prepareReport(this.#draft, { ...this.#keeper, isFinal: !this.#run.proving.hasChecks });
  }

  /** Writes down what can be said already; to be called when the engine has something to do. */
  async begin(): Promise<void> {
    const { reportCache } = this.#run.options;
    if (reportCache !== undefined) this.#cached = beginReport(reportCache, this.#keeper.document.ledgerFirst);
    this.#draft();
  }

  /** @param image undefined where none was to be made */
  async end(image: StoredImage | undefined): Promise<SlimReport> {
    const { proving, repairs, watch } = this.#run;
    const proof = proving.isUsed ? { items: proving.items, rounds: repairs.rounds, learned: this.#learned } : null;
    const report = finishReport(this.#draft(), { published: image, proof, timings: watch.stop() });
    return await keepReport(report, { ...this.#keeper, cached: this.#cached });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cached?.[Symbol.asyncDispose]();
  }
}

function warningsOf({ options, subject, standIn }: Run, analysis: Analysis): readonly string[] {
  const { plan, packageData } = analysis;
  const warnings: string[] = [];
  const { origin, mounts, environment = [] } = subject;
  if (mounts.length > 0) warnings.push(`data in mounts is not part of the image: ${mounts.join(', ')}`);
  if (options.config === 'container' && environment.length > 0) {
    const names = environment.map((entry) => displayText(variable(entry)[0])).join(', ');
    warnings.push(
      `variables that the container was started with are written into the image: ${names}; none may be a secret`,
    );
  }
  if (origin.kind === 'container' && origin.running && !origin.paused && !options.pause) {
    warnings.push('the container was running while it was read: files that changed meanwhile may be inconsistent');
  }
  if (plan.whiteoutNames.length > 0) {
    warnings.push(`${plan.whiteoutNames.length} files named .wh.* were left out: an image layer can't hold such names`);
  }
  warnings.push(...packageData.warnings, ...tightWarnings(analysis));
  for (const message of warnings) options.onEvent({ type: 'warning', message });
  // That was said when it was found out.
  return standIn === undefined ? warnings : [standIn, ...warnings];
}

/** Less is not worth a note, in bytes. */
const MUCH = 100e6;

/** What `--tight` has dropped of the user's, or what it would save. */
function tightWarnings({ ownLeftOut, idleBytes }: Analysis): string[] {
  if (ownLeftOut !== undefined) {
    const { files, bytes, first } = ownLeftOut;
    if (files === 0) return [OBSERVED];
    const more = files > first.length ? ' ...' : '';
    const what = `${formatCount(files, 'file')} of your own (${formatBytes(bytes)}) that no check, trace or profile used`;
    return [`${OBSERVED}; it dropped ${what}: ${first.map(displayPath).join(', ')}${more}; --tight keeps them`];
  }
  const idle = idleBytes();
  if (idle < MUCH) return [];
  return [
    `${formatBytes(idle)} of the packages that you installed are kept although nothing is known to use them; --tight with a --check or --probe leaves such files out`,
  ];
}

const OBSERVED = 'the image is as complete as the checks that --tight=observed was given';
