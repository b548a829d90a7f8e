import type { Candidate, Destination } from '../destination/destination.ts';
import type { Engine } from '../engine/client.ts';
import type { ContainerNetwork } from '../engine/container-spec.ts';
import { useImage } from '../engine/held-image.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { programFiles } from '../loader/program-files.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { Phase } from '../model/events.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Need } from '../model/reason.ts';
import type { ResolvedOptions } from '../options.ts';
import { isOfOriginal } from '../proof/compare/failures.ts';
import { bundleProgram } from '../proof/container-run/bundle.ts';
import { BARE, networkOf, type Surroundings, surroundingsOf } from '../proof/container-run/surroundings.ts';
import type { LearnedPath } from '../proof/profile/learned-path.ts';
import type { ProfileFile } from '../proof/profile/profile-file.ts';
import type { ProofItem } from '../proof/proof-item.ts';
import { openProof, type Proof, type ProofResult } from '../proof/prove.ts';
import { machineSource } from '../proof/trace/find-tracer.ts';
import { livePaths } from '../proof/trace/live.ts';
import { nameOf, type Runnable, type Subject } from '../subject/subject.ts';
import { Learning } from './learning.ts';
import { ProofFailure } from './proof-failure.ts';
import type { ProofRequest } from './proof-request.ts';

/** What is needed to run the subject's state, and candidates. */
export interface ProvingPlace {
  readonly options: ResolvedOptions;
  readonly engine: Engine | undefined;
  readonly subject: Subject;
  readonly destination: Destination;
  /** the result's name */
  readonly reference: string;
  /** the result's configuration */
  readonly config: ImageConfig;
  readonly request: ProofRequest;
  /** where what is learned is written down */
  readonly profileFile: ProfileFile | undefined;
  /** of this run's own */
  readonly directory: string;
  readonly startPhase: (phase: Phase, message: string) => void;
}

/** Where the result goes, and under which name. */
type Named = Pick<ProvingPlace, 'destination' | 'reference'>;

/** Runs what the caller names in the subject's state and in candidates. Dispose it: it holds an image of that state. */
export class Proving implements AsyncDisposable {
  readonly #place: ProvingPlace;
  readonly #fat: Runnable | undefined;
  readonly #proof: Proof | undefined;
  readonly #learning: Learning;
  /** what the original did */
  #prepared: readonly ProofItem[] = [];
  #items: readonly ProofItem[] = [];
  #hasLearned = false;

