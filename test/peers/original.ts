import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { shell } from '../bench/commands.ts';
import type { DockerCli, Outcome } from '../fixture/docker-cli.ts';

/** Where the changes are in the container's tree: inside, so that a chroot can copy from one into the other. */
const CHANGES = '.skinnywhale-changes';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The Skinnywhale of 2015 (github.com/djosephsen/skinnywhale, skinnywhale.sh), its algorithm moved from aufs to overlay2,
 * as a measure for ours: the change layer without var/cache, with every library that `ldd` names for a dynamically linked
 * file in it, piped from tar to `docker import`. Its flags, BRUTELIB and BRUTEUSRLIB, are off. As it did, this forgets the
 * image's configuration, and makes files of links to libraries.
 *
 * It is done more kindly where the original would look bad for the wrong reason: names with spaces work, ldd is the
 * container's and not the host's, all files are given to one `file`, and the list is made unique once, not per file.
 *
 * It runs the container's programs as root of this machine, though in a chroot: for containers of our own only.
 *
 * @param options.container a stopped one, by name or id
 * @param options.tag the image to make
 * @returns seconds from start to image, and bytes as the engine counts them
 * @throws Error where this process is not root, or the engine not a local one with the overlay2 driver
 */
export async function original(options: {
  readonly docker: DockerCli;
  readonly container: string;
  readonly tag: string;
}): Promise<{ readonly seconds: number; readonly bytes: number }> {
  const { docker, container, tag } = options;
  const layer = await changeLayer(docker, container);
  const folder = mkdtempSync(join(tmpdir(), 'sw-original-'));
  try {
    const start = performance.now();
    const tree = join(folder, 'tree');
    const changes = join(tree, CHANGES);
    await unpack(docker, container, tree);
    await execa('cp', ['-a', `${layer}/.`, changes]);
    await dropWhiteouts(changes);
    await inside(tree, ['rm', '-rf', `/${CHANGES}/var/cache`]);

    const libraries = await dependencies(tree, await linkedFiles(changes));
    await copy(tree, ['/usr/bin/ldd', ...libraries]);

    await shell('tar -c -C "$1" . | docker --host "$0" import - "$2"', [docker.host, changes, tag]);
    const seconds = (performance.now() - start) / 1000;
    return { seconds, bytes: (await docker.imageSize(tag)) ?? 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is used of `docker inspect CONTAINER`. */
type Inspected = { readonly GraphDriver?: { readonly Name?: string; readonly Data?: { readonly UpperDir?: string } } };

/** The folder of this machine in which the engine keeps what the container changed. */
async function changeLayer(docker: DockerCli, container: string): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('the original algorithm needs root, to read the change layer');
  const inspected = JSON.parse(await docker.docker(['container', 'inspect', container])) as readonly Inspected[];
  const { Name: driver, Data: data } = inspected[0]?.GraphDriver ?? {};
  const upper = data?.UpperDir ?? '';
  if (driver === 'overlay2' && docker.host.startsWith('unix://') && existsSync(upper)) return upper;
  const found = `${docker.host} has ${driver ?? 'no graph driver'}, and the change layer in '${upper}'`;
  throw new Error(`the original algorithm needs an engine on this machine with the overlay2 driver: ${found}`);
}

/** Unpacks the container's whole tree, and gives it the null device, which ldd and shells write to. */
async function unpack(docker: DockerCli, container: string, tree: string): Promise<void> {
  mkdirSync(tree);
  await shell('docker --host "$0" export "$1" | tar -x -C "$2"', [docker.host, container, tree]);
  await inside(tree, ['sh', '-c', 'test -c /dev/null || { rm -f /dev/null; mknod -m 666 /dev/null c 1 3; }']);
}

/** Deletions, which are devices 0:0 in overlay2 (kernel.org, overlayfs.rst, "whiteouts"), mean nothing in a new image. */
async function dropWhiteouts(folder: string): Promise<void> {
  const { stdout } = await execa('find', [folder, '-type', 'c', '-print0']);
  for (const path of stdout.split('\0')) if (path !== '' && lstatSync(path).rdev === 0) rmSync(path);
}

/** The files that `file` calls dynamically linked, as paths from the folder: `./usr/bin/redis-server`. */
async function linkedFiles(folder: string): Promise<string[]> {
  const find = execa('find', ['.', '-type', 'f', '-print0'], { cwd: folder, buffer: false });
  // -00: a NUL after each name and after each description.
  const { stdout } = await find.pipe('xargs', ['-0', '-r', 'file', '-00'], { cwd: folder, maxBuffer: 1e9 });
  const fields = stdout.split('\0');
  return fields.filter((_, index) => index % 2 === 0 && fields[index + 1]?.includes('dynamically linked'));
}

/** What the container's own ldd says: each path once. `libc.so.6 => /lib/libc.so.6 (0x7f…)` or `/lib/ld-linux.so.2 (…)`. */
async function dependencies(tree: string, files: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of files) {
    const { stdout, stderr, exitCode } = await inside(tree, ['ldd', file]);
    if (exitCode === 127) throw new Error(`the container has no ldd: ${stderr}`);
    for (const match of stdout.matchAll(/^\s(?:.* => )?(\/\S+) \(0x/gm))
      if (match[1] !== undefined) found.add(match[1]);
  }
  return found;
}

/** Copies what links lead to, under the links' own names. What is there already stays, and what is missing is passed over. */
async function copy(tree: string, paths: readonly string[]): Promise<void> {
  const script = `for each; do test ! -f "$each" || test -e "/${CHANGES}$each" || cp -L --parents "$each" /${CHANGES}; done`;
  const { exitCode, stderr } = await inside(tree, ['sh', '-euc', script, 'sh', ...paths]);
  if (exitCode !== 0) throw new Error(`can't copy the libraries: ${stderr}`);
}

/** Runs a command with the tree as its root: no link in it leads to this machine's files. */
async function inside(tree: string, command: readonly string[]): Promise<Outcome> {
  const options = { env: { PATH, LC_ALL: 'C' }, extendEnv: false, reject: false } as const;
  const { exitCode = 1, stdout, stderr } = await execa('chroot', [tree, ...command], options);
  return { exitCode, stdout, stderr };
}
