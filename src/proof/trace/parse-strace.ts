import type { FileTree } from '../../filesystem/file-tree.ts';
import { canonicalPath, type ImagePath, withoutTrailingSlashes } from '../../model/image-path.ts';
import type { Use } from '../../model/use.ts';
import type { LearnedPath } from '../profile/learned-path.ts';
import { pathPlaces, socketPath } from './call-paths.ts';
import { absolutePath, ProcessTable, type TracedProcess } from './process-table.ts';
import { descriptorArgument, stringArgument, type TracedCall, type TraceEvent, TraceLines } from './trace-line.ts';
import { UsedPaths } from './used-paths.ts';

/** What a trace is read with. */
export interface TraceContext {
  /** the container's files before the run: nothing else is learned */
  readonly tree: FileTree;
  /** of the first process; an absolute byte string */
  readonly workingDirectory: string;
  /** directories whose files are the tracer's own */
  readonly leftOut: readonly ImagePath[];
}

/** What a trace tells. */
export interface ReadTrace {
  /** in path order */
  readonly learned: readonly LearnedPath[];
  /** false where not even the first program was started */
  readonly started: boolean;
  /**
   * Programs, as they were started, that made calls whose paths the tracer was not allowed to read: after giving up
   * root's rights a process is closed to tracers without CAP_SYS_PTRACE (ptrace(2), "Ptrace access mode checking").
   */
  readonly unreadable: readonly string[];
  /** programs, as they were started, that did something after the first process had ended */
  readonly outliving: readonly string[];
  /** whether the first process has ended, and with what; undefined while it runs, and null where a signal ended it */
  readonly exitCode: number | null | undefined;
}

/** Lines that wait for the call that made their process; more are read as if another one had. */
const MOST_WAITING = 20_000;

/** Errors that say that nothing is there. */
const ABSENT: readonly (string | undefined)[] = ['ENOENT', 'ENAMETOOLONG'];

/** Of a line whose end is still to come, in bytes. */
const LONGEST_REST = 1 << 20;

/** PATH_MAX: where a working directory's text is longer, what the kernel says of it counts. */
const LONGEST_PATH = 4096;

/**
 * Reads what `strace -f -y -o FILE -e trace=`{@link TRACED_CALLS} wrote: follows the processes and learns the paths that
 * they used. Memory: as the tree's, not as the trace's.
 */
export class TraceReader {
  readonly #lines = new TraceLines();
  readonly #processes: ProcessTable;
  readonly #used: UsedPaths;
  /** a child may be seen before its parent's call returns */
  readonly #waiting = new Map<number, TraceEvent[]>();
  #waitingCount = 0;
  readonly #unreadable = new Set<string>();
  readonly #outliving = new Set<string>();
  /** undefined before the first event; the process that was started by the tracer */
  #first: number | undefined;
  #exitCode: number | null | undefined;
  #started = false;
  #rest = '';

  constructor({ tree, workingDirectory, leftOut }: TraceContext) {
    this.#processes = new ProcessTable(workingDirectory);
    this.#used = new UsedPaths(tree, leftOut);
  }

  /** The next piece of the trace, of any size. */
  push(piece: Buffer): void {
    const lines = `${this.#rest}${piece.toString('latin1')}`.split('\n');
    // no line of strace's is that long
    this.#rest = (lines.pop() as string).slice(0, LONGEST_REST);
    for (const line of lines) this.#read(line);
  }

  /** Call it once, when all has been pushed. */
  end(): ReadTrace {
    this.#adoptAll();
    return {
      learned: this.#used.list(),
      started: this.#started,
      unreadable: [...this.#unreadable].sort(),
      outliving: [...this.#outliving].sort(),
      exitCode: this.#exitCode,
    };
  }

  #read(line: string): void {
    const event = this.#lines.read(line);
    if (event !== undefined) this.#take(event);
    if (this.#waitingCount > MOST_WAITING) this.#adoptAll();
  }

  #take(event: TraceEvent): void {
    this.#first ??= event.pid;
    if (event.kind === 'ended' && event.pid === this.#first) this.#exitCode = event.code ?? null;
    const process = this.#processes.get(event.pid);
    if (process === undefined) {
      const events = this.#waiting.get(event.pid);
      if (events === undefined) this.#waiting.set(event.pid, [event]);
      else events.push(event);
      this.#waitingCount++;
    } else if (event.kind === 'ended') this.#processes.end(event.pid);
    else if (event.kind === 'superseded') this.#processes.supersede(event.pid, event.by);
    else this.#call(process, event);
  }

  /** Those whose parent was ended in the middle of its call. */
  #adoptAll(): void {
    for (const pid of [...this.#waiting.keys()]) {
      this.#processes.adopt(pid);
      this.#release(pid);
    }
  }

  #release(pid: number): void {
    const events = this.#waiting.get(pid) ?? [];
    this.#waiting.delete(pid);
    this.#waitingCount -= events.length;
    for (const event of events) this.#take(event);
  }

  #call(process: TracedProcess, call: TracedCall): void {
    const { name, result, arguments: list } = call;
    if (this.#exitCode !== undefined && process.program !== '') this.#outliving.add(process.program);
    const first = descriptorArgument(list[0]);
    // the kernel's own word for the working directory is better than any text
    if (first?.number === 'cwd' && first.path !== undefined) process.place.cwd = first.path;
    if (/^(?:v?fork|clone3?)$/.test(name)) {
      this.#processes.fork(process, call);
      if (result !== undefined && result > 0) this.#release(result);
      return;
    }
    if (result === undefined) return;
    if (result < 0) {
      if (!ABSENT.includes(call.error))
        for (const path of pathsOf(process, call)) this.#used.meet(path, process.program);
      return;
    }
    if (pathPlaces(call).some((place) => isAddress(list[place.path]))) this.#miss(process, call);
    else if (/^(?:dup[23]?|fcntl(?:64)?)$/.test(name)) duplicate(process, call);
    else if (/^getdents/.test(name)) this.#list(process, call);
    else if (name === 'fchdir') {
      process.place.cwd = fileOf(process, list[0]) ?? process.place.cwd;
    } else if (name === 'unshare' && /\bCLONE_(?:FS|NEWNS|NEWUSER)\b/.test(list.join())) {
      process.place = { ...process.place };
    } else this.#use(process, call);
  }

  /** What a call did that nobody could read: better to know nothing than what was before. */
  #miss(process: TracedProcess, { name, result = -1 }: TracedCall): void {
    this.#unreadable.add(process.program);
    if (name.startsWith('execve')) this.#started = true;
    if (name === 'chdir' || name === 'chroot') process.place.cwd = undefined;
    if (isOpen(name)) process.files.delete(result);
  }

