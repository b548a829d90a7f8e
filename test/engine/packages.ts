import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Whether a command is on PATH, or where root's PATH would have it; or whether a file exists. */
function isThere(name: string): boolean {
  if (name.startsWith('/')) return existsSync(name);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SBIN];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why packages can't be installed here, or undefined where they can: Debian or a relative of it, as root. */
export function whyNoPackages(): string | undefined {
  if (process.getuid?.() !== 0) return 'this needs root';
  if (!existsSync('/etc/os-release')) return 'this is not Debian or Ubuntu';
  const ids = [...readFileSync('/etc/os-release', 'utf8').matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)];
  const names = ids.flatMap((match) => (match[1] ?? '').split(' '));
  return names.includes('debian') || names.includes('ubuntu') ? undefined : 'this is not Debian or Ubuntu';
}

/**
 * Installs Debian packages, without recommended ones, for those commands and files that are missing.
 *
 * @param wanted command, or absolute path of a file -> the package that has it
 * @throws Error with apt's own output
 */
export async function installMissing(
  wanted: Readonly<Record<string, string>>,
  options: { readonly log: (line: string) => void; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const packages = Object.entries(wanted).flatMap(([command, name]) => (isThere(command) ? [] : [name]));
  if (packages.length === 0) return;
  if (process.env['SKINNYWHALE_ENGINE'] === 'external') {
    throw new Error(`SKINNYWHALE_ENGINE=external forbids installing ${packages.join(' ')}`);
  }
  const refusal = whyNoPackages();
  if (refusal !== undefined) throw new Error(`can't install ${packages.join(' ')}: ${refusal}`);
  options.log(`installing Debian packages, which stay installed: ${packages.join(' ')}`);
  const apt = async (...args: readonly string[]): Promise<void> => {
    const result = await execa('apt-get', args, {
      // The last two keep the packages' own services from starting, with and without systemd.
      env: { DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1', RUNLEVEL: '1' },
      stdin: 'ignore',
      all: true,
      reject: false,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    options.signal?.throwIfAborted();
    if (result.exitCode !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${result.all ?? ''}`);
  };
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', ...packages);
}
