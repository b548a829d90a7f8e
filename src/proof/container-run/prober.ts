import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DockerClient } from '../../engine/client.ts';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { PROBER_SCRIPT, type ProberAnswer, type ProberQuestion } from './prober-script.ts';
import { runContainer } from './run-check.ts';
import { PROOF_LABELS } from './runnable.ts';

/** Node, with all that it needs, as `bundle.ts` makes it. */
export interface NodeBundle {
  /** the beginning of a command line */
  readonly command: readonly string[];
  /** a tar archive, to be unpacked at `/` */
  archive(): Readable;
}

/** What asks services from beside them. Dispose it: it is an image, which is removed then. */
export interface Prober extends AsyncDisposable {
  /**
   * Asks a service from a container in its network.
   * @param service the id of its container, which has to be running
   * @param stop gives up at once
   */
  ask(service: string, question: ProberQuestion, stop: AbortSignal): Promise<ProberAnswer>;
}

/** How much longer than the question's own time its container may take, in seconds. */
const GRACE = 15;

/**
 * Makes an image of node and nothing else: what the service's image says about users, variables or volumes, or does not
 * have, makes no difference then.
 */
export async function openProber(client: DockerClient, node: NodeBundle): Promise<Prober> {
  const reference = `skinnywhale-prober:${randomBytes(8).toString('hex')}`;
  const dispose = async (): Promise<void> => void (await client.removeImage(reference));
  let image: Digest;
  try {
    image = await client.importImage(node.archive(), reference);
  } catch (error) {
    // it may have been made although its answer did not come
    await dispose().catch(() => {});
    throw error;
  }
  return {
    async ask(service, question, stop) {
      const container = {
        image,
        labels: PROOF_LABELS,
        entrypoint: [...node.command, '-e', PROBER_SCRIPT, JSON.stringify(question)],
        command: [],
        network: `container:${service}`,
      } as const;
      const ran = await runContainer(container, { client, timeout: question.timeout + GRACE, stop });
      if (ran.end !== 'exited' || ran.exitCode !== 0) throw broken(ran.stderr.kept.toString('utf8'));
      return JSON.parse(ran.stdout.kept.toString('utf8')) as ProberAnswer;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function broken(said: string): SkinnywhaleError {
  const message = `the program that asks services does not run in a container: ${said.trim().slice(0, 500)}`;
  return new SkinnywhaleError('FAILED', message, {
    hint: "It is this machine's node: the engine's machine has to have the same architecture.",
  });
}
