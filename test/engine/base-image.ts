import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DockerCli } from './docker-cli.ts';
import { lease } from './lease.ts';
import { installMissing } from './packages.ts';

/** The parent of all test images, under a name that no registry has. */
const BASE_IMAGE = 'skinnywhale-test/debian:bookworm';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * A minimal Debian 12 in the engine, as `debian:bookworm` is: made with mmdebstrap, once in an engine's life.
 *
 * @returns its reference
 */
export async function baseImage(
  docker: DockerCli,
  options: { readonly log: (line: string) => void; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  if ((await docker.imageSize(BASE_IMAGE)) !== undefined) return BASE_IMAGE;
  await installMissing({ mmdebstrap: 'mmdebstrap', [KEYRING]: 'debian-archive-keyring' }, options);
  options.log(`making ${BASE_IMAGE} with mmdebstrap`);
  const id = await bootstrap(docker, options.signal);
  await docker.docker(['tag', id, BASE_IMAGE]);
  return BASE_IMAGE;
}

/** Imports what mmdebstrap makes; the id of the image, without a tag: half an archive can be imported as well. */
async function bootstrap(docker: DockerCli, signal: AbortSignal | undefined): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-base-'));
  chmodSync(folder, 0o755); // apt downloads as a user of its own
  const making = lease({
    folder,
    command: ['mmdebstrap', '--quiet', '--variant=minbase', '--format=tar', `--keyring=${KEYRING}`, 'bookworm', '-'],
    graceSeconds: 0,
    // The image is to be the same whatever the caller's shell is like.
    env: { LC_ALL: 'C.UTF-8', TZ: 'UTC', TMPDIR: folder },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const { stdout, stderr } = making.process;
  if (stdout === null || stderr === null) throw new Error('pipes were asked for');
  const interrupt = (): void => void making.release();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const messages = text(stderr);
    const imported = await docker.attempt(['import', '--change', 'CMD ["bash"]', '-'], { stdin: stdout });
    const exitCode = await (imported.exitCode === 0 ? making.ended : making.release());
    signal?.throwIfAborted();
    if (exitCode !== 0) throw new Error(`mmdebstrap failed:\n${await messages}`);
    if (imported.exitCode !== 0) throw new Error(`docker import failed: ${imported.stderr}`);
    return imported.stdout.trim();
  } finally {
    signal?.removeEventListener('abort', interrupt);
    await making.release();
  }
}
