import { constants } from 'node:os';

/** Extended attributes (xattr(7)) of files of this machine. Symbolic links are not followed. */
export interface XattrReader {
  /** The names of all of them; those that begin with `trusted.` only for root. @throws Error with the `code` of errno(3) */
  list(path: Buffer): readonly string[];
  /** The value of one, undefined where the file does not have it. @throws Error with the `code` of errno(3) */
  get(path: Buffer, name: string): Buffer | undefined;
}

/** Most files have none, or few short ones. */
const USUAL_SIZE = 1024;
/** XATTR_LIST_MAX and XATTR_SIZE_MAX (linux/limits.h) */
const LARGEST_SIZE = 65_536;
/** PATH_MAX without the zero byte at the end */
const LONGEST_PATH = 4095;
const NONE: readonly string[] = [];

type Call = (path: Buffer, into: Buffer) => number;

/**
 * Node has no call for them: this calls the C library's. undefined where that can't be had, with the reason told to
 * `onFailure`. The native package is an optional dependency.
 */
export async function loadXattrReader(onFailure: (reason: string) => void): Promise<XattrReader | undefined> {
  if (process.platform !== 'linux') {
    onFailure(`extended attributes are read on Linux only, this is ${process.platform}`);
    return undefined;
  }
  try {
    const { default: koffi } = await import('koffi');
    const library = koffi.load(null);
    const list = library.func('long llistxattr(const void *path, void *list, size_t size)');
    const get = library.func('long lgetxattr(const void *path, const char *name, void *value, size_t size)');
    return xattrReader({
      list: (path, into) => list(path, into, into.length) as number,
      get: (name) => (path, into) => get(path, name, into, into.length) as number,
      errno: () => koffi.errno(),
    });
  } catch (error) {
    onFailure(`extended attributes can't be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** A reader on top of llistxattr(2) and lgetxattr(2), which answer -1 and set `errno` where they fail. */
export function xattrReader(calls: { list: Call; get: (name: string) => Call; errno: () => number }): XattrReader {
  const usual = Buffer.alloc(USUAL_SIZE);
  const { ENAMETOOLONG, ENODATA, ENOTSUP, ERANGE } = constants.errno;
  const terminated = Buffer.alloc(LONGEST_PATH + 1);
  /** What a call wrote, which the next one overwrites. */
  const read = (call: Call, path: Buffer): Buffer | undefined => {
    if (path.length > LONGEST_PATH) throw failure(ENAMETOOLONG, path);
    terminated[path.copy(terminated)] = 0;
    let into = usual;
    let length = call(terminated, into);
    if (length < 0 && calls.errno() === ERANGE) {
      into = Buffer.alloc(LARGEST_SIZE);
      length = call(terminated, into);
    }
    if (length >= 0) return into.subarray(0, length);
    const errno = calls.errno();
    if (errno === ENODATA || errno === ENOTSUP) return undefined;
    throw failure(errno, path);
  };
  return {
    list(path) {
      const found = read(calls.list, path);
      if (found === undefined || found.length === 0) return NONE;
      return found.toString('latin1', 0, found.length - 1).split('\0');
    },
    get(path, name) {
      const found = read(calls.get(name), path);
      return found === undefined ? undefined : Buffer.from(found);
    },
  };
}

function failure(errno: number, path: Buffer): Error {
  const code = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
  return Object.assign(new Error(`${code}: extended attributes of ${path.toString('utf8')}`), { code });
}
