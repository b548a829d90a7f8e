import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Outcome } from './docker-cli.ts';

const ENTRY = fileURLToPath(new URL('cli-entry.ts', import.meta.url));

/** Runs the command line of this checkout's sources, as `skinnywhale ARGS --host HOST` does; never rejects. */
export async function skinnywhale(
  args: readonly string[],
  options: {
    readonly host?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** sends SIGINT, as Ctrl-C does */
    readonly interrupt?: AbortSignal;
  } = {},
): Promise<Outcome> {
  const all = options.host === undefined ? args : [...args, '--host', options.host];
  const child = execa(process.execPath, ['--import', import.meta.resolve('tsx'), ENTRY, ...all], {
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    env: { SKINNYWHALE_CACHE: 'off', ...options.env },
  });
  options.interrupt?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
  const result = await child;
  return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr };
}
