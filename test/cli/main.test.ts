import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import type { Output } from '../../src/cli/main.ts';
import { type ErrorCode, SkinnywhaleError } from '../../src/model/errors.ts';
import type { SlimOptions } from '../../src/options.ts';
import { renderJson } from '../../src/report/json.ts';
import { REPORT_SCHEMA_VERSION } from '../../src/report/slim-report.ts';
import { renderText } from '../../src/report/text.ts';
import { DRY_RUN, SAMPLE } from '../report/sample-report.ts';
import { command, Sink } from './command.ts';

const failing = (error: unknown) => async () => {
  throw error;
};

/** Tells a bit of everything, then succeeds. */
async function eventful({ onEvent }: SlimOptions): Promise<typeof SAMPLE> {
  onEvent?.({ type: 'phase', phase: 'export', message: 'reading the container' });
  onEvent?.({ type: 'warning', message: 'beware' });
  onEvent?.({ type: 'debug', message: 'detail' });
  onEvent?.({ type: 'progress', phase: 'export', bytes: 5_000_000 });
  return SAMPLE;
}

test('stdout carries the product alone: summary, name or document', async () => {
  assert.equal((await command(['web'], { slim: eventful })).stdout, renderText(SAMPLE));
  assert.equal((await command(['web', '-q'], { slim: eventful })).stdout, 'skinny-jdk:latest\n');
  assert.equal((await command(['web', '--json'], { slim: eventful })).stdout, renderJson(SAMPLE));
  assert.equal((await command(['web', '--json', '--quiet'], { slim: eventful })).stdout, renderJson(SAMPLE));
  assert.equal((await command(['web', '--dry-run'], { slim: async () => DRY_RUN })).stdout, renderText(DRY_RUN));
});

test('progress is on stderr, also with --json; --quiet silences it, but not the warnings', async () => {
  const plain = 'export: reading the container\nexport: done, 5.0 MB in 0.0 s\n';
  assert.equal((await command(['web'], { slim: eventful })).stderr, plain);
  assert.equal(
    (await command(['web', '--json'], { slim: eventful })).stderr,
    plain.replace('\n', '\nwarning: beware\n'),
  );
  assert.equal((await command(['web', '--quiet'], { slim: eventful })).stderr, 'warning: beware\n');
  assert.match((await command(['web', '--quiet', '--debug'], { slim: eventful })).stderr, /^debug: detail$/m);
  assert.match((await command(['web', '-q'], { slim: eventful, env: { DEBUG: '1' } })).stderr, /^debug: detail$/m);
});

test('warnings that wait for a summary are told when there is none', async () => {
  const { stderr } = await command(['web'], {
    slim: async (options) => {
      await eventful(options);
      throw new SkinnywhaleError('ENGINE', 'gone');
    },
  });
  assert.match(stderr, /warning: beware\nerror: gone\n$/);
});

test('a terminal gets bold headings, unless NO_COLOR is set', async () => {
  const bold = async (env: Record<string, string>): Promise<boolean> => {
    const stdout = new Sink(100);
    await command(['web'], { stdout, env });
    return stdout.text.includes('\x1b[1m');
  };
  assert.deepEqual([await bold({}), await bold({ NO_COLOR: '' }), await bold({ NO_COLOR: '1' })], [true, true, false]);
});

test('every error code has its exit code, and message and hint go to stderr', async () => {
  const table: Record<ErrorCode, number> = {
    USAGE: 2,
    NO_SUCH_CONTAINER: 3,
    NO_ENGINE: 4,
    NOTHING_TO_SLIM: 1,
    UNRESOLVED: 5,
    INTERRUPTED: 130,
    ENGINE: 1,
    BAD_ARCHIVE: 1,
    TAG_TAKEN: 1,
    NO_REPORT: 1,
    CHECK_FAILED: 6,
    FAILED: 1,
  };
  for (const [code, exit] of Object.entries(table) as [ErrorCode, number][]) {
    const outcome = await command(['web'], { slim: failing(new SkinnywhaleError(code, 'what', { hint: 'do' })) });
    assert.equal(outcome.code, exit);
    assert.equal(exitCodeOf(code), exit);
    assert.equal(outcome.stdout, '');
    assert.equal(outcome.stderr, 'error: what\nhint: do\n');
  }
});

test('with --json a failure is a document on stdout, also where the options are wrong', async () => {
  const failed = await command(['web', '--json'], {
    slim: failing(new SkinnywhaleError('NO_ENGINE', 'what', { hint: 'do' })),
  });
  assert.deepEqual(JSON.parse(failed.stdout), {
    schemaVersion: REPORT_SCHEMA_VERSION,
    error: { code: 'NO_ENGINE', message: 'what', hint: 'do' },
  });
  const wrong = await command(['--json', '--nope']);
  assert.equal((JSON.parse(wrong.stdout) as { error: { code: string } }).error.code, 'USAGE');
});

test('--debug shows the stack and the causes, and without it an unforeseen error says how to see them', async () => {
  const error = new SkinnywhaleError('FAILED', 'outer', { cause: new TypeError('inner') });
  const shown = await command(['web', '--debug'], { slim: failing(error) });
  assert.match(shown.stderr, /SkinnywhaleError: outer\n +at /);
  assert.match(shown.stderr, /\[cause\]: TypeError: inner\n +at /);
  const hidden = await command(['web'], { slim: failing(new TypeError('inner')) });
  assert.equal(hidden.stderr, 'error: inner\nhint: Run again with --debug for a stack trace.\n');
  assert.equal(hidden.code, 1);
});

/** A run that ends when its signal is aborted, with an error that says nothing of it. */
async function untilAborted({ signal }: SlimOptions): Promise<never> {
  await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
  throw new Error('socket hang up');
}

test('the first signal ends the run: exit code 130, and no listener stays behind', async () => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    const signals = new EventEmitter();
    const exits: number[] = [];
    const running = command(['web'], { slim: untilAborted, signals, exit: (code) => exits.push(code) });
    while (signals.listenerCount(name) === 0) await new Promise(setImmediate);
    signals.emit(name);
    const { code, stderr } = await running;
    assert.equal(code, 130);
    assert.equal(stderr, 'error: interrupted; nothing was changed\n');
    assert.deepEqual(exits, []);
    assert.deepEqual(signals.eventNames(), []);
  }
});

test('a second signal ends the process at once', async () => {
  const signals = new EventEmitter();
  let now = 100;
  const exits: number[] = [];
  void command(['web'], {
    slim: () => new Promise(() => {}),
    signals,
    clock: () => now,
    exit: (code) => exits.push(code),
  });
  while (signals.listenerCount('SIGINT') === 0) await new Promise(setImmediate);
  signals.emit('SIGINT');
  // timeout(1) sends its signal to the process and to its group
  signals.emit('SIGINT');
  now += 499;
  signals.emit('SIGTERM');
  assert.deepEqual(exits, []);
  now += 1;
  signals.emit('SIGTERM');
  assert.deepEqual(exits, [130]);
});

/** A stdout on which every write fails. */
function brokenOutput(code: string): Output {
  return new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
}

test('a reader that has gone away is no failure; a full disk is', async () => {
  for (const args of [['web'], ['web', '--json'], ['--help']]) {
    const { code, stderr } = await command(args, { stdout: brokenOutput('EPIPE') });
    assert.deepEqual([code, stderr], [0, '']);
    const full = await command(args, { stdout: brokenOutput('ENOSPC') });
    assert.equal(full.code, 1);
    assert.match(full.stderr, /standard output can't be written: ENOSPC/);
  }
});