  #use(process: TracedProcess, call: TracedCall): void {
    const { name } = call;
    const paths = pathsOf(process, call);
    const [path] = paths;
    const isProgram = name.startsWith('execve');
    if (isProgram) {
      const directory = descriptorArgument(call.arguments[0]);
      // an empty path: the program is the descriptor's own file
      const program = path ?? (directory === undefined ? undefined : fileOf(process, call.arguments[0]));
      this.#started = true;
      if (program === undefined) return;
      const by = process.program;
      process.program = this.#used.name(program);
      this.#used.use(program, 'executed', by === '' ? process.program : by);
      return;
    }
    const how = useOf(call);
    for (const each of paths) this.#used.use(each, how, process.program);
    if (path === undefined) return;
    if (name === 'chdir') process.place.cwd = this.#directory(path) ?? process.place.cwd;
    if (name === 'chroot') process.place.root = withoutTrailingSlashes(this.#directory(path) ?? path);
    if (isOpen(name)) this.#open(process, call, path);
  }

  /** A directory of the tree as it is there; another one, which the run has made, as it was named. */
  #directory(path: string): string | undefined {
    const text = this.#used.physical(path) ?? `/${canonicalPath(path)}`;
    return text.length > LONGEST_PATH ? undefined : text;
  }

  /** A link of the run's own making may lead to files that the tree has under another name: only the kernel knows. */
  #open(process: TracedProcess, call: TracedCall, path: string): void {
    const { result = -1, returned } = call;
    const real = returned?.startsWith('/') ? returned : undefined;
    const [named, found] = [path, real].map((each) => (each === undefined ? undefined : this.#used.physical(each)));
    if (real !== undefined && named === undefined && found !== undefined) {
      this.#used.use(real, useOf(call), process.program);
    }
    process.files.set(result, real ?? `/${canonicalPath(path)}`);
  }

  #list(process: TracedProcess, { arguments: list }: TracedCall): void {
    const directory = fileOf(process, list[0]);
    if (directory !== undefined) this.#used.use(directory, 'listed', process.program);
  }
}

/** strace shows a string's address where it can't read the string. */
function isAddress(argument: string | undefined): boolean {
  return /^0x[0-9a-f]+$/.test(argument ?? '');
}

/** The paths of a call as absolute ones, as far as they can be known. */
function pathsOf(process: TracedProcess, call: TracedCall): string[] {
  const { arguments: list } = call;
  const found = pathPlaces(call).map((place) => {
    const text = stringArgument(list[place.path]);
    const directory = place.directory === undefined ? undefined : descriptorArgument(list[place.directory]);
    if (text === undefined || (place.directory !== undefined && directory === undefined)) return undefined;
    return absolutePath(process, text, directory);
  });
  if (call.name === 'bind') {
    const socket = stringArgument(socketPath(list[1]));
    found.push(socket === undefined ? undefined : absolutePath(process, socket));
  }
  return found.filter((path) => path !== undefined);
}

function isOpen(name: string): boolean {
  return /^(?:open(?:at2?)?|creat)$/.test(name);
}

function useOf({ name, arguments: list }: TracedCall): Use {
  return isOpen(name) && !list.some((argument) => /\bO_PATH\b/.test(argument) && !argument.startsWith('"'))
    ? 'opened'
    : 'resolved';
}

/** What a descriptor was opened for; undefined for what is no file. */
function fileOf({ place, files }: TracedProcess, argument: string | undefined): string | undefined {
  const descriptor = descriptorArgument(argument);
  if (descriptor === undefined) return undefined;
  return descriptor.path ?? (descriptor.number === 'cwd' ? place.cwd : files.get(descriptor.number));
}

function duplicate(process: TracedProcess, { name, arguments: list, result, returned }: TracedCall): void {
  if (result === undefined || (name.startsWith('fcntl') && !list[1]?.startsWith('F_DUPFD'))) return;
  const file = returned?.startsWith('/') ? returned : fileOf(process, list[0]);
  if (file === undefined) process.files.delete(result);
  else process.files.set(result, file);
}
