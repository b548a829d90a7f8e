import { closeSync, constants, openSync } from 'node:fs';
import { baseName, type ImagePath, parentPath, ROOT } from '../../model/image-path.ts';
import { inFolders } from './in-folders.ts';

/** O_PATH of Linux (asm-generic/fcntl.h), which node has no name for: a handle to look names up in, and no more. */
const O_PATH = 0o10000000;
const HANDLE = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Handles that are open at a time, for each root. */
const MOST = 64;

/**
 * Names files beneath a directory of this machine so that no symbolic link on the way is ever followed, no matter what the
 * files' owner changes meanwhile: each directory is opened from the handle of the one above it (openat(2) by way of
 * /proc/self/fd, see proc_pid_fd(5)), so that a path handed to the system has one component of the owner's at the most.
 */
export class DirectoryHandles implements Disposable {
  readonly #root: number;
  /** the one that was opened first stands first */
  readonly #open = new Map<ImagePath, number>();

  /** @param root a directory of this machine that only its administrator can replace */
  constructor(root: string | Buffer) {
    this.#root = openSync(root, HANDLE);
  }

  /**
   * What the system knows a file by. Valid until the next call; for calls that don't follow a link at the end.
   * @throws ReadAgain where a name on the way is no directory any more
   */
  location(path: ImagePath): Buffer {
    if (path === ROOT) return Buffer.from(`/proc/self/fd/${this.#root}`);
    return Buffer.from(`/proc/self/fd/${this.#handle(parentPath(path))}/${baseName(path)}`, 'latin1');
  }

  /** What the system knows a directory by, itself and no link in its place. Valid until the next call. @throws ReadAgain */
  directory(path: ImagePath): string {
    return `/proc/self/fd/${this.#handle(path)}`;
  }

  #handle(path: ImagePath): number {
    if (path === ROOT) return this.#root;
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const at = Buffer.from(`/proc/self/fd/${this.#handle(parentPath(path))}/${baseName(path)}`, 'latin1');
    // With O_PATH, a link in its place is opened as such, and then is no directory.
    const handle = inFolders(() => openSync(at, HANDLE));
    this.#open.set(path, handle);
    if (this.#open.size > MOST) {
      const [oldest] = this.#open as Iterable<[ImagePath, number]>;
      if (oldest !== undefined) {
        this.#open.delete(oldest[0]);
        closeSync(oldest[1]);
      }
    }
    return handle;
  }

  [Symbol.dispose](): void {
    for (const handle of this.#open.values()) closeSync(handle);
    this.#open.clear();
    closeSync(this.#root);
  }
}
