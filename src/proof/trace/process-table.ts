import type { Descriptor, TracedCall } from './trace-line.ts';

/** What threads share unless they ask for their own (clone(2), CLONE_FS): absolute byte strings. */
interface Place {
  /** the working directory; undefined where nobody could read where it went */
  cwd: string | undefined;
  /** what `/` means: empty, or what chroot made of it */
  root: string;
}

/** A traced process or thread, as far as it matters for what its paths mean. */
export interface TracedProcess {
  place: Place;
  /** what its descriptors were opened for; shared under CLONE_FILES. Where one was closed, a stale path stays. */
  files: Map<number, string>;
  /** as it was started; empty before its first execve */
  program: string;
}

/** Follows who has which working directory, root and descriptors. */
export class ProcessTable {
  readonly #processes = new Map<number, TracedProcess>();
  readonly #workingDirectory: string;

  /** @param workingDirectory of the first process, absolute */
  constructor(workingDirectory: string) {
    this.#workingDirectory = workingDirectory;
  }

  /** undefined for a process whose making has not been seen yet, other than the first one */
  get(pid: number): TracedProcess | undefined {
    if (this.#processes.size === 0) this.adopt(pid);
    return this.#processes.get(pid);
  }

  /** Takes a process whose parent nobody saw for a child of the first one. */
  adopt(pid: number): void {
    this.#processes.set(pid, { place: { cwd: this.#workingDirectory, root: '' }, files: new Map(), program: '' });
  }

  /** The child of a successful fork or clone. */
  fork(parent: TracedProcess, { name, arguments: list, result }: TracedCall): void {
    if (result === undefined || result <= 0) return;
    const flags = name.startsWith('clone') ? list.join() : '';
    this.#processes.set(result, {
      place: flags.includes('CLONE_FS') ? parent.place : { ...parent.place },
      files: flags.includes('CLONE_FILES') ? parent.files : new Map(parent.files),
      program: parent.program,
    });
  }

  end(pid: number): void {
    // the last one stays: what follows it is no first process
    if (this.#processes.size > 1) this.#processes.delete(pid);
  }

  supersede(pid: number, by: number): void {
    const process = this.#processes.get(by);
    if (process === undefined || pid === by) return;
    this.#processes.set(pid, process);
    this.#processes.delete(by);
  }
}

const CWD: Descriptor = { number: 'cwd', path: undefined };

/** A path of a process as an absolute one; undefined where nobody knows what it is relative to, or it is empty. */
export function absolutePath(
  { place, files }: TracedProcess,
  path: string,
  directory?: Descriptor,
): string | undefined {
  if (path === '') return undefined;
  if (path.startsWith('/')) return place.root + path;
  const at = directory ?? CWD;
  const base = at.path ?? (at.number === 'cwd' ? place.cwd : files.get(at.number));
  return base === undefined ? undefined : `${base}/${path}`;
}
