import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bundle } from '../../../src/proof/container-run/bundle.ts';
import { tracedStart } from '../../../src/proof/trace/strace-command.ts';

function tracer(mentioned = ''): Bundle {
  return {
    folder: '.x' as Bundle['folder'],
    command: ['/.x/ld.so', '/.x/bin/strace'],
    output: '/.x/out',
    runsOn: () => true,
    mentions: (text) => text === mentioned,
    archive: () => assert.fail('not asked for'),
  };
}

const COMMAND = { argv: ['app', '-o', '--', 'x'], env: [], place: 'above', keepsRights: false } as const;

test('the command comes last and whole, after an end of options', () => {
  const { argv, env } = tracedStart(tracer(), COMMAND);
  assert.deepEqual(argv.slice(0, 2), ['/.x/ld.so', '/.x/bin/strace']);
  assert.deepEqual(argv.slice(-5), ['--', 'app', '-o', '--', 'x']);
  assert.equal(argv[argv.indexOf('-o') + 1], '/.x/out/trace');
  assert.deepEqual(env, {});
});

test('newer versions are told to leave alone what is not traced; a service is the first process', () => {
  const options = (start: ReturnType<typeof tracedStart>): string[] =>
    ['-D', '--seccomp-bpf'].filter((option) => start.argv.includes(option));
  assert.deepEqual(options(tracedStart(tracer(), COMMAND)), []);
  assert.deepEqual(options(tracedStart(tracer('seccomp-bpf'), COMMAND)), ['--seccomp-bpf']);
  assert.deepEqual(options(tracedStart(tracer(), { ...COMMAND, place: 'beside' })), ['-D']);
});

test("what is meant for the image's loader is kept from the tracer's, and reaches the command", () => {
  const env = ['LD_PRELOAD=/old.so', 'PATH=/bin', 'LD_PRELOAD=/usr/lib/a=b.so', 'LD_LIBRARY_PATH=/opt/lib'];
  const start = tracedStart(tracer(), { ...COMMAND, env });
  assert.deepEqual(start.env, { LD_PRELOAD: '', LD_LIBRARY_PATH: '' });
  const handed = start.argv.filter((_, index) => start.argv[index - 1] === '-E');
  assert.deepEqual(handed, ['LD_PRELOAD=/usr/lib/a=b.so', 'LD_LIBRARY_PATH=/opt/lib']);
});

test('rights are kept by making the calls void', () => {
  const given = (keepsRights: boolean): string | undefined =>
    tracedStart(tracer(), { ...COMMAND, keepsRights }).argv.find((word) => word.startsWith('inject='));
  assert.equal(given(false), undefined);
  assert.match(given(true) ?? '', /^inject=.*\?setuid,.*\?setresgid,.*:retval=0$/);
});
