import type { EventEmitter } from 'node:events';
import { inspect } from 'node:util';
import { asSkinnywhaleError, SkinnywhaleError } from '../model/errors.ts';
import type { Phase, SlimEvent } from '../model/events.ts';
import { displayText } from '../model/image-path.ts';
import type { SlimOptions } from '../options.ts';
import type { FindReportOptions } from '../pipeline/explain.ts';
import type { ReportWithLedger } from '../report/explain.ts';
import type { SlimReport } from '../report/slim-report.ts';
import { type Environment, isSet } from './environment.ts';
import { type ExitCode, exitCodeOf } from './exit-codes.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { DoctorRequest, ExplainRequest, Request } from './program.ts';
import { type Clock, liveLine, type ProgressView, plainLines, SILENT } from './progress.ts';
import type { ViewOptions } from './view-options.ts';

/** An output stream, and what is known of the terminal behind it. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** What the command uses of its surroundings; a test gives others. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  /** emits SIGINT, SIGTERM and SIGHUP */
  readonly signals: EventEmitter;
  readonly clock: Clock;
  /** ends the process at once */
  readonly exit: (code: ExitCode) => void;
  readonly slim: (options: SlimOptions) => Promise<SlimReport>;
  readonly memory: MemoryControl;
  readonly findReport: (options: FindReportOptions) => Promise<ReportWithLedger>;
}

/** What can be said to the engine of this language, whose own ways hold a lot of memory for what has long been sent. */
export interface MemoryControl {
  /** frees what was made lately and is used no more */
  collect(): void;
  /** frees what is used no more, and from now on before much more is taken */
  tighten(): void;
}

/** How an error is shown. */
interface ErrorStyle {
  readonly json: boolean;
  readonly debug: boolean;
}

type SlimRequest = Extract<Request, { kind: 'slim' }>;

/**
 * The command: reads the arguments, runs, and writes the product to stdout and everything else to stderr.
 * Everything heavy is imported only where it is used, so that `--help` is there at once.
 * @param args without node and the script
 * @returns the exit code; never rejects for what a caller or an engine did wrong
 */
export async function main(args: readonly string[], io: Partial<CommandIo> = {}): Promise<ExitCode> {
  const here: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signals: process,
    clock: () => performance.now(),
    exit: (code) => process.exit(code),
    slim: async (options) => (await import('../pipeline/slim.ts')).slim(options),
    memory: { collect() {}, tighten() {} },
    findReport: async (options) => (await import('../pipeline/explain.ts')).findReport(options),
    ...io,
  };
  // Without listeners, a stream that breaks would end the process with a stack trace; `write` sees what happens to stdout.
  here.stdout.on('error', () => {});
  here.stderr.on('error', () => {});
  let how: ErrorStyle = {
    // Until the options are read: a program that asked for JSON should get it also where they can't be.
    json: args.includes('--json'),
    debug: args.includes('--debug') || isSet(here.env, 'DEBUG'),
  };
  try {
    const { parseCommandLine } = await import('./program.ts');
    const request = parseCommandLine(args, here.env, here.stdout.columns ?? 80);
    if (request.kind !== 'text') how = request.view;
    return await obey(request, here);
  } catch (error) {
    return await reportError(asSkinnywhaleError(error), how, here);
  }
}

async function obey(request: Request, io: CommandIo): Promise<ExitCode> {
  switch (request.kind) {
    case 'text':
      await write(io.stdout, request.text);
      return 0;
    case 'rules':
      await write(io.stdout, await rulesText(request.view));
      return 0;
    case 'doctor':
      return await examine(request, io);
    case 'explain':
      return await explainPath(request, io);
    case 'slim':
      await slimAndReport(request, io);
      return 0;
  }
}

async function rulesText({ json }: ViewOptions): Promise<string> {
  const { listRules } = await import('../pipeline/rules.ts');
  if (json) return (await import('../report/json.ts')).renderJsonRules(listRules());
  return (await import('../report/rules-text.ts')).renderRules(listRules());
}

async function examine({ host, reportCache, view }: DoctorRequest, io: CommandIo): Promise<ExitCode> {
  using interrupt = listenForInterrupt(io.signals, io.clock, () => io.exit(exitCodeOf('INTERRUPTED')));
  const { examineMachine } = await import('../pipeline/doctor.ts');
  const diagnosis = await examineMachine({ host, reportCache, env: io.env, signal: interrupt.signal });
  const text = view.json
    ? (await import('../report/json.ts')).renderJsonDiagnosis(diagnosis)
    : (await import('../report/doctor-text.ts')).renderDiagnosis(await displayable(diagnosis));
  await write(io.stdout, text);
  return diagnosis.engine === null ? exitCodeOf('NO_ENGINE') : 0;
}

