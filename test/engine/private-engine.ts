import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Lease, lease } from './lease.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_S = 15;
/** sun_path in unix(7) is 108 bytes; the longest name below the folder is `exec/containerd/containerd.sock.ttrpc`. */
const LONGEST_FOLDER = 108 - 1 - '/exec/containerd/containerd.sock.ttrpc'.length;

export interface PrivateEngine extends AsyncDisposable {
  /** `unix:///tmp/sw-XXXXXX/docker.sock` */
  readonly host: string;
}

/** Which engine is started, and how. */
export interface PrivateEngineOptions {
  /** for people: `dockerd` */
  readonly name: string;
  /** starts it in the foreground, with every file in `folder` and its socket at `docker.sock` there */
  readonly command: (folder: string) => readonly string[];
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts an engine whose every file is in one new temporary folder. It ends, and the folder goes, on disposal, or else
 * when this process ends.
 *
 * @throws Error with the end of the engine's log where it does not answer in time
 */
export async function startPrivateEngine(options: PrivateEngineOptions): Promise<PrivateEngine> {
  const { name } = options;
  const folder = temporaryFolder();
  const host = `unix://${folder}/docker.sock`;
  options.log(`starting a private ${name} in ${folder}; it is stopped and removed at the end`);
  // Kept open for reading: the folder may be gone when the log is wanted.
  const log = openSync(join(folder, 'log'), 'a+', 0o600);
  const daemon = lease({
    folder,
    command: options.command(folder),
    graceSeconds: STOP_GRACE_S,
    stdout: log,
    stderr: log,
  });
  daemon.process.unref();
  try {
    await untilItAnswers(host, daemon, options.signal);
  } catch (error) {
    const tail = lastLines(log, 15);
    await daemon.release().finally(() => closeSync(log));
    options.signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the private ${name} did not start: ${reason}\n${tail}`, { cause: error });
  }
  return {
    host,
    async [Symbol.asyncDispose]() {
      options.log(`stopping the private ${name} and removing ${folder}`);
      await daemon.release().finally(() => closeSync(log));
    },
  };
}

function temporaryFolder(): string {
  const parent = tmpdir().length + '/sw-XXXXXX'.length <= LONGEST_FOLDER ? tmpdir() : '/tmp';
  return mkdtempSync(join(parent, 'sw-'));
}

async function untilItAnswers(host: string, daemon: Lease, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const { exitCode } = daemon.process;
    if (exitCode !== null) throw new Error(`it exited with ${exitCode}`);
    const answer = await execa('docker', ['--host', host, 'version'], { reject: false, timeout: 5000 });
    if (answer.exitCode === 0) return;
    if (answer.code === 'ENOENT') throw new Error('there is no docker command');
    await sleep(200);
  }
  throw new Error(`no answer within ${START_TIMEOUT_MS / 1000} s`);
}

function lastLines(file: number, count: number): string {
  // By way of /proc, from the start: the descriptor's own position is at the end.
  const text = readFileSync(`/proc/self/fd/${file}`, 'latin1');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
