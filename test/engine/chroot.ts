import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { lease } from './lease.ts';
import { installMissing } from './packages.ts';

/** A Debian system to be had: a suite, and what is installed in it besides the essential packages. */
export interface ChrootRecipe {
  /** `trixie`, `sid` */
  readonly suite: string;
  readonly packages: readonly string[];
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What nobody reads here, a fifth of it all. */
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** $1: what is made; $2: where it is made first; the rest makes it. Whoever comes second waits, and finds it made. */
const MAKE_ONCE = `
target=$1 making=$2
shift 2
exec 9> "$target.lock"
flock 9
if [ -e "$target" ]; then exit; fi
"$@" "$making"
mv -T "$making" "$target"
`;

/**
 * The root directory of a Debian system, made with mmdebstrap once for a recipe and kept in the user's cache folder
 * ($XDG_CACHE_HOME, ~/.cache), where it can be removed at any time. It appears there only when it is complete.
 *
 * @throws Error with mmdebstrap's messages
 */
export async function debianChroot(
  recipe: ChrootRecipe,
  options: { readonly log: (line: string) => void; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'skinnywhale-test');
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, LEFT_OUT]))
    .digest('hex')
    .slice(0, 12);
  const target = join(cache, `${recipe.suite}-${key}`);
  if (existsSync(target)) return target;
  await installMissing({ mmdebstrap: 'mmdebstrap', [KEYRING]: 'debian-archive-keyring', flock: 'util-linux' }, options);
  options.log(`making ${target} with mmdebstrap; it is kept for the next time`);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'making-'));
  const making = lease({
    folder,
    command: ['sh', '-euc', MAKE_ONCE, 'sh', target, join(folder, 'system'), ...mmdebstrap(recipe)],
    graceSeconds: 0,
    env: { LC_ALL: 'C.UTF-8', TMPDIR: '/tmp' },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const interrupt = (): void => void making.release();
  options.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const [exitCode, messages] = await Promise.all([
      making.ended,
      making.process.stderr === null ? '' : text(making.process.stderr),
    ]);
    options.signal?.throwIfAborted();
    if (exitCode !== 0) throw new Error(`mmdebstrap could not make a Debian ${recipe.suite}:\n${messages}`);
    return target;
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    await making.release();
  }
}

/** Without its last argument, the directory. */
function mmdebstrap({ suite, packages }: ChrootRecipe): string[] {
  return [
    ...['mmdebstrap', '--quiet', '--mode=root', '--variant=minbase', '--format=directory', `--keyring=${KEYRING}`],
    // A mirror may be a snapshot of some day.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--dpkgopt=force-unsafe-io',
    ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    `--include=${packages.join(',')}`,
    suite,
  ];
}
