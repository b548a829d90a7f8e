import type { Candidate } from '../destination/destination.ts';
import { ReadAgain } from '../filesystem/read-again.ts';
import type { Delivery } from '../layer/delivery.ts';
import { asSkinnywhaleError } from '../model/errors.ts';
import type { Phase } from '../model/events.ts';
import { resolveOptions } from '../options/resolve.ts';
import type { ResolvedOptions, SlimOptions } from '../options.ts';
import { ProfileFile } from '../proof/profile/profile-file.ts';
import { createReportFile } from '../report/report-file.ts';
import type { SlimReport } from '../report/slim-report.ts';
import { Stopwatch } from '../report/stopwatch.ts';
import { selectRules } from '../rules/rule-set.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { Unchanged } from '../subject/subject.ts';
import type { Analysis } from './analysis.ts';
import { clearUp } from './leftovers.ts';
import { openDelivery } from './open-delivery.ts';
import { openPlace } from './open-place.ts';
import { ProofFailure } from './proof-failure.ts';
import { type ProofRequest, readProofRequest } from './proof-request.ts';
import { Proving } from './proving.ts';
import { Repairs } from './repairs.ts';
import type { Run } from './run.ts';
import { RunReport } from './run-report.ts';
import { sparseWarnings } from './sparse-warnings.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { firstWay, nextWay, readRequest, type Way, withStandIn } from './way.ts';

/**
 * Makes a small image of what it is given that runs the same, and gives it a name.
 *
 * All or nothing: where it rejects, no image, tag, temporary file or paused container of its making is left.
 * @throws SkinnywhaleError, see {@link ErrorCode}
 */
export async function slim(options: SlimOptions): Promise<SlimReport> {
  const resolved = resolveOptions(options);
  // An unknown rule is reported before any request.
  selectRules(resolved.rules);
  try {
    return await slimOnce(resolved, await readProofRequest(resolved));
  } catch (error) {
    throw asSkinnywhaleError(error, resolved.signal);
  }
}

async function slimOnce(options: ResolvedOptions, request: ProofRequest): Promise<SlimReport> {
  const watch = new Stopwatch(options.onEvent);
  const startPhase = (phase: Phase, message: string): void => {
    options.signal.throwIfAborted();
    watch.start(phase, message);
  };
  await using reportFile = options.report === undefined ? undefined : await createReportFile(options.report);
  await using profileFile = options.profileOut === undefined ? undefined : await ProfileFile.open(options.profileOut);
  startPhase('inspect', 'looking it up');
  const opening = openPlace(options);
  // The larger part of the program is read while the engine answers.
  const analysing = import('./analysis.ts');
  await using place = await opening;
  await using directory = await temporaryDirectory(options);
  const { path } = directory;
  await using _clearing = options.dryRun ? undefined : clearUp(place.engine, options);
  await using proving = await Proving.open({ ...place, options, request, profileFile, directory: path, startPhase });
  const repairs = new Repairs(proving, options);
  let run: Run = { ...place, options, watch, startPhase, reportFile, directory: path, proving, repairs };
  const { analyse } = await analysing;
  for (let way = firstWay(run); ; ) {
    const outcome = await readAndMake(run, way, analyse);
    if (outcome instanceof ReadAgain) way = nextWay(way, outcome, run);
    else if ('unchanged' in outcome) run = await withStandIn(run, outcome);
    else return outcome;
  }
}

type Analyse = typeof import('./analysis.ts').analyse;

/** From the subject's files to an image with a name. What has to be read in another way, and what has no changes, is returned as such. */
async function readAndMake(run: Run, way: Way, analyse: Analyse): Promise<SlimReport | ReadAgain | Unchanged> {
  const { subject, watch } = run;
  const delivery = openDelivery(run);
  try {
    run.startPhase('export', 'reading its files');
    const reading = await delivery.guard(() => subject.read(readRequest(run, way, delivery.feed)));
    if ('unchanged' in reading) return reading;
    await using snapshot = reading;
    watch.bytes(snapshot.transferredBytes);
    for (const message of sparseWarnings(snapshot)) run.options.onEvent({ type: 'notice', message });
    if (way.isEarly) delivery.begin(snapshot);
    return await makeUntilProved(run, snapshot, delivery, analyse);
  } catch (error) {
    if (error instanceof ReadAgain) return error;
    throw error;
  }
}

/** Makes candidates until one passes its checks, each from what the one before it has taught. */
async function makeUntilProved(
  run: Run,
  snapshot: Snapshot,
  first: Delivery<Candidate>,
  analyse: Analyse,
): Promise<SlimReport> {
  const { options: rules, config, subject, proving, repairs, startPhase: onPhase } = run;
  await first.guard(() => proving.learn(snapshot.tree));
  for (let delivery = first; ; delivery = openDelivery(run)) {
    const { layer } = delivery;
    const analysis = await delivery.guard(() =>
      analyse({
        snapshot,
        config,
        environment: subject.environment ?? [],
        ranAs: subject.ranAs,
        rules,
        layer,
        learned: proving.needs,
        onPhase,
      }),
    );
    repairs.note(analysis);
    const made = await delivery.guard(() => makeOne(run, snapshot, analysis, delivery));
    if (!(made instanceof ProofFailure)) return made;
    await delivery.abandon(made);
    await repairs.learnFrom(made, analysis, snapshot.tree);
  }
}

/** A candidate, its proof, its name, and the report on it. */
async function makeOne(
  run: Run,
  snapshot: Snapshot,
  analysis: Analysis,
  delivery: Delivery<Candidate>,
): Promise<SlimReport | ProofFailure> {
  const { options, destination, proving, reference, watch } = run;
  await using report = new RunReport(run, snapshot, analysis);
  await report.prepare();
  if (options.dryRun) return await report.end(undefined);
  run.startPhase('output', 'sending the image');
  // Nothing else is to be done any more, and where this is broken off the engine must not have the end of the layer.
  destination.holdUploads();
  const [candidate] = await Promise.all([delivery.finish(analysis.plan, snapshot), report.begin()]);
  watch.bytes(delivery.sentBytes);
  await snapshot.confirm?.();
  const failure = await proving.judge(candidate, run);
  if (failure !== undefined) return failure;
  const image = await candidate.commit(reference);
  await proving.forgetFailed(run);
  return await report.end(image);
}