  private constructor(place: ProvingPlace, original?: Original) {
    this.#place = place;
    this.#fat = original?.fat;
    this.#learning = new Learning({ ...place, original }, place.request.profile);
    const { config, request, options } = place;
    if (original === undefined || request.checks.length + request.probes.length === 0) return;
    const { fat, surroundings } = original;
    this.#proof = openProof({
      client: fat.client,
      fatImage: fat.image,
      run: config.run,
      checks: request.checks,
      probes: request.probes,
      timeout: options.checkTimeout,
      surroundings,
      node: async () => bundleProgram({ source: machineSource(), path: process.execPath, resolve: programFiles }),
      onStep: (message) => options.onEvent({ type: 'debug', message }),
    });
  }

  /**
   * Takes the subject's state where something is to be run in it, and runs the checks there.
   * @throws ProofFailure where that does not pass them, USAGE where nothing can be run
   */
  static async open(place: ProvingPlace): Promise<Proving> {
    const { request, subject, options, destination } = place;
    const { origin } = subject;
    if (options.live === 'open' && !(origin.kind === 'container' && origin.running)) throw notRunning(subject);
    const runsSomething =
      request.checks.length + request.probes.length + request.traces.length > 0 || options.live === 'restart';
    if (!runsSomething) return new Proving(place);
    if (subject.runnable === undefined) throw notRunnable();
    if (options.output !== undefined && request.checks.length + request.probes.length > 0) throw notInFile();
    if (options.keepFailed) await destination.checkName(failedName(place.reference));
    const network = await networkIn(place);
    place.startPhase('check', 'running the checks in the original');
    const fat = await subject.runnable();
    const proving = new Proving(place, { fat, surroundings: surroundingsIn(place, fat, network) });
    try {
      const result = await proving.#proof?.prepare();
      if (result?.passed === false) throw new ProofFailure(result);
      proving.#prepared = result?.items ?? [];
      return proving;
    } catch (error) {
      await proving[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether anything is proved or known of the container's programs. */
  get isUsed(): boolean {
    return this.runsSomething || this.learned.length > 0;
  }

  get runsSomething(): boolean {
    return this.#fat !== undefined;
  }

  /** Whether candidates are run before they get a name. */
  get hasChecks(): boolean {
    return this.#proof !== undefined;
  }

  /** What the last candidate did. */
  get items(): readonly ProofItem[] {
    return this.#items;
  }

  /** What is known so far: profiles, traces, the running container. In path order. */
  get learned(): readonly LearnedPath[] {
    return this.#learning.paths;
  }

  /** What is known so far, as the closure takes it. */
  get needs(): readonly Need[] {
    return this.learned.map(({ path, how, by }) => ({ path, reason: { kind: 'learned', use: how, program: by } }));
  }

  /**
   * Learns before anything is made: from traces that were asked for, from the running container, and from checks. Once,
   * however often the subject has to be read.
   */
  async learn(tree: FileTree): Promise<void> {
    if (this.#hasLearned) return;
    await this.#learnFirst(tree);
    this.#hasLearned = true;
  }

  async #learnFirst(tree: FileTree): Promise<void> {
    const { options, engine, subject, request, startPhase } = this.#place;
    const { live, tight } = options;
    this.#learning.compareProfile(request.profile, tree);
    const mustTrace = tight !== undefined;
    const mayTrace = mustTrace || (options.traceChecks && this.hasChecks);
    if (live !== undefined || request.traces.length > 0 || mayTrace) startPhase('learn', 'learning what is used');
    if (live === 'open' && engine !== undefined) {
      const { id } = subject.origin;
      const { pid } = await engine.client.containerState(id);
      this.#learning.add(livePaths({ containerId: id, pid, tree }));
      options.onEvent({ type: 'warning', message: OPEN_ONLY });
    }
    if (live === 'restart') await this.#learning.start(tree);
    for (const spec of request.traces) await this.#learning.command(spec, tree);
    if (mustTrace) await this.#traceAll(tree);
    else if (mayTrace) await this.#traceCheap(tree);
    await this.#learning.writeProfile();
  }

  /** @param seconds that each check took without a tracer: what goes on in the background is not waited for much longer */
  async #traceAll(tree: FileTree, seconds: readonly number[] = []): Promise<void> {
    for (const [at, spec] of this.#place.request.checks.entries()) {
      const timeout = Math.min(spec.timeout, Math.max(SHORTEST, seconds[at] ?? spec.timeout));
      await this.#learning.command({ ...spec, timeout }, tree);
    }
    if (this.#proof !== undefined) await this.#learning.probes(this.#proof.probes, this.#proof.prober, tree);
  }

  /** What passes is kept by evidence, not by luck, where that takes little time and there is a tracer. */
  async #traceCheap(tree: FileTree): Promise<void> {
    const seconds = this.#prepared.map((item) => item.seconds.fat);
    const { checks, probes } = this.#place.request;
    // one start of the service serves all of its probes
    const isCheap = [...seconds.slice(0, checks.length), probes.length > 0 ? (seconds.at(-1) ?? 0) : 0];
    try {
      if (isCheap.every((each) => each <= CHEAP)) await this.#traceAll(tree, seconds);
    } catch (error) {
      if (!isUntraceable(error)) throw error;
      this.#place.options.onEvent({ type: 'debug', message: `the checks are not traced: ${error.message}` });
    }
  }

  /** Runs the checks in a candidate. @returns how it fails, where it does; it stays under another name where that is wanted */
  async judge(candidate: Candidate, named: Named): Promise<ProofFailure | undefined> {
    const { options, startPhase } = this.#place;
    if (this.#proof === undefined) return undefined;
    startPhase('check', 'running the checks in the skinny image');
    await using _used = this.#fat && (await useImage(this.#fat.client, candidate.id));
    const result = await this.#proof.prove(candidate.id);
    this.#items = result.items;
    if (result.passed) return undefined;
    return new ProofFailure(result, { keptAs: options.keepFailed ? await keepFailed(candidate, named) : undefined });
  }

  /** Removes what an earlier run has left under the name for failed images: to be called when one has passed. */
  async forgetFailed({ destination, reference }: Named): Promise<void> {
    if (this.hasChecks) await destination.withdraw(failedName(reference));
  }

  /** Traces what failed in a candidate where it works. Gives the paths that were not known before. */
  async learnFrom({ items }: ProofResult, tree: FileTree): Promise<readonly LearnedPath[]> {
    const { request, startPhase } = this.#place;
    startPhase('learn', 'learning what the failed checks use');
    const known = new Set(this.learned.map(({ path }) => path));
    for (const [index, item] of items.entries()) {
      if (!isRepairable(item)) continue;
      const check = request.checks[index];
      if (check !== undefined) await this.#learning.command(check, tree);
    }
    const answered = items.slice(request.checks.length);
    const { probes = [], prober } = this.#proof ?? {};
    const failed = probes.filter((_, index) => answered[index] !== undefined && isRepairable(answered[index]));
    if (prober !== undefined) await this.#learning.probes(failed, prober, tree);
    await this.#learning.writeProfile();
    return this.learned.filter(({ path }) => !known.has(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#proof?.[Symbol.asyncDispose]();
    } finally {
      await this.#fat?.[Symbol.asyncDispose]();
    }
  }
}

/** The subject's state, and how it is run. */
interface Original {
  readonly fat: Runnable;
  readonly surroundings: Surroundings;
}

async function networkIn({ options, engine }: ProvingPlace): Promise<ContainerNetwork> {
  const isJoined = engine !== undefined && options.checkWith.length > 0;
  const joined = isJoined ? await networkOf(engine.client, options.checkWith) : undefined;
  return options.checkNetwork ?? joined ?? 'none';
}

/** As the container was run, with what the caller gives; that wins. */
function surroundingsIn(place: ProvingPlace, { ranAs }: Runnable, network: ContainerNetwork): Surroundings {
  const { env, volumes, limits } = place.request.surroundings;
  const own = ranAs === undefined ? BARE : surroundingsOf(ranAs.container, ranAs.image, place.config.run);
  return { ...own, env: { ...own.env, ...env }, volumes, limits, network };
}

/** Seconds that a check may take in the original to be traced although it passes. */
const CHEAP = 15;

/** Seconds that a check gets at least when it is traced by the way, before the tracer's own patience counts. */
const SHORTEST = 3;

const OPEN_ONLY =
  '--live sees what is open now: files that were read at the start and closed are not among them; --live=restart traces a new start';

/** How a tracer fails that is missing or not allowed to do its work. */
export function isUntraceable(error: unknown): error is SkinnywhaleError {
  return error instanceof SkinnywhaleError && ['USAGE', 'FAILED'].includes(error.code);
}

/** What fails in the original cannot be learned from there. */
function isRepairable({ passed, failures }: ProofItem): boolean {
  return !passed && !failures.some(isOfOriginal);
}

/** The name of an image that fails its checks and is to stay. */
function failedName(reference: string): string {
  return `${reference}-failed`;
}

/** The one that had the name before goes. */
async function keepFailed(candidate: Candidate, { destination, reference }: Named): Promise<string> {
  const name = failedName(reference);
  await destination.withdraw(name);
  await candidate.commit(name);
  return name;
}

function notRunning({ origin }: Subject): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${nameOf(origin)} is not running; --live needs a running container`, {
    hint: 'Start it first, or use --live=restart, or --trace with a command.',
  });
}

function notRunnable(): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', 'nothing can be run without an engine', {
    hint: 'Leave out --check, --check-file, --probe and --trace, or load the image into an engine first.',
  });
}

function notInFile(): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', 'an image that is written to a file can not be checked', {
    hint: 'Leave out --output, and `docker save` the image that has passed; or leave out --check, --check-file and --probe.',
  });
}
