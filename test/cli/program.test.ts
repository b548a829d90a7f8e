import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VARIABLES } from '../../src/cli/environment.ts';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exit-codes.ts';
import { optionFlags, optionMeaning } from '../../src/cli/option-words.ts';
import { VIEW_OPTIONS } from '../../src/cli/view-options.ts';
import { OPTION_ROWS } from '../../src/options/option-table.ts';
import { TIGHT_LEVELS } from '../../src/options.ts';
import { command } from './command.ts';

test('a bare container: nothing is said that is not given', async () => {
  const { options, code } = await command(['web']);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(JSON.stringify(options)), { subject: 'web', env: {} });
});

test('--tight needs no value, takes a level behind an equals sign alone, and none that does not belong to it', async () => {
  const tight = async (...args: string[]) => (await command(args, {})).options;
  assert.deepEqual(await tight('--tight', 'web'), {
    subject: 'web',
    tight: 'unowned',
    reportCache: undefined,
    env: {},
  });
  for (const level of TIGHT_LEVELS) assert.equal((await tight('web', `--tight=${level}`))?.tight, level);
  assert.equal((await tight('--tight', 'package'))?.subject, 'package');
  assert.equal((await tight('--tight=observed', '--tight=package', 'web'))?.tight, 'package');
  assert.equal((await tight('web'))?.tight, undefined);
  assert.match((await command(['--tight=most', 'web'])).stderr, /unknown option '--tight=most'/);
});

test('every option reaches the library', async () => {
  const args = [
    '-t',
    'a/b:1',
    '--base',
    'debian:12',
    '--output',
    'docker-archive:o.tar',
    '--host',
    'tcp://h:1',
    '--force',
    '--include',
    '/x/*',
    '--include',
    '/y',
    '--exclude',
    '/z',
  ]
    .concat(['--brute-lib', '--brute-usr-lib', '--trim', 'docs,logs,docs', '--config', 'container'])
    .concat(['--rule', '-gconv', '--rule', '+shell', '--dlopen', 'certain', '--programs', 'all'])
    .concat([
      '--change',
      'CMD ["a"]',
      '--change',
      'USER u',
      '--no-pause',
      '--strict',
      '--dry-run',
      '--keep-temp',
      '--report',
      'r.json',
    ])
    .concat([
      '--source',
      'engine',
      '--sink',
      'load',
      '--temp-dir',
      '/big',
      '--package-data',
      'keep',
      '--check',
      'a b',
      '--check-file',
      'c.yaml',
      '--probe',
      'tcp:1',
    ])
    .concat([
      '--check-network',
      'host',
      '--keep-failed',
      '--repair',
      '5',
      '--trace',
      't',
      '--tracer',
      'img',
      '--profile',
      'p',
    ])
    .concat(['--check-timeout', '1.5', '--check-env', 'A=b', '--check-env-file', 'e', '--check-volume', '/a:/b'])
    .concat(['--check-with', 'db', '--check-memory', '1g', '--check-pids', '9', '--check-privileges'])
    .concat(['--no-trace-checks', '--profile-out', 'o', '--live', '--tight=package', 'web']);
  const env = { XDG_CACHE_HOME: '/cache' };
  const { options } = await command(args, { env });
  assert.deepEqual(options, {
    subject: 'web',
    base: 'debian:12',
    output: 'docker-archive:o.tar',
    tag: 'a/b:1',
    host: 'tcp://h:1',
    force: true,
    include: ['/x/*', '/y'],
    exclude: ['/z'],
    bruteLib: true,
    bruteUsrLib: true,
    trim: ['docs', 'logs'],
    rules: ['-gconv', '+shell'],
    dlopen: 'certain',
    programs: 'all',
    config: 'container',
    change: ['CMD ["a"]', 'USER u'],
    pause: false,
    strict: true,
    dryRun: true,
    keepTemp: true,
    report: 'r.json',
    reportCache: '/cache/skinnywhale/reports',
    source: 'engine',
    sink: 'load',
    tempDir: '/big',
    packageData: 'keep',
    checks: ['a b'],
    checkFiles: ['c.yaml'],
    probes: ['tcp:1'],
    checkNetwork: 'host',
    checkTimeout: 1.5,
    checkEnv: ['A=b'],
    checkEnvFiles: ['e'],
    checkVolumes: ['/a:/b'],
    checkWith: ['db'],
    checkMemory: '1g',
    checkPids: '9',
    checkPrivileges: true,
    traceChecks: false,
    keepFailed: true,
    repair: 5,
    traces: ['t'],
    tracer: 'img',
    profiles: ['p'],
    profileOut: 'o',
    live: 'open',
    tight: 'package',
    env,
  });
});

test('--trim none trims nothing; an option after the container counts', async () => {
  const { options } = await command(['web', '--trim', 'none', '--tag=x']);
  assert.deepEqual(options?.trim, []);
  assert.equal(options?.tag, 'x');
});

test('reports are kept where caches are, unless they are not wanted or there is no such place', async () => {
  const folder = async (env: Record<string, string>): Promise<string | undefined> =>
    (await command(['web'], { env })).options?.reportCache;
  assert.equal(await folder({ HOME: '/home/a' }), '/home/a/.cache/skinnywhale/reports');
  assert.equal(await folder({ HOME: '/home/a', XDG_CACHE_HOME: '' }), '/home/a/.cache/skinnywhale/reports');
  assert.equal(await folder({ HOME: '/home/a', XDG_CACHE_HOME: '/c' }), '/c/skinnywhale/reports');
  assert.equal(await folder({ HOME: '/home/a', XDG_CACHE_HOME: 'relative' }), undefined);
  assert.equal(await folder({ HOME: '/home/a', SKINNYWHALE_CACHE: 'off' }), undefined);
  assert.equal(await folder({}), undefined);
});

