import type { FileTree } from '../filesystem/file-tree.ts';
import { programFiles } from '../loader/program-files.ts';
import type { EventListener } from '../model/events.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { displayBytes, displayPath } from '../model/image-path.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Bundle } from '../proof/container-run/bundle.ts';
import type { Prober } from '../proof/container-run/prober.ts';
import type { Surroundings } from '../proof/container-run/surroundings.ts';
import type { LearnedPath } from '../proof/profile/learned-path.ts';
import { mergeProfiles } from '../proof/profile/profile.ts';
import type { ProfileFile } from '../proof/profile/profile-file.ts';
import type { CheckSpec } from '../proof/spec/check-spec.ts';
import type { TimedProbe } from '../proof/spec/time-limits.ts';
import { findTracer } from '../proof/trace/find-tracer.ts';
import { type Learned, traceCommand } from '../proof/trace/run-trace.ts';
import { traceProbes, traceStart } from '../proof/trace/trace-probe.ts';
import type { TraceSetting } from '../proof/trace/traced-container.ts';
import type { Runnable } from '../subject/subject.ts';

/** What is needed to find out what runs use. */
export interface LearningPlace {
  readonly options: ResolvedOptions;
  readonly config: ImageConfig;
  /** where what is learned is written down */
  readonly profileFile: ProfileFile | undefined;
  /** of this run's own */
  readonly directory: string;
  /** the subject's state, and how it is run; undefined where nothing is run in it */
  readonly original: { readonly fat: Runnable; readonly surroundings: Surroundings } | undefined;
}

/** Paths of a profile that are named where the container has them no more. */
const MOST_GONE = 5;

/** What is known to be used: from profiles, and from what is traced here. */
export class Learning {
  readonly #place: LearningPlace;
  readonly #onEvent: EventListener;
  #tracer: Promise<Bundle> | undefined;
  #learned: LearnedPath[];

  constructor(place: LearningPlace, profile: readonly LearnedPath[]) {
    this.#place = place;
    this.#onEvent = place.options.onEvent;
    this.#learned = [...profile];
  }

  /** In path order. */
  get paths(): readonly LearnedPath[] {
    return this.#learned;
  }

  add(learned: readonly LearnedPath[]): void {
    this.#learned = mergeProfiles(this.#learned, learned);
  }

  /** Says which paths of a profile are not in the tree: it was made of another state. */
  compareProfile(profile: readonly LearnedPath[], tree: FileTree): void {
    const gone = profile.filter(({ path }) => tree.resolve(path).status !== 'found');
    if (gone.length === 0) return;
    const named = gone.slice(0, MOST_GONE).map(({ path }) => displayPath(path.slice(1)));
    const more = gone.length > named.length ? ' ...' : '';
    this.#warn(`${gone.length} of ${profile.length} paths of the profile no longer exist: ${named.join(', ')}${more}`);
  }

  /** What a command uses, and what it leaves running in the background. */
  async command(spec: CheckSpec, tree: FileTree): Promise<void> {
    this.#note(spec.text, await traceCommand(spec, await this.#setting(tree)));
  }

  async probes(probes: readonly TimedProbe[], prober: () => Promise<Prober>, tree: FileTree): Promise<void> {
    if (probes.length === 0) return;
    const learned = await traceProbes(probes, prober, await this.#setting(tree));
    this.#note(probes.map(({ text }) => text).join(', '), learned);
  }

  /** What the image's own command uses in its first seconds. */
  async start(tree: FileTree): Promise<void> {
    this.#note("the image's own command", await traceStart(await this.#setting(tree)));
  }

  async writeProfile(): Promise<void> {
    await this.#place.profileFile?.write(this.#learned);
  }

  #note(text: string, { learned, unreadable, outliving }: Learned): void {
    this.add(learned);
    const during = JSON.stringify(text);
    const named = (programs: readonly string[]): string => programs.map(displayBytes).join(', ');
    if (unreadable.length > 0)
      this.#warn(`could not identify every file that ${named(unreadable)} used during ${during}`);
    if (outliving.length === 0) return;
    this.#warn(
      `${named(outliving)} still ran when ${during} had ended: what it uses is kept, what it does is not compared; let the command wait for it`,
    );
  }

  #warn(message: string): void {
    this.#onEvent({ type: 'warning', message });
  }

  async #setting(tree: FileTree): Promise<TraceSetting> {
    const { options, config, directory, original } = this.#place;
    if (original === undefined) throw new Error('there is nothing to trace in');
    const { fat, surroundings } = original;
    this.#tracer ??= findTracer({
      client: fat.client,
      resolve: programFiles,
      architecture: config.platform.architecture,
      tracer: options.tracer,
      path: options.env['PATH'] ?? '',
      directory,
    });
    const tracer = await this.#tracer;
    return { client: fat.client, image: fat.image, tree, tracer, run: config.run, surroundings };
  }
}
