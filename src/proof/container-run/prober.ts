import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DockerClient } from '../../engine/client.ts';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { whileRunning } from './lifecycle.ts';
import { LONGEST_ANSWER, PROBER_SCRIPT, type ProberAnswer, type ProberQuestion } from './prober-script.ts';
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
   * Asks a service from a container in its network, one question after the other.
   * @param service the id of its container, which has to be running
   * @param stop gives up at once: there are fewer answers than questions then
   */
  ask(service: string, questions: readonly ProberQuestion[], stop: AbortSignal): Promise<readonly ProberAnswer[]>;
}

/** How much longer than the questions' own time its container may take, in seconds. */
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
    async ask(service, questions, stop) {
      const container = {
        image,
        labels: PROOF_LABELS,
        entrypoint: [...node.command, '-e', PROBER_SCRIPT],
        command: [],
        network: `container:${service}`,
        stdin: true,
      } as const;
      const seconds = questions.reduce((sum, { timeout }) => sum + timeout, GRACE);
      const outputLimit = questions.length * LONGEST_ANSWER;
      const options = { client, outputLimit, stdin: JSON.stringify(questions) };
      return await whileRunning(container, options, async (running) => {
        const { end, exitCode } = await running.untilEnd(seconds, stop);
        if (!stop.aborted && end === 'timed-out') throw broken(`it did not end within ${seconds} s`);
        if (!stop.aborted && exitCode !== 0) throw broken(running.stderr.kept.toString('utf8'));
        return answersIn(running.stdout.kept.toString('utf8'));
      });
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** A last line without its end is that of a program that was stopped. */
function answersIn(text: string): ProberAnswer[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ProberAnswer);
}

function broken(said: string): SkinnywhaleError {
  const message = `the probe helper (Node.js) could not run in a container: ${said.trim().slice(0, 500)}`;
  return new SkinnywhaleError('FAILED', message, {
    hint: "It is this machine's Node.js: the engine's machine has to have the same architecture.",
  });
}
