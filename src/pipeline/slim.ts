import type { PublishedImage } from '../destination/publish.ts';
import type { StoredImage } from '../destination/sink.ts';
import { NotSetAside } from '../filesystem/spool-store.ts';
import { asSkinnywhaleError, SkinnywhaleError } from '../model/errors.ts';
import type { Phase } from '../model/events.ts';
import { packageVersion } from '../model/version.ts';
import { type ResolvedOptions, resolveOptions, type SlimOptions } from '../options.ts';
import { ledgerRows } from '../report/build-ledger.ts';
import { draftReport, finishReport } from '../report/build-report.ts';
import { renderWithLedger } from '../report/json.ts';
import { beginReport } from '../report/report-cache.ts';
import { createReportFile } from '../report/report-file.ts';
import type { SlimReport } from '../report/slim-report.ts';
import { Stopwatch } from '../report/stopwatch.ts';
import { selectRules } from '../rules/rule-set.ts';
import { NotPlainLayers } from '../subject/access/overlay/layer-files.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { Analysis } from './analysis.ts';
import { Delivery } from './delivery.ts';
import { keepReport, prepareReport } from './keep-report.ts';
import { type ProofRequest, readProofRequest } from './proof-request.ts';
import { Proving } from './proving.ts';
import { readSnapshot } from './read-snapshot.ts';
import { Repairs } from './repairs.ts';
import { inspectSubject, type Subject } from './subject.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A parent image of this many bytes is told of whole, even where only a part of it had to be looked at. */
const READ_ANYWAY = 300e6;

/**
 * Makes a small image of a container that runs the same, and gives it a name.
 *
 * All or nothing: where it rejects, no image, tag, temporary file or paused container of its making is left.
 * @throws SkinnywhaleError, see {@link ErrorCode}
 */
export async function slim(options: SlimOptions): Promise<SlimReport> {
  const resolved = resolveOptions(options);
  // A name that is no rule's is told before any request.
  selectRules(resolved.rules);
  try {
    const request = await readProofRequest(resolved);
    return await runSomehow(resolved, request);
  } catch (error) {
    throw asSkinnywhaleError(error, resolved.signal);
  }
}

/** The fastest way that works: what is found only on the way may ask for another one. */
async function runSomehow(options: ResolvedOptions, request: ProofRequest): Promise<SlimReport> {
  const way: Way = { isEarly: true };
  try {
    return await run(options, request, way);
  } catch (error) {
    options.signal.throwIfAborted();
    if (way.source === 'local' && options.source === 'auto' && isOfFolders(error)) {
      options.onEvent({ type: 'debug', message: `the container is read through the engine: ${error.message}` });
      return await runSomehow({ ...options, source: 'engine' }, request);
    }
    if (!(error instanceof NotSetAside)) throw error;
    options.onEvent({ type: 'debug', message: `the container is read again, as a whole: ${error.message}` });
    return await run(options, request, { isEarly: false });
  }
}

/** How a run goes. */
interface Way {
  /** what is settled is sent while the rest is read, if that can be done */
  readonly isEarly: boolean;
  /** where the container turned out to be read */
  source?: Snapshot['source'];
}

/** The engine's folders are not what they should be, or not what they were a moment ago. */
function isOfFolders(error: unknown): error is Error {
  if (error instanceof NotPlainLayers) return true;
  const { code = '' } = error as { code?: string };
  return error instanceof Error && !(error instanceof SkinnywhaleError) && /^E[A-Z]+$/.test(code);
}

