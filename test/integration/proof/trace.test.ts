import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { programFiles } from '../../../src/loader/program-files.ts';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import { machineSource } from '../../../src/proof/trace/find-tracer.ts';
import { type TracedCommandResult, type TraceSpec, traceCommand } from '../../../src/proof/trace/run-trace.ts';
import { directory, file, program, symlink, type TarMember } from '../../builders/tar.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import {
  connectTo,
  containersOf,
  importImage,
  installTools,
  settingFor,
  threadedProgram,
  tracerFor,
} from './tracing.ts';

const FILES = `
mkdir -p /srv/app/deep /srv/shared /srv/private
cd /srv
for each in app/one app/deep/two shared/three app/unused; do echo $each > $each; done
ln -s app/deep link
ln -s /srv/shared app/shared
printf '#!/bin/sh\\ncat /srv/app/one\\n' > app/deep/run
chmod +x app/deep/run
echo x > /srv/private/secret
chmod 700 /srv/private
`;

await installTools();
const lab = await openLab('trace');
const image = await lab.shellImage().then(async (parent) => {
  const container = await lab.runningAfter(parent, FILES);
  const name = lab.imageName();
  await lab.docker.docker(['commit', '--change', 'ENTRYPOINT ["cat"]', '--change', 'WORKDIR /srv', container, name]);
  return name;
});
const setting = await settingFor(lab, image);

async function trace(...argv: readonly string[]): Promise<TracedCommandResult> {
  return traceCommand({ command: argv, entrypoint: 'replace', timeout: 60 }, setting);
}

async function traced(spec: Partial<TraceSpec>): Promise<TracedCommandResult> {
  return traceCommand({ command: ['true'], entrypoint: 'replace', timeout: 60, ...spec }, setting);
}

/** `path how` of what is in /srv. */
function inSrv({ learned }: TracedCommandResult): string[] {
  return learned.filter(({ path }) => path.startsWith('/srv')).map(({ path, how }) => `${path} ${how}`);
}

test('a script with working directories, links and subshells; its exit code and its output are its own', async () => {
  const script = 'cd -P link; (cd -P ..; cat one; ls shared >/dev/null); cat two; ./run; echo oops >&2; exit 3';
  const run = await trace('sh', '-c', script);
  assert.deepEqual(
    [run.exitCode, run.stdout.kept.toString(), run.stderr.kept.toString(), run.timedOut],
    [3, 'app/one\napp/deep/two\napp/one\n', 'oops\n', false],
  );
  assert.deepEqual(inSrv(run), [
    '/srv resolved',
    '/srv/app resolved',
    '/srv/app/deep resolved',
    '/srv/app/deep/run executed',
    '/srv/app/deep/two opened',
    '/srv/app/one opened',
    '/srv/app/shared resolved',
    '/srv/link resolved',
    '/srv/shared listed',
  ]);
  const programs = run.learned.filter(({ how, path }) => how === 'executed' && path.startsWith('/usr/bin'));
  assert.deepEqual(
    programs.map(({ path }) => path),
    ['cat', 'ls', 'sh'].map((name) => `/usr/bin/${name}`),
  );
  assert.ok(run.learned.some(({ path, by }) => path.endsWith('/libc.so.6') && by === '/srv/app/deep/run'));
  assert.ok(run.learned.every(({ path }) => !path.includes('skinnywhale')));
});

test('another user, environment, working directory and input', async () => {
  const script = 'perl -e "print \\$<"; echo; echo "$A"; read line; echo "$line"; cat one';
  const run = await traced({
    command: ['sh', '-c', script],
    user: '65534:65534',
    env: { A: 'b c' },
    workingDir: '/srv/app',
    stdin: 'typed\n',
  });
  assert.deepEqual([run.exitCode, run.stdout.kept.toString()], [0, '65534\nb c\ntyped\napp/one\n']);
  assert.ok(inSrv(run).includes('/srv/app/one opened'));
});

test("arguments of the image's own Entrypoint", async () => {
  const run = await traced({ command: ['app/one'], entrypoint: 'keep' });
  assert.equal(run.stdout.kept.toString(), 'app/one\n');
});

test("what the image's loader is told reaches the program, and not the tracer", async () => {
  const env = { LD_LIBRARY_PATH: '/srv/app', LD_PRELOAD: '/srv/none.so' };
  const run = await traced({ command: ['sh', '-c', 'echo $LD_LIBRARY_PATH $LD_PRELOAD'], env });
  assert.equal(run.stdout.kept.toString(), '/srv/app /srv/none.so\n');
  // one complaint, by the shell's loader
  assert.equal(run.stderr.kept.toString().match(/cannot be preloaded/g)?.length, 1);
});

test('a program that gives up its rights is run again without that, and what it read is learned', async () => {
  const script = '$> = 65534; open(F, "app/one") or die; print <F>; print open(F, "private/secret") ? 1 : 0; exit 5';
  const run = await trace('perl', '-e', script);
  // the first run's own result: without the right to read the secret
  assert.deepEqual([run.exitCode, run.stdout.kept.toString()], [5, 'app/one\n0']);
  assert.ok(inSrv(run).includes('/srv/app/one opened'));
  assert.deepEqual(run.unreadable, []);
});

