import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { type CommandIo, main } from '../../src/cli/main.ts';
import type { SlimOptions } from '../../src/options.ts';
import { SAMPLE_WITH_LEDGER } from '../report/sample-ledger.ts';
import { SAMPLE } from '../report/sample-report.ts';

/** A stream that keeps what is written; with `columns`, a terminal. */
export class Sink extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number | undefined;

  constructor(columns?: number) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.text += chunk;
    done();
  }
}

/** What a run of the command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** what `slim` was called with, less the signal and listener */
  readonly options: SlimOptions | undefined;
}

/** Runs the command in this process, with nothing of this process's surroundings; `slim` and `findReport` resolve with samples unless given. */
export async function command(args: readonly string[], io: Partial<CommandIo> = {}): Promise<Outcome> {
  const stdout = new Sink();
  const stderr = new Sink();
  let options: SlimOptions | undefined;
  const code = await main(args, {
    stdout,
    stderr,
    env: {},
    signals: new EventEmitter(),
    clock: () => 0,
    exit: () => {},
    findReport: async () => SAMPLE_WITH_LEDGER,
    ...io,
    slim: async (given) => {
      const { signal: _signal, onEvent: _onEvent, ...rest } = given;
      options = rest;
      return await (io.slim ?? (async () => SAMPLE))(given);
    },
  });
  return { code, stdout: stdout.text, stderr: stderr.text, options };
}
