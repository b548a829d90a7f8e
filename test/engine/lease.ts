import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('lease.sh', import.meta.url));
const SBIN = '/usr/local/sbin:/usr/sbin:/sbin';

export interface Lease {
  readonly process: ChildProcess;
  /** The exit code, once all of it is gone, the folder too; rejects where it could not be started. */
  readonly ended: Promise<number>;
  /** Ends it now, and resolves as `ended` does. */
  release(): Promise<number>;
}

/**
 * Starts a command that ends, with all its processes and mounts, and takes its folder along, on `release()` or else when
 * this process ends in whatever way: see lease.sh. Needs root.
 */
export function lease(options: {
  readonly folder: string;
  readonly command: readonly string[];
  /** between SIGTERM and SIGKILL */
  readonly graceSeconds: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
}): Lease {
  const child = spawn('sh', [SCRIPT, options.folder, String(options.graceSeconds), ...options.command], {
    // Its own session, so that Ctrl-C at the terminal does not reach it before the orderly end.
    detached: true,
    stdio: ['pipe', options.stdout, options.stderr],
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${SBIN}`, ...options.env },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  ended.catch(() => undefined);
  return {
    process: child,
    ended,
    release() {
      child.stdin?.destroy();
      child.ref();
      return ended;
    },
  };
}
