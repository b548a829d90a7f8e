import { performance } from 'node:perf_hooks';
import type { DockerClient } from '../../engine/client.ts';
import type { ContainerSpec } from '../../engine/container-spec.ts';
import { BoundedOutput } from '../../engine/transport/bounded-output.ts';
import type { OutputPiece, ProgramOutput } from '../../engine/transport/multiplexed.ts';
import { OUTPUT_LIMIT } from './output.ts';

/** How a container is made and started. */
export interface LifecycleOptions {
  readonly client: DockerClient;
  /** undefined: there is no input, as with `docker run` without `-i` */
  readonly stdin?: string | undefined;
  /** bytes that are kept of each output; default {@link OUTPUT_LIMIT} */
  readonly outputLimit?: number | undefined;
  /** puts files into the container before it starts */
  readonly prepare?: ((containerId: string) => Promise<void>) | undefined;
}

/** How a container's first process ended. */
export interface RunEnd {
  /** `timed-out`: it was killed by the time limit; `out-of-memory`: by the kernel, at the memory limit */
  readonly end: 'exited' | 'timed-out' | 'out-of-memory';
  readonly exitCode: number;
}

/** 128 and the number of SIGKILL. */
const KILLED = 137;

/**
 * The one way in which a container of a proof lives: made, attached to, started, used and removed in any case.
 * @throws StartRefusal where the program can't be started; ENGINE where the engine can't do its part; what `use` rejects
 * with; the reason of the client's signal
 */
export async function whileRunning<T>(
  spec: ContainerSpec,
  options: LifecycleOptions,
  use: (container: RunningContainer) => Promise<T>,
): Promise<T> {
  const { client, stdin, outputLimit = OUTPUT_LIMIT, prepare } = options;
  const id = await client.createContainer(spec);
  try {
    await prepare?.(id);
    using pieces = await client.attachOutput(id);
    using _input = stdin === undefined ? undefined : await client.sendInput(id, Buffer.from(stdin));
    const startedAt = performance.now();
    await client.startContainer(id);
    return await use(new RunningContainer({ id, client, pieces, outputLimit, startedAt }));
  } finally {
    await client.removeContainer(id, { force: true });
  }
}

interface Started {
  readonly id: string;
  readonly client: DockerClient;
  readonly pieces: ProgramOutput;
  readonly outputLimit: number;
  readonly startedAt: number;
}

/** A container that has been started. Its output is read from the start on. */
export class RunningContainer {
  readonly id: string;
  readonly stdout: BoundedOutput;
  readonly stderr: BoundedOutput;
  /** the exit code, once all output is there */
  readonly ended: Promise<number>;
  readonly #client: DockerClient;
  readonly #startedAt: number;
  readonly #listeners = new Set<(piece: OutputPiece) => void>();

  constructor({ id, client, pieces, outputLimit, startedAt }: Started) {
    this.id = id;
    this.#client = client;
    this.#startedAt = startedAt;
    this.stdout = new BoundedOutput(outputLimit);
    this.stderr = new BoundedOutput(outputLimit);
    this.ended = this.#readAll(pieces);
    // it may fail while nobody waits for it, as when the container is removed
    this.ended.catch(() => {});
  }

  /** seconds since the start */
  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /**
   * Waits for the end.
   * @param seconds until it is killed
   * @param stop kills it at once
   */
  async untilEnd(seconds: number, stop?: AbortSignal): Promise<RunEnd> {
    let killing: Promise<void> | undefined;
    let strike = (): void => {};
    const failed = new Promise<never>((_resolve, reject) => {
      strike = () => {
        killing ??= this.#client.killContainer(this.id).catch(reject);
      };
    });
    const timer = setTimeout(strike, seconds * 1000);
    stop?.addEventListener('abort', strike, { once: true });
    if (stop?.aborted) strike();
    try {
      const exitCode = await Promise.race([this.ended, failed]);
      return { exitCode, end: await this.#endOf(exitCode, killing !== undefined) };
    } finally {
      clearTimeout(timer);
      stop?.removeEventListener('abort', strike);
      await killing;
    }
  }

  /** Hands over each piece of output that is read from now on; the caller takes `listener` away again with what it gets. */
  listen(listener: (piece: OutputPiece) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #readAll(pieces: ProgramOutput): Promise<number> {
    for await (const piece of pieces) {
      this[piece.stream].push(piece.data);
      for (const listener of this.#listeners) listener(piece);
    }
    return await this.#client.waitContainer(this.id);
  }

  async #endOf(exitCode: number, wasStruck: boolean): Promise<RunEnd['end']> {
    if (wasStruck && exitCode === KILLED) return 'timed-out';
    if (exitCode === 0) return 'exited';
    const { oomKilled } = await this.#client.containerState(this.id);
    return oomKilled ? 'out-of-memory' : 'exited';
  }
}
