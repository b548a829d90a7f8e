import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * What a run writes on all that it leaves with others for a while, so that a later one can tell whether it still runs:
 * `MACHINE-PID-START-RANDOM`. Processes are numbered anew with each boot and in each PID namespace; both are in MACHINE. A
 * number is given again after a while, but not with the same time of start.
 */
const MARK = /^([0-9a-f]{12})-(\d{1,10})-(\d{1,20})-[0-9a-f]{12}$/;

/** Stands where this system does not say where it is: nobody can tell whether such a run is alive. */
const UNKNOWN = '0'.repeat(12);

/** What is known of the process that made something. `unknown`: it ran elsewhere, or left no mark. */
export type Maker = 'alive' | 'gone' | 'unknown';

/** A new mark of this process, like no other. */
export function runMark(): string {
  return `${machine()}-${process.pid}-${startOf(process.pid) ?? 0}-${randomBytes(6).toString('hex')}`;
}

/** True for a text that {@link runMark} may have made. */
export function isRunMark(text: string): boolean {
  return MARK.test(text);
}

/** Whether the process that made `mark` still runs; `gone` only where that is sure. */
export function makerOf(mark: string): Maker {
  const [, where, pid, start] = MARK.exec(mark) ?? [];
  if (where === undefined || where === UNKNOWN || where !== machine()) return 'unknown';
  if (!exists(Number(pid))) return 'gone';
  // A process that may not be looked at exists nonetheless.
  const now = startOf(Number(pid));
  return now === undefined || now === start ? 'alive' : 'gone';
}

let known: string | undefined;

/** This boot of this machine's kernel, and the PID namespace. */
function machine(): string {
  known ??= readMachine();
  return known;
}

function readMachine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const namespace = readlinkSync('/proc/self/ns/pid');
    return createHash('sha256').update(`${boot} ${namespace}`).digest('hex').slice(0, 12);
  } catch {
    return UNKNOWN;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** When a process was started, in the kernel's ticks since the boot (proc_pid_stat(5), field 22); undefined where it can't be read. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name stands in parentheses, and may have any characters.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
