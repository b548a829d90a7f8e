import { randomBytes } from 'node:crypto';
import { selectRules } from './closure/rules/rule-set.ts';
import { NotSetAside } from './filesystem/spool-store.ts';
import { asSkinnywhaleError, SkinnywhaleError } from './model/errors.ts';
import { packageVersion } from './model/version.ts';
import { type ResolvedOptions, resolveOptions, type SlimOptions } from './options.ts';
import { archiveSink } from './output/archive-sink.ts';
import { configFile } from './output/config-file.ts';
import { layerFirstSink } from './output/layer-first-sink.ts';
import { approximateLength, layerLength, layerStream } from './output/layer-stream.ts';
import { type PublishedImage, publish } from './output/publish.ts';
import { createReportFile } from './output/report-file.ts';
import type { ImageSink } from './output/sink.ts';
import { Transfer } from './output/transfer.ts';
import type { Plan } from './plan/plan.ts';
import { ledgerRows } from './report/build-ledger.ts';
import { buildReport } from './report/build-report.ts';
import { renderWithLedger } from './report/json.ts';
import { isProblem } from './report/severity.ts';
import type { SlimReport } from './report/slim-report.ts';
import { Stopwatch } from './report/stopwatch.ts';
import { type Analysis, analyse } from './run/analysis.ts';
import { EarlyLayer } from './run/early-layer.ts';
import { keepReport } from './run/keep-report.ts';
import { readSnapshot } from './run/read-snapshot.ts';
import { inspectSubject, type Subject } from './run/subject.ts';
import { temporaryDirectory } from './run/temporary-directory.ts';
import { NotPlainLayers } from './source/overlay/layer-files.ts';
import type { ContainerSnapshot } from './source/snapshot.ts';

/** What the result adds to a report in bytes, at the most: two digests and the times of some phases. */
const ROOM_FOR_RESULT = 1024;

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
    return await runSomehow(resolved);
  } catch (error) {
    throw asSkinnywhaleError(error, resolved.signal);
  }
}

/** The fastest way that works: what is found only on the way may ask for another one. */
async function runSomehow(options: ResolvedOptions): Promise<SlimReport> {
  try {
    return await run(options, { isEarly: true });
  } catch (error) {
    if (error instanceof NotPlainLayers && options.source === 'auto') {
      options.onEvent({ type: 'debug', message: `the container is read through the engine: ${error.message}` });
      return await runSomehow({ ...options, source: 'engine' });
    }
    if (!(error instanceof NotSetAside)) throw error;
    options.onEvent({ type: 'debug', message: `the container is read again, as a whole: ${error.message}` });
    return await run({ ...options, source: 'engine' }, { isEarly: false });
  }
}

/** @param way isEarly: what is settled is sent while the rest is read, if that can be done */
async function run(options: ResolvedOptions, way: { isEarly: boolean }): Promise<SlimReport> {
  const watch = new Stopwatch(options.onEvent);
  await using reportFile = options.report === undefined ? undefined : await createReportFile(options.report);
  watch.start('inspect', 'looking at the container');
  const subject = await inspectSubject(options);
  await using directory = await temporaryDirectory(options);
  const job: Job = { options, subject, layer: new EarlyLayer(options) };
  const transfer = new Transfer((layer) => send(layer, job));
  try {
    watch.start('export', 'reading the container');
    await using snapshot = await readSnapshot({
      options,
      subject,
      directory: directory.path,
      receive: way.isEarly && canBeEarly(job) ? (source) => job.layer.receiver(source, transfer) : undefined,
    });
    watch.bytes(snapshot.transferredBytes);
    options.signal.throwIfAborted();
    const analysis = analyse({
      snapshot,
      config: subject.config,
      rules: options,
      layer: job.layer,
      learned: [],
      onPhase: (phase, message) => watch.start(phase, message),
    });
    options.signal.throwIfAborted();
    const { plan } = analysis;
    job.planned = { plan, snapshot };
    const warnings = warningsOf(options, subject, analysis);
    const isTreeRead = snapshot.isWhole || options.report !== undefined || subject.image.size <= READ_ANYWAY;
    const facts = { options, ...subject, snapshot, isTreeRead, ...analysis, warnings };
    const reportOn = (published: PublishedImage | undefined): SlimReport =>
      buildReport({ ...facts, published, timings: watch.stop(), version: packageVersion() });
    const document = renderWithLedger(ledgerRows(facts));
    if (options.strict || reportFile !== undefined) {
      const draft = reportOn(undefined);
      await reportFile?.writeTail(Buffer.byteLength(document.head(draft)) + ROOM_FOR_RESULT, document.tail);
      const unresolved = options.strict ? unresolvedError(draft) : undefined;
      if (unresolved !== undefined) await reportFile?.finish(document.head(draft));
      if (unresolved !== undefined) throw unresolved;
    }
    let published: PublishedImage | undefined;
    if (!options.dryRun) {
      watch.start('output', 'sending the image');
      published = await transfer.finish(snapshot.content.outgoing(plan.entries.slice(job.layer.sent)));
      watch.bytes(job.sentBytes ?? 0);
    }
    const report = reportOn(published);
    await keepReport(report, { options, reportFile, document });
    return report;
  } catch (error) {
    throw await transfer.abandon(error);
  }
}

/** What is needed to send an image. */
interface Job {
  readonly options: ResolvedOptions;
  readonly subject: Subject;
  readonly layer: EarlyLayer;
  /** known only when the layer may be under way already */
  planned?: { readonly plan: Plan; readonly snapshot: ContainerSnapshot };
  sentBytes?: number;
}

/** Stores and names the image whose layer `pieces` are. */
async function send(pieces: AsyncIterable<Buffer>, job: Job): Promise<PublishedImage> {
  const { options, subject } = job;
  const { client, container, config } = subject;
  let total: number | undefined;
  const onProgress = (bytes: number): void => {
    job.sentBytes = bytes;
    if (job.planned === undefined) return;
    total ??= approximateLength(job.planned.plan);
    options.onEvent({ type: 'progress', phase: 'output', bytes, total });
  };
  return await publish({
    client,
    sink: chooseSink(options, subject),
    content: {
      openLayer: () => layerStream(pieces, onProgress),
      layerLength: () => {
        if (job.planned === undefined) throw new Error('the layer has no length before it is planned');
        return layerLength(job.planned.plan, job.planned.snapshot.content);
      },
      configFor: async (layer) => configFile(config, layer, `skinnywhale ${packageVersion()} ${container.id}`),
    },
    reference: options.reference,
    containerId: container.id,
    force: options.force,
    signal: options.signal,
  });
}

/** An archive of an image begins with the layer's length, which is known only at the end. */
function canBeEarly({ options, subject }: Job): boolean {
  return !options.dryRun && !sendsArchive(options, subject);
}

function chooseSink(options: ResolvedOptions, subject: Subject): ImageSink {
  if (sendsArchive(options, subject)) return archiveSink(subject.client);
  return layerFirstSink(subject.client, `skinnywhale-carrier:${randomBytes(8).toString('hex')}`);
}

/** @throws USAGE where the engine can't do what is asked for */
function sendsArchive({ sink }: ResolvedOptions, { engine }: Subject): boolean {
  if (sink === 'load') return true;
  const isNeeded = engine.containerdStore || engine.podman;
  if (isNeeded && sink === 'import') {
    throw new SkinnywhaleError(
      'USAGE',
      'this engine takes no layer before its image: --sink import does not work here',
      {
        hint: 'Leave --sink out, or say --sink load.',
      },
    );
  }
  return isNeeded;
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