/** 1 where the container has no such path, which is an answer nonetheless, and on stdout. */
async function explainPath(request: ExplainRequest, io: CommandIo): Promise<ExitCode> {
  using interrupt = listenForInterrupt(io.signals, io.clock, () => io.exit(exitCodeOf('INTERRUPTED')));
  const { subject, path, host, reportCache } = request;
  const { signal } = interrupt;
  const report = await io.findReport({ subject, host, reportCache, env: io.env, signal }).catch((error: unknown) => {
    throw asSkinnywhaleError(error, signal);
  });
  const { explain } = await import('../report/explain.ts');
  const explanation = explain(report, path);
  const text = request.view.json
    ? (await import('../report/json.ts')).renderJsonExplanation(explanation)
    : (await import('../report/explanation-text.ts')).renderExplanation(await displayable(explanation));
  await write(io.stdout, text);
  return explanation.status === 'unknown' ? 1 : 0;
}

async function slimAndReport(request: SlimRequest, io: CommandIo): Promise<void> {
  const { json, quiet, debug } = request.view;
  const progress = progressView(request, io);
  using interrupt = listenForInterrupt(io.signals, io.clock, () => {
    progress.clear();
    io.exit(exitCodeOf('INTERRUPTED'));
  });
  const line = (text: string): void => {
    progress.clear();
    io.stderr.write(`${displayText(text)}\n`);
  };
  // The summary for a person repeats the warnings: until it is clear whether there will be one, they wait.
  const forPerson = !json && !quiet;
  const warnings: string[] = [];
  const collectAfter = collector(io.memory.collect);
  let phase: Phase | undefined;
  const onEvent = (event: SlimEvent): void => {
    if (event.type === 'warning' && forPerson) warnings.push(event.message);
    else if (event.type === 'warning') line(`warning: ${event.message}`);
    else if (event.type === 'notice') {
      if (!quiet) line(event.message);
    } else if (event.type !== 'debug') {
      if (event.type === 'phase') {
        phase = event.phase;
        if (phase !== 'inspect') io.memory.tighten();
      } else collectAfter(event);
      // What is sent before its time is not what is being waited for.
      if (event.phase === phase) progress.show(event);
    } else if (debug) line(`debug: ${event.message}`);
  };
  let report: SlimReport;
  try {
    report = await io.slim({ ...request.options, signal: interrupt.signal, onEvent });
    progress.finish();
  } catch (error) {
    progress.clear();
    for (const warning of warnings) line(`warning: ${warning}`);
    throw asSkinnywhaleError(error, interrupt.signal);
  }
  await write(io.stdout, await render(report, request, io));
}

/**
 * Bytes after which buffers are freed, of each phase by itself. Left alone, the engine of this language lets 60 MB of what
 * has been sent pile up. What comes in is in smaller pieces, and held for longer: some of it would be taken for old.
 */
const COLLECT_AFTER = { read: 1 << 20, sent: 4 << 20 };

function collector(collect: () => void): (event: { readonly phase: Phase; readonly bytes: number }) => void {
  const last = new Map<Phase, number>();
  return ({ phase, bytes }) => {
    const before = last.get(phase) ?? 0;
    const most = phase === 'export' ? COLLECT_AFTER.read : COLLECT_AFTER.sent;
    if (bytes >= before && bytes < before + most) return;
    last.set(phase, bytes);
    collect();
  };
}

async function render(report: SlimReport, { view }: SlimRequest, { stdout, env }: CommandIo): Promise<string> {
  if (view.json) return (await import('../report/json.ts')).renderJson(report);
  if (view.quiet) return `${report.result.reference}\n`;
  const { renderText } = await import('../report/text.ts');
  const color = stdout.isTTY === true && !isSet(env, 'NO_COLOR');
  return renderText(await displayable(report), { columns: stdout.columns, color });
}

async function displayable<T>(value: T): Promise<T> {
  return (await import('../report/displayable.ts')).displayable(value);
}

async function reportError(error: SkinnywhaleError, how: ErrorStyle, io: CommandIo): Promise<ExitCode> {
  const unforeseen = error.code === 'FAILED' && !how.debug ? 'Run again with --debug for a stack trace.' : undefined;
  const hint = error.hint ?? unforeseen;
  io.stderr.write(displayText(`error: ${error.message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`));
  // With its stack and the chain of causes.
  if (how.debug) io.stderr.write(displayText(`${inspect(error)}\n`));
  // Where stdout is what failed, there is no telling it that.
  if (how.json) await write(io.stdout, (await import('../report/json.ts')).renderJsonError(error)).catch(() => {});
  return exitCodeOf(error.code);
}

function progressView({ view }: SlimRequest, { stderr, env, clock }: CommandIo): ProgressView {
  if (view.quiet) return SILENT;
  return stderr.isTTY === true && env['TERM'] !== 'dumb' ? liveLine(stderr, clock) : plainLines(stderr, clock);
}

/** Resolves when the text has been handed on, or when nobody reads it any more (`| head -1`), which is no failure. */
async function write(output: Output, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    output.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (error === undefined || error === null || error.code === 'EPIPE') resolve();
      else
        reject(new SkinnywhaleError('FAILED', `standard output can't be written: ${error.message}`, { cause: error }));
    });
  });
}