async function run(options: ResolvedOptions, request: ProofRequest, way: Way): Promise<SlimReport> {
  const watch = new Stopwatch(options.onEvent);
  const startPhase = (phase: Phase, message: string): void => {
    options.signal.throwIfAborted();
    watch.start(phase, message);
  };
  await using reportFile = options.report === undefined ? undefined : await createReportFile(options.report);
  startPhase('inspect', 'looking at the container');
  const inspecting = inspectSubject(options);
  // The larger part of the program is read while the engine answers.
  const analysing = import('./analysis.ts');
  const subject = await inspecting;
  await using directory = await temporaryDirectory(options);
  await using proving = await Proving.open({ options, subject, request, directory: directory.path, startPhase });
  const repairs = new Repairs(proving, options);
  const accept = proving.hasChecks ? (image: StoredImage) => proving.accept(image.imageId) : undefined;
  let delivery = new Delivery({ options, subject, accept });
  try {
    startPhase('export', 'reading the container');
    const isOnePass = way.isEarly && !proving.hasChecks;
    await using snapshot = await readSnapshot({
      options,
      subject,
      directory: directory.path,
      takesLong: proving.runsSomething,
      receive: isOnePass ? delivery.receive : undefined,
    });
    way.source = snapshot.source;
    watch.bytes(snapshot.transferredBytes);
    if (isOnePass) delivery.begin(snapshot);
    await proving.learn(snapshot.tree);
    const { analyse } = await analysing;
    for (;;) {
      const needs = proving.needs;
      const analysis = await analyse({
        snapshot,
        config: subject.config,
        rules: options,
        layer: delivery.layer,
        learned: needs,
        onPhase: startPhase,
      });
      repairs.note(analysis);
      const warnings = warningsOf(options, subject, analysis);
      const isTreeRead = snapshot.isWhole || options.report !== undefined || subject.image.size <= READ_ANYWAY;
      const facts = { options, ...subject, snapshot, isTreeRead, ...analysis, warnings, sink: delivery.sink };
      const document = renderWithLedger(ledgerRows(facts));
      const keeper = { options, reportFile, document };
      let draft: SlimReport | undefined;
      const drafted = (): SlimReport => {
        draft ??= draftReport({ ...facts, version: packageVersion() });
        return draft;
      };
      const reportOn = (published?: PublishedImage): SlimReport => {
        const proof = proving.isUsed ? { items: proving.items, rounds: repairs.rounds, learned: needs.length } : null;
        return finishReport(drafted(), { published, proof, timings: watch.stop() });
      };
      await prepareReport(drafted, { ...keeper, isFinal: !proving.hasChecks });
      if (options.dryRun) return await keepReport(reportOn(), { ...keeper, cached: undefined });
      startPhase('output', 'sending the image');
      // Not in the loop itself: what esbuild makes of `await using` there fails with the first round's error ever after.
      const deliver = async (): Promise<SlimReport> => {
        const delivered = delivery.finish(analysis.plan, snapshot);
        // What can be said already is written down while the engine works.
        await using cached =
          options.reportCache === undefined ? undefined : beginReport(options.reportCache, document.ledgerFirst);
        drafted();
        const published = await delivered;
        watch.bytes(delivery.sentBytes);
        return await keepReport(reportOn(published), { ...keeper, cached });
      };
      try {
        return await deliver();
      } catch (error) {
        await repairs.learnFrom(await delivery.abandon(error), analysis, snapshot.tree);
        delivery = new Delivery({ options, subject, accept });
      }
    }
  } catch (error) {
    throw await delivery.abandon(error);
  }
}

function warningsOf(
  options: ResolvedOptions,
  { container }: Subject,
  { plan, packageData }: Analysis,
): readonly string[] {
  const warnings: string[] = [];
  if (container.mountTargets.length > 0) {
    warnings.push(`data in mounts is not part of the image: ${container.mountTargets.join(', ')}`);
  }
  if (container.running && !container.paused && !options.pause) {
    warnings.push('the container was running while it was read: files that changed meanwhile may be inconsistent');
  }
  if (plan.whiteoutNames.length > 0) {
    warnings.push(`${plan.whiteoutNames.length} files named .wh.* were left out: an image layer can't hold such names`);
  }
  warnings.push(...packageData.warnings);
  for (const message of warnings) options.onEvent({ type: 'warning', message });
  return warnings;
}
