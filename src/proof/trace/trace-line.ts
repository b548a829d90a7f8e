/** A system call as strace shows it when it has returned. */
export interface TracedCall {
  readonly kind: 'call';
  readonly pid: number;
  readonly name: string;
  /** as strace writes them: `AT_FDCWD</srv>`, `"/etc/pass\167d"`, `O_RDONLY|O_CLOEXEC` */
  readonly arguments: readonly string[];
  /** undefined where the call never returned */
  readonly result: number | undefined;
  /** the path of the descriptor that the call returned, as the kernel has it; a byte string */
  readonly returned: string | undefined;
  /** the name of the error: `ENOENT` */
  readonly error: string | undefined;
}

/** What a line of a trace says, where that matters here. */
export type TraceEvent =
  | TracedCall
  | {
      readonly kind: 'ended';
      readonly pid: number;
      /** undefined where a signal ended it */
      readonly code: number | undefined;
    }
  /** a thread other than the first has called execve: it goes on under the first one's number */
  | { readonly kind: 'superseded'; readonly pid: number; readonly by: number };

/** A path is at most 4096 bytes, each at most four characters as strace writes it; a line has two paths at the most. */
const LONGEST_LINE = 1 << 16;

const RETURNED =
  /^(\w+)\((.*)\) *= (-?\d+|0x[0-9a-f]+|\?)(?:<([^>]*)>)?(?:\(deleted\))?(?: ([A-Z][A-Z0-9_]*))?(?: \(.*\))?$/s;

/**
 * Takes apart the lines that `strace -f -y -o FILE` writes (strace.c, syscall.c: "unfinished", "resumed"), one at a time. What
 * is not understood is left out.
 */
export class TraceLines {
  /** what each process was doing when another one's line came in between */
  readonly #unfinished = new Map<number, string>();
  /** the numbers that threads have gone on under, and that are in the middle of execve */
  readonly #superseded = new Set<number>();

  /** @param line without its line feed, one code unit per byte */
  read(line: string): TraceEvent | undefined {
    const match = line.length > LONGEST_LINE ? null : /^(\d+) +(.*)$/s.exec(line);
    if (match === null) return undefined;
    const pid = Number(match[1]);
    const text = match[2] as string;
    if (text.startsWith('+++')) return this.#state(pid, text);
    const unfinished = /^(.*?) ?<(?:unfinished|pid changed to \d+) \.\.\.>$/s.exec(text);
    if (unfinished !== null) {
      this.#unfinished.set(pid, unfinished[1] as string);
      return undefined;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(text);
    if (resumed === null) return readCall(pid, text);
    const begun = this.#unfinished.get(pid);
    this.#unfinished.delete(pid);
    if (begun === undefined) return undefined;
    // with --seccomp-bpf strace has no right result for it; that the thread goes on says that it went well
    if (this.#superseded.delete(pid)) return readCall(pid, `${begun}) = 0`);
    return readCall(pid, `${begun}${resumed[1]}`);
  }

  #state(pid: number, text: string): TraceEvent | undefined {
    const by = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/.exec(text)?.[1];
    if (by === undefined) {
      this.#unfinished.delete(pid);
      const code = /^\+\+\+ exited with (\d+)/.exec(text)?.[1];
      return { kind: 'ended', pid, code: code === undefined ? undefined : Number(code) };
    }
    const begun = this.#unfinished.get(Number(by));
    this.#unfinished.delete(Number(by));
    if (begun !== undefined) {
      this.#unfinished.set(pid, begun);
      this.#superseded.add(pid);
    }
    return { kind: 'superseded', pid, by: Number(by) };
  }
}

function readCall(pid: number, text: string): TracedCall | undefined {
  const match = RETURNED.exec(text);
  if (match === null) return undefined;
  const [, name = '', list = '', result = '', returned, error] = match;
  return {
    kind: 'call',
    pid,
    name,
    arguments: splitArguments(list),
    result: result === '?' ? undefined : Number(result),
    returned: returned === undefined ? undefined : unescapeBytes(returned),
    error,
  };
}

/** Splits at the commas that stand outside of strings, descriptors' paths and brackets. */
function splitArguments(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  // `=>` is how strace shows what the kernel has changed; the angle brackets of a path have none inside
  for (const { 0: token, index } of list.matchAll(/"(?:[^"\\]|\\.)*"|=>|<[^<>]*>|[([{]|[)\]}]|,/gs)) {
    if (token.length > 1) continue;
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    else if (depth === 0) {
      found.push(list.slice(start, index).trim());
      start = index + 1;
    }
  }
  const last = list.slice(start).trim();
  return last === '' && found.length === 0 ? [] : [...found, last];
}

/** The bytes of a string argument; undefined for `NULL`, an address, or a string that is cut off. */
export function stringArgument(argument: string | undefined): string | undefined {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(argument ?? '')?.[1];
  return inner === undefined ? undefined : unescapeBytes(inner);
}

/** A file descriptor: its number, or `cwd` for AT_FDCWD, and the path that strace found for it, if any. */
export interface Descriptor {
  readonly number: number | 'cwd';
  readonly path: string | undefined;
}

export function descriptorArgument(argument: string | undefined): Descriptor | undefined {
  const match = /^(AT_FDCWD|\d+)(?:<([^>]*)>)?/s.exec(argument ?? '');
  if (match === null) return undefined;
  const path = match[2] === undefined ? undefined : unescapeBytes(match[2]);
  return { number: match[1] === 'AT_FDCWD' ? 'cwd' : Number(match[1]), path: path?.startsWith('/') ? path : undefined };
}

const LETTERS: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Undoes strace's escapes, which are C's: `\n`, `\"`, `\377`, `\x7f`. */
function unescapeBytes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9a-f]{2})|(.))/gs, (_, octal, hex, letter) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return LETTERS[letter] ?? letter;
  });
}