test("the original's variables mean their options when they are set and not empty", async () => {
  const set = await command(['web'], { env: { DEBUG: '1', NOCLEANUP: 'x', BRUTELIB: '0', BRUTEUSRLIB: 'true' } });
  assert.deepEqual([set.options?.keepTemp, set.options?.bruteLib, set.options?.bruteUsrLib], [true, true, true]);
  const empty = await command(['web'], { env: { DEBUG: '', NOCLEANUP: '', BRUTELIB: '', BRUTEUSRLIB: '' } });
  assert.deepEqual(empty.options?.keepTemp ?? empty.options?.bruteLib ?? empty.options?.bruteUsrLib, undefined);
});

test('a container that is called like a command is named behind `slim`; any other operand is one', async () => {
  for (const name of ['explain', 'rules', 'doctor', 'slim', 'help'])
    assert.equal((await command(['slim', name])).options?.subject, name);
  for (const name of ['version', 'none', '']) assert.equal((await command([name])).options?.subject, name);
  assert.equal((await command(['--tag', 'explain', 'web'])).options?.tag, 'explain');
  assert.equal((await command(['slim', '--force', 'web'])).options?.force, true);
});

test('wrong usage: exit code 2, a message, a hint, nothing on stdout, and no run', async () => {
  const cases: [args: string[], message: RegExp, hint: RegExp][] = [
    [[], /^error: no container or image given$/m, /skinnywhale --help/],
    [['--force'], /no container or image given/, /--help/],
    [['a', 'b'], /too many arguments/, /--help/],
    [['explain', 'r.json'], /explain takes an image or a report, and a path/, /explain --help/],
    [['explain', 'r.json', '/a', '/b'], /explain takes an image or a report, and a path/, /explain --help/],
    [['explain', 'r.json', '/a', '--force'], /unknown option '--force'/, /--help/],
    [['explain'], /explain takes an image or a report, and a path/, /explain --help/],
    [['rules', '+gconv'], /too many arguments for 'rules'/, /--help/],
    [['--repair', '1000', 'a'], /--repair: "1000" is not a number up to 999/, /--help/],
    [['--rules', '+gconv'], /--rules lists the rules, and takes no "\+gconv"/, /--rule \+name/],
    [['--forse', 'a'], /unknown option '--forse'/, /Did you mean --force\?/],
    [['-x', 'a'], /unknown option '-x'/, /--help/],
    [['a', '--tag'], /--tag <ref>' argument missing/, /--help/],
    [['--config', 'both', 'a'], /'both' is invalid\. Allowed choices are image, container/, /--help/],
    [['--trim', 'caches,nope', 'a'], /no group "nope"/, /none, or some of caches, tmp/],
    [['--trim', '', 'a'], /no group ""/, /none/],
    [['--trim', 'none,tmp', 'a'], /no group "none"/, /none/],
  ];
  for (const [args, message, hint] of cases) {
    const { code, stdout, stderr, options } = await command(args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.match(/^hint: (.*)$/m.exec(stderr)?.[1] ?? '', hint);
    assert.equal(stderr.split('\n').length, 3, stderr);
    assert.equal(options, undefined);
  }
});

test('--help is one screen on stdout: examples first, the common options, and where the rest is', async () => {
  const { code, stdout, stderr, options } = await command(['--help']);
  assert.deepEqual([code, stderr, options], [0, '', undefined]);
  const lines = stdout.trimEnd().split('\n');
  assert.ok(lines.length <= 40, `${lines.length} lines`);
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.ok(stdout.indexOf('Examples:') < stdout.indexOf('--tag'));
  for (const name of ['--tag', '--include', '--check', '--json', 'explain', 'rules', 'doctor', '--help-all'])
    assert.ok(stdout.includes(name), name);
  for (const args of [['-h', 'web'], ['--force', '--help'], ['slim', '--help'], ['help']])
    assert.equal((await command(args)).stdout, stdout, args.join(' '));
});

test('--help-all tells every option with its choices and default, every variable and exit code', async () => {
  const { code, stdout } = await command(['--help-all']);
  assert.equal(code, 0);
  const words = stdout.replace(/\s+/g, ' ');
  for (const spec of [...OPTION_ROWS.map(([, each]) => each), ...Object.values(VIEW_OPTIONS)])
    assert.ok(words.includes(`${optionFlags(spec)} ${optionMeaning(spec)}`), spec.flag);
  for (const [name, meaning] of VARIABLES) assert.ok(words.includes(`${name} ${meaning}`), name);
  for (const [exit, meaning] of Object.entries(EXIT_CODE_MEANINGS))
    assert.match(stdout, new RegExp(`^ +${exit}  ${meaning}$`, 'm'));
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  assert.equal((await command(['web', '--help-all'])).stdout, stdout);
});

test('--version is the version of the package', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  for (const flag of ['--version', '-V']) {
    const { code, stdout } = await command([flag]);
    assert.deepEqual([code, stdout], [0, `${manifest.version}\n`]);
  }
});
