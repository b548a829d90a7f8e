import { homedir } from 'node:os';
import type { Destination } from '../destination/destination.ts';
import { archiveDestination } from '../destination/docker-archive/archive-destination.ts';
import { engineDestination } from '../destination/engine/engine-destination.ts';
import type { DockerClient, Engine } from '../engine/client.ts';
import { connect } from '../engine/connect/connect.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { packageVersion } from '../model/version.ts';
import type { ResolvedOptions } from '../options.ts';
import { openArchiveSubject } from '../subject/archive/archive-subject.ts';
import { resultConfig } from '../subject/result-config.ts';
import type { Subject } from '../subject/subject.ts';
import { lookUp, subjectOf } from './find-subject.ts';

/** What is slimmed, and where the result goes. */
export interface Place extends AsyncDisposable {
  /** undefined where neither needs one */
  readonly engine: Engine | undefined;
  readonly subject: Subject;
  readonly destination: Destination;
  /** the result's name */
  readonly reference: string;
  /** the result's configuration */
  readonly config: ImageConfig;
}

/**
 * One look at what is to be slimmed; from here on only ids and digests are used.
 * @throws TAG_TAKEN where the result's name belongs to something else
 */
export async function openPlace(options: ResolvedOptions): Promise<Place> {
  const { subject: name, base, output, signal } = options;
  if (name.kind === 'docker-archive') {
    const { file, reference } = name;
    const subject = await openArchiveSubject({ file, reference, base, signal });
    return await placeOf(subject, { engine: output === undefined ? await openEngine(options) : undefined, options });
  }
  const client = await connectTo(options);
  const [info, found] = await Promise.all([client.engineInfo(), lookUp(client, name)]);
  const engine = { client, info };
  return await placeOf(await subjectOf(found, { engine, options }), { engine, options });
}

/** The same for a subject that was found, and is disposed of with its place. */
export async function placeOf(
  subject: Subject,
  { options, engine }: { readonly options: ResolvedOptions; readonly engine: Engine | undefined },
): Promise<Place> {
  try {
    const destination = openDestination(subject, { options, engine });
    const reference = options.tag ?? subject.defaultReference;
    if (!options.dryRun) await destination.checkName(reference);
    const config = resultConfig(subject, {
      change: options.change,
      sourceDateEpoch: options.env['SOURCE_DATE_EPOCH'],
      version: packageVersion(),
    });
    return {
      engine,
      subject,
      destination,
      reference,
      config,
      [Symbol.asyncDispose]: async () => await subject[Symbol.asyncDispose](),
    };
  } catch (error) {
    await subject[Symbol.asyncDispose]();
    throw error;
  }
}

function openDestination(
  { identity }: Subject,
  { options, engine }: { readonly options: ResolvedOptions; readonly engine: Engine | undefined },
): Destination {
  const { output, force, signal } = options;
  if (output !== undefined) return archiveDestination({ file: output.file, signal });
  if (engine === undefined) throw new Error('there is neither a file nor an engine for the result');
  return engineDestination({ engine, way: options.sink, identity, force, signal });
}

async function openEngine(options: ResolvedOptions): Promise<Engine> {
  const client = await connectTo(options);
  return { client, info: await client.engineInfo() };
}

async function connectTo(options: ResolvedOptions): Promise<DockerClient> {
  return await connect({
    host: options.host,
    env: options.env,
    home: homedir(),
    signal: options.signal,
    debug: (message) => options.onEvent({ type: 'debug', message }),
  });
}
