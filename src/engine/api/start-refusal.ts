import { SkinnywhaleError } from '../../model/errors.ts';
import type { EngineRefusal } from '../transport/exchange.ts';

/** The engine could make a container, but not start what is to run in it: no such program, no right to run it. */
export class StartRefusal extends SkinnywhaleError {
  /** what `docker run` exits with: 127 where the program is not there, 126 where it can't be run, 125 otherwise */
  readonly exitCode: 125 | 126 | 127;
  /** what the engine said */
  readonly reason: string;

  constructor(cause: EngineRefusal) {
    super('ENGINE', `the engine can't start the container: ${cause.reason}`, { cause });
    this.reason = cause.reason;
    this.exitCode = exitCodeFor(cause.reason);
  }
}

/** By the engine's words, as docker's own command does it (docker/cli: cli/command/container/run.go). */
function exitCodeFor(reason: string): 125 | 126 | 127 {
  if (/executable file .*not found|no such file or directory/i.test(reason)) return 127;
  return /permission denied|is a directory|exec format error/i.test(reason) ? 126 : 125;
}
