import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { FileTree } from '../../filesystem/file-tree.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { DEFAULT_PATH } from '../../model/image-config.ts';
import { canonicalPath, type ImagePath, isWithin, ROOT } from '../../model/image-path.ts';
import type { LearnedPath } from '../profile/learned-path.ts';
import { UsedPaths } from './used-paths.ts';

export interface LiveOptions {
  /** 64 hex digits */
  readonly containerId: string;
  /** the container's first process as this machine numbers it: `DockerClient.containerState`'s `pid` */
  readonly pid: number;
  /** the container's files: nothing else is learned */
  readonly tree: FileTree;
  /** default `/proc` */
  readonly proc?: string;
}

/**
 * What the processes of a running container have mapped and open at this moment: programs, libraries, files, directories
 * that they work in; and what their command lines name. What they only looked up, or have read and closed, is not seen.
 *
 * For an engine on this machine, whose /proc has the container's processes, and for root (proc(5), "ptrace access mode").
 * @throws FAILED where the process is not the container's, or may not be looked at
 */
export function livePaths({ containerId, pid, tree, proc = '/proc' }: LiveOptions): LearnedPath[] {
  const first = isOf(containerId, `${proc}/${pid}`) ? pid : firstOf(containerId, proc);
  if (first === undefined) throw refused(`process ${pid} of this machine is not the container's`, HERE);
  const covered = mountPoints(textOf(`${proc}/${first}/mountinfo`) ?? '');
  const used = new UsedPaths(tree, covered);
  for (const each of processesOf(first, proc)) {
    const process = `${proc}/${each}`;
    useAll(process, used, each === first);
    for (const path of namedFiles(process, tree))
      used.use(path, 'resolved', `/${canonicalPath(linkOf(`${process}/exe`) ?? '')}`);
  }
  return used.list();
}

/** Engines mount their own files of a container, such as /etc/hostname, from a folder with its id. */
function isOf(containerId: string, process: string): boolean {
  return ['mountinfo', 'cgroup'].some((file) => textOf(`${process}/${file}`)?.includes(containerId));
}

/** An engine that runs in a container itself counts processes in another way: the container's first one is number 1 in it. */
function firstOf(containerId: string, proc: string): number | undefined {
  const numbers = readdirSync(proc).filter((name) => /^[1-9]\d*$/.test(name));
  const found = numbers.find((number) => {
    const isFirst = /^NSpid:.*\t1$/m.test(textOf(`${proc}/${number}/status`) ?? '');
    return isFirst && isOf(containerId, `${proc}/${number}`);
  });
  return found === undefined ? undefined : Number(found);
}

const HERE = 'Use it where the engine runs, as root; through a remote engine, trace a command instead.';

function useAll(process: string, used: UsedPaths, isFirst: boolean): void {
  const exe = linkOf(`${process}/exe`);
  if (exe === undefined) {
    // one that has just ended, unless it is the one that was asked for
    if (isFirst) throw refused(`${process} can't be looked at`, HERE);
    return;
  }
  const by = `/${canonicalPath(exe)}`;
  used.use(by, 'executed', by);
  for (const path of mappedFiles(process)) if (path !== by) used.use(path, 'mapped', by);
  for (const path of targetsIn(`${process}/fd`)) used.use(path, 'opened', by);
  for (const name of ['cwd', 'root']) {
    const path = linkOf(`${process}/${name}`);
    if (path !== undefined) used.use(path, 'resolved', by);
  }
}

/**
 * The name that a program was started by, where that is a link to it, and files among its arguments: an interpreter has
 * read its script and closed it. In place of the arguments there may be a title, which begins with a name, too.
 */
function* namedFiles(process: string, tree: FileTree): Generator<string> {
  const [exe, cwd] = [linkOf(`${process}/exe`), linkOf(`${process}/cwd`)];
  if (exe === undefined) return;
  const [first = '', ...words] = (textOf(`${process}/cmdline`) ?? '').split('\0');
  // cut to 15 bytes (proc_pid_comm(5))
  const names = [first.split(' ')[0] ?? '', (textOf(`${process}/comm`) ?? '').trimEnd()].filter((name) => name !== '');
  for (const name of names) {
    const places = name.includes('/') ? [name] : DEFAULT_PATH.split(':').map((directory) => `${directory}/${name}`);
    const found = places.find((path) => path.startsWith('/') && tree.resolve(path).path === canonicalPath(exe));
    if (found !== undefined) yield found;
  }
  for (const word of words.filter((each) => each !== '')) {
    const path = word.startsWith('/') ? word : `${cwd ?? ''}/${word}`;
    if (tree.resolve(path).entry?.type === 'file') yield path;
  }
}

/** All processes that share the first one's PID namespace; where that is this machine's own, its control group. */
function processesOf(pid: number, proc: string): number[] {
  const namespace = linkOf(`${proc}/${pid}/ns/pid`, 'any');
  const isShared = namespace === undefined || namespace === linkOf(`${proc}/self/ns/pid`, 'any');
  const group = isShared ? textOf(`${proc}/${pid}/cgroup`) : undefined;
  const isHere = (each: number): boolean =>
    isShared
      ? group !== undefined &&
        !group.split('\n').every((line) => line === '' || line.endsWith(':/')) &&
        textOf(`${proc}/${each}/cgroup`) === group
      : linkOf(`${proc}/${each}/ns/pid`, 'any') === namespace;
  const all = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((each) => each === pid || isHere(each));
}

/** Exact from map_files, for which root needs more than being root; else as maps writes them. */
function mappedFiles(process: string): string[] {
  const exact = targetsIn(`${process}/map_files`);
  if (exact.length > 0) return exact;
  const lines = (textOf(`${process}/maps`) ?? '').split('\n');
  const paths = lines.map((line) => /^\S+ +\S+ +\S+ +\S+ +\d+ +(\/.*)$/.exec(line)?.[1]?.replaceAll('\\012', '\n'));
  return [...new Set(paths.filter((path) => path !== undefined && !path.endsWith(DELETED)))] as string[];
}

const DELETED = ' (deleted)';

function targetsIn(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return [...new Set(names.flatMap((name) => linkOf(`${directory}/${name}`) ?? []))];
}

/** Where a link of /proc leads, as a byte string: a path that is still there, or (`any`) any text. */
function linkOf(link: string, kind: 'path' | 'any' = 'path'): string | undefined {
  try {
    const target = readlinkSync(link, 'latin1');
    return kind === 'any' || (target.startsWith('/') && !target.endsWith(DELETED)) ? target : undefined;
  } catch {
    return undefined;
  }
}

/** What is mounted over the container's files, its own root aside (proc_pid_mountinfo(5)). */
function mountPoints(mountinfo: string): ImagePath[] {
  const points = mountinfo.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  const paths = points.map((point) =>
    canonicalPath(point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))),
  );
  const all = paths.filter((path) => path !== ROOT);
  return all.filter((path) => !all.some((other) => other !== path && isWithin(path, other)));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function refused(message: string, hint: string): SkinnywhaleError {
  return new SkinnywhaleError('FAILED', `the running container can't be looked into: ${message}`, { hint });
}
