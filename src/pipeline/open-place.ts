import { homedir } from 'node:os';
import type { Destination } from '../destination/destination.ts';
import { engineDestination } from '../destination/engine/engine-destination.ts';
import type { Engine } from '../engine/client.ts';
import { connect } from '../engine/connect/connect.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { packageVersion } from '../model/version.ts';
import type { ResolvedOptions } from '../options.ts';
import { resultConfig } from '../subject/result-config.ts';
import type { Subject } from '../subject/subject.ts';
import { lookUp, subjectOf } from './find-subject.ts';

/** What is slimmed, and where the result goes. */
export interface Place extends AsyncDisposable {
  readonly engine: Engine;
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
  const client = await connect({
    host: options.host,
    env: options.env,
    home: homedir(),
    signal: options.signal,
    debug: (message) => options.onEvent({ type: 'debug', message }),
  });
  const [info, found] = await Promise.all([client.engineInfo(), lookUp(client, options.subject)]);
  const engine = { client, info };
  return await placeOf(await subjectOf(found, { engine, options }), { engine, options });
}

/** The same for a subject that was found. */
export async function placeOf(
  subject: Subject,
  { options, engine }: { readonly options: ResolvedOptions; readonly engine: Engine },
): Promise<Place> {
  const { force, signal } = options;
  const destination = engineDestination({ engine, way: options.sink, identity: subject.identity, force, signal });
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
}