test('a program that insists on what it gave up is said to be read in parts', async () => {
  const script = '$> = 65534; open(F, "app/one") or die; exit($> == 0 ? 1 : 0)';
  const run = await trace('perl', '-e', script);
  assert.equal(run.exitCode, 0);
  assert.deepEqual(run.unreadable, ['/usr/bin/perl']);
  assert.ok(inSrv(run).includes('/srv/app/one opened'));
});

test('a static program with threads, in an image that has nothing else', async () => {
  const members = [
    program('app', await threadedProgram()),
    ...['srv', 'srv/app', 'srv/app/deep'].map((name) => directory(name)),
    file('srv/app/one'),
    file('srv/app/deep/two'),
    file('srv/app/unused'),
  ];
  const bare = await settingFor(lab, await importImage(lab, members, 'CMD ["/app"]'));
  const run = await traceCommand({ command: undefined, entrypoint: 'replace', user: '65534', timeout: 60 }, bare);
  assert.equal(run.exitCode, 0, run.stderr.kept.toString());
  assert.deepEqual(
    run.learned.map(({ path, how }) => `${path} ${how}`),
    ['/app executed', '/srv/app/deep resolved', '/srv/app/deep/two opened', '/srv/app/one opened'],
  );
});

test('a program that is not there, or can not be run, is an error with the reason', async () => {
  const isTold = (reason: RegExp) => (error: unknown) =>
    error instanceof SkinnywhaleError && error.code === 'FAILED' && reason.test(error.message);
  await assert.rejects(trace('nonesuch'), isTold(/nonesuch could not be traced:\n.*No such file or directory/));
  await assert.rejects(trace('/srv/app/one'), isTold(/one could not be traced:\n.*Permission denied/));
  assert.deepEqual(await containersOf(lab, image), []);
});

test('a command that takes too long is ended; what it used until then is learned', async () => {
  const run = await traced({ command: ['sh', '-c', 'cat app/one; sleep 300'], timeout: 2 });
  assert.deepEqual([run.timedOut, run.exitCode, run.stdout.kept.toString()], [true, 137, 'app/one\n']);
  assert.ok(inSrv(run).includes('/srv/app/one opened'));
});

test('a daemon that a command leaves behind is ended soon after the command', async () => {
  const start = performance.now();
  const run = await traced({ command: ['sh', '-c', 'cat app/one; sleep 290 >/dev/null 2>&1 & exit 3'] });
  assert.deepEqual([run.timedOut, run.exitCode], [false, 3]);
  assert.ok(performance.now() - start < 60_000, 'the limit is 300 s');
  assert.ok(inSrv(run).includes('/srv/app/one opened'));
});

test('an interrupted run leaves no container and no volume', async () => {
  const stop = new AbortController();
  const interrupted = { ...setting, client: await connectTo(lab, stop.signal) };
  const running = traceCommand({ command: ['sleep', '300'], entrypoint: 'replace', timeout: 60 }, interrupted);
  const isRejected = assert.rejects(running, ({ code }: SkinnywhaleError) => code === 'INTERRUPTED');
  while ((await lab.docker.docker(['ps', '--quiet', '--filter', `ancestor=${image}`])) === '') await sleep(50);
  await sleep(300);
  stop.abort();
  await isRejected;
  assert.deepEqual(await containersOf(lab, image), []);
});

test('the strace of an image serves as well', async () => {
  const source = machineSource();
  const found = programFiles(source, '/usr/bin/strace');
  const bytes = (entry: typeof found.program): Buffer => source.content.content(entry).read(0, entry.size);
  const members: TarMember[] = [directory('opt'), program('opt/strace', bytes(found.program)), directory('lib')];
  for (const [name, entry] of found.libraries) members.push(file(`lib/${name}`, bytes(entry)));
  if (found.interpreter !== undefined) {
    members.push(program('lib/loader', bytes(found.interpreter)), directory('lib64'));
    members.push(symlink('lib64/ld-linux-x86-64.so.2', '/lib/loader'));
  }
  const tools = await importImage(lab, members, 'ENV PATH=/bin:/opt');
  const tracer = await tracerFor(lab, setting.client, { tracer: tools, path: '/none' });
  const run = await traceCommand(
    { command: ['cat', 'app/one'], entrypoint: 'replace', timeout: 60 },
    { ...setting, tracer },
  );
  assert.deepEqual(inSrv(run), ['/srv/app/one opened']);
});

test('without a tracer that runs there, the hint names the option', async () => {
  const { client } = setting;
  const isTold = (reason: RegExp) => (error: unknown) =>
    error instanceof SkinnywhaleError &&
    error.code === 'USAGE' &&
    reason.test(error.message) &&
    /--tracer PATH.*--tracer IMAGE/.test(error.hint ?? '');
  await assert.rejects(tracerFor(lab, client, { path: '/none' }), isTold(/strace is not installed/));
  await assert.rejects(tracerFor(lab, client, { tracer: 'no/such:image' }), isTold(/neither a file .* nor an image/));
  await assert.rejects(tracerFor(lab, client, { tracer: image }), isTold(/has no strace on its PATH/));
  await assert.rejects(tracerFor(lab, client, { architecture: 's390x' }), isTold(/does not run on s390x/));
});

nothingIsLeft(lab);
