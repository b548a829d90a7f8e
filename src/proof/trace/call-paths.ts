import type { TracedCall } from './trace-line.ts';

/** Where a path stands among a call's arguments: its own place, and that of the descriptor that it is relative to. */
export interface PathPlace {
  readonly path: number;
  /** none: it is relative to the working directory */
  readonly directory?: number;
}

/** Calls by which a process gives up rights; 32-bit programs have their own. */
const DROPPING = ['uid', 'gid', 'groups', 'reuid', 'regid', 'resuid', 'resgid', 'fsuid', 'fsgid'].flatMap((what) => [
  `set${what}`,
  `set${what}32`,
]);

const FIRST: readonly PathPlace[] = [{ path: 0 }];
const SECOND: readonly PathPlace[] = [{ path: 1 }];
const BOTH: readonly PathPlace[] = [{ path: 0 }, { path: 1 }];
const AT: readonly PathPlace[] = [{ directory: 0, path: 1 }];
const AT_TWICE: readonly PathPlace[] = [...AT, { directory: 2, path: 3 }];

/** The calls of strace's class `%file` whose first argument is not their only path. */
const PLACES: Readonly<Record<string, readonly PathPlace[]>> = {
  openat: AT,
  openat2: AT,
  execveat: AT,
  newfstatat: AT,
  fstatat64: AT,
  statx: AT,
  faccessat: AT,
  faccessat2: AT,
  readlinkat: AT,
  unlinkat: AT,
  mkdirat: AT,
  mknodat: AT,
  fchmodat: AT,
  fchmodat2: AT,
  fchownat: AT,
  futimesat: AT,
  utimensat: AT,
  utimensat_time64: AT,
  name_to_handle_at: AT,
  open_tree: AT,
  setxattrat: AT,
  getxattrat: AT,
  listxattrat: AT,
  removexattrat: AT,
  renameat: AT_TWICE,
  renameat2: AT_TWICE,
  linkat: AT_TWICE,
  symlinkat: [{ directory: 1, path: 2 }],
  rename: BOTH,
  link: BOTH,
  // what a symbolic link says is a text, not a path that is looked up
  symlink: SECOND,
  inotify_add_watch: SECOND,
  fanotify_mark: [{ directory: 3, path: 4 }],
  // what these have to do with files is no image's business
  mount: [],
  umount2: [],
  umount: [],
  pivot_root: [],
  move_mount: [],
  quotactl: [],
  swapon: [],
  swapoff: [],
};

/** Calls of other classes that are traced, and that name no file by a string of their own. */
const NO_FILE = new Set([
  'fchdir',
  'clone',
  'clone3',
  'fork',
  'vfork',
  'unshare',
  'dup',
  'dup2',
  'dup3',
  'fcntl',
  'fcntl64',
  'getdents',
  'getdents64',
  'bind',
  ...DROPPING,
]);

/** What strace is asked to trace: `?` lets pass what an architecture does not have. */
export const TRACED_CALLS = ['%file', ...[...NO_FILE].map((name) => `?${name}`)].join(',');

/** As {@link TRACED_CALLS}, for those that give up rights. */
export const DROPPING_CALLS = DROPPING.map((name) => `?${name}`).join(',');

/** Where the paths of a call stand. */
export function pathPlaces({ name }: TracedCall): readonly PathPlace[] {
  return PLACES[name] ?? (NO_FILE.has(name) ? [] : FIRST);
}

/** The path of a socket in the file system, as strace writes it: `{sa_family=AF_UNIX, sun_path="/run/x"}`. */
export function socketPath(argument: string | undefined): string | undefined {
  return /\bsun_path=("(?:[^"\\]|\\.)*")\}$/s.exec(argument ?? '')?.[1];
}
