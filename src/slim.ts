import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeClosure } from './closure/closure.ts';
import { selectSeeds } from './closure/roots/selection.ts';
import { selectRules } from './closure/rules/rule-set.ts';
import type { ContainerInfo, DockerClient, EngineInfo, ImageInfo } from './docker/client.ts';
import { connect } from './docker/connect.ts';
import { asSkinnywhaleError, SkinnywhaleError } from './model/errors.ts';
import type { ImageConfig } from './model/image-config.ts';
import { packageVersion } from './model/version.ts';
import { type ResolvedOptions, resolveOptions, type SlimOptions } from './options.ts';
import { archiveSink } from './output/archive-sink.ts';
import { configFile } from './output/config-file.ts';
import { layerFirstSink } from './output/layer-first-sink.ts';
import { approximateLength, layerLength, layerStream } from './output/layer-stream.ts';
import { checkTag, type PublishedImage, publish } from './output/publish.ts';
import { cacheReport } from './output/report-cache.ts';
import { createReportFile, type ReportFile } from './output/report-file.ts';
import type { ImageSink } from './output/sink.ts';
import { readPackages } from './packages/read-packages.ts';
import { checkPlan } from './plan/check-plan.ts';
import { makePlan, type Plan } from './plan/plan.ts';
import { ledgerRows } from './report/build-ledger.ts';
import { buildReport } from './report/build-report.ts';
import { type ReportDocument, renderWithLedger } from './report/json.ts';
import { isProblem } from './report/severity.ts';
import type { SlimReport } from './report/slim-report.ts';
import { Stopwatch } from './report/stopwatch.ts';
import { readContainer } from './source/engine-source.ts';
import { resultConfig } from './source/image-config.ts';
import type { ContainerSnapshot } from './source/snapshot.ts';

/** What the result adds to a report in bytes, at the most: two digests and the times of some phases. */
const ROOM_FOR_RESULT = 1024;

/** What is known of the container before its files are read. */
interface Subject {
  readonly client: DockerClient;
  readonly engine: EngineInfo;
  readonly container: ContainerInfo;
  readonly image: ImageInfo;
  readonly config: ImageConfig;
}

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
    return await run(resolved);
  } catch (error) {
    throw asSkinnywhaleError(error, resolved.signal);
  }
}

async function run(options: ResolvedOptions): Promise<SlimReport> {
  const watch = new Stopwatch(options.onEvent);
  await using reportFile = options.report === undefined ? undefined : await createReportFile(options.report);
  watch.start('inspect', 'looking at the container');
  const subject = await inspect(options);
  await using directory = await temporaryDirectory(options);
  watch.start('export', 'reading the container');
  const { client, container } = subject;
  await using snapshot = await readContainer({
    client,
    container,
    pause: options.pause,
    directory: directory.path,
    onEvent: options.onEvent,
  });
  watch.bytes(snapshot.transferredBytes);
  options.signal.throwIfAborted();
  watch.start('closure', 'working out what is needed');
  const selection = selectSeeds(snapshot.tree, snapshot.changed, options);
  const { run, platform } = subject.config;
  const view = { tree: selection.tree, content: snapshot.content, run, platform };
  const closure = computeClosure(view, selection.seeds, options);
  options.signal.throwIfAborted();
  watch.start('plan', 'checking the plan');
  const plan = makePlan(new Set(closure.kept.keys()), snapshot);
  checkPlan(plan);
  const warnings = warningsOf(options, subject, plan);
  const packages = readPackages(snapshot);
  const facts = { options, ...subject, snapshot, selection, closure, plan, packages, warnings };
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
  const published = options.dryRun ? undefined : await output(subject, { plan, snapshot, options, watch });
  const report = reportOn(published);
  await keepReport(report, { options, reportFile, document });
  return report;
}

/** The report's file gets its name; where there is an image, its report goes to the cache, too, which may fail. */
async function keepReport(
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

/** One look at the container and its image; from here on only ids and digests are used. */
async function inspect(options: ResolvedOptions): Promise<Subject> {
  const client = await connect({ host: options.host, env: options.env, home: homedir(), signal: options.signal });
  const [engine, container] = await Promise.all([client.engineInfo(), client.inspectContainer(options.container)]);
  const image = await client.inspectImage(container.image);
  if (image === undefined) {
    throw new SkinnywhaleError('FAILED', `the image of ${container.name} (${container.image}) is gone`, {
      hint: 'Without it there is nothing to compare the container with. `docker commit` still works.',
    });
  }
  const config = resultConfig(container, image, {
    config: options.config,
    change: options.change,
    sourceDateEpoch: options.env['SOURCE_DATE_EPOCH'],
    version: packageVersion(),
  });
  const { reference, force } = options;
  if (!options.dryRun) await checkTag({ client, reference, force, containerId: container.id });
  return { client, engine, container, image, config };
}

async function output(
  subject: Subject,
  stage: { plan: Plan; snapshot: ContainerSnapshot; options: ResolvedOptions; watch: Stopwatch },
): Promise<PublishedImage> {
  const { client, container, config } = subject;
  const { plan, snapshot, options, watch } = stage;
  watch.start('output', 'sending the image');
  const total = approximateLength(plan);
  let sent = 0;
  const published = await publish({
    client,
    sink: chooseSink(subject),
    content: {
      openLayer: () =>
        layerStream(snapshot.content.outgoing(plan.entries), (bytes) => {
          sent = bytes;
          options.onEvent({ type: 'progress', phase: 'output', bytes, total });
        }),
      layerLength: () => layerLength(plan, snapshot.content),
      configFor: async (layer) => configFile(config, layer, `skinnywhale ${packageVersion()} ${container.id}`),
    },
    reference: options.reference,
    containerId: container.id,
    force: options.force,
    signal: options.signal,
  });
  watch.bytes(sent);
  return published;
}

function chooseSink({ client, engine }: Subject): ImageSink {
  if (engine.containerdStore || engine.podman) return archiveSink(client);
  return layerFirstSink(client, `skinnywhale-carrier:${randomBytes(8).toString('hex')}`);
}

function warningsOf(options: ResolvedOptions, { container }: Subject, plan: Plan): string[] {
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

/** A folder of this run's own, which nobody else can read; gone at the end unless the caller wants to look at it. */
async function temporaryDirectory(options: ResolvedOptions): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(options.tempDir ?? tmpdir(), 'skinnywhale-'));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      if (options.keepTemp) options.onEvent({ type: 'warning', message: `temporary files are kept in ${path}` });
      else await rm(path, { recursive: true, force: true });
    },
  };
}
