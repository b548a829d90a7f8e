import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { file } from '../builders/tar.ts';
import { nothingIsLeft, openLab } from './cases/lab.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const lab = await openLab('package');
const folder = mkdtempSync(join(tmpdir(), 'sw-package-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const consumer = join(folder, 'consumer');
const bin = join(consumer, 'node_modules/.bin/skinnywhale');

/** npm without what an npm that runs this test has put into the environment. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const options = { cwd, env: { ...env, npm_config_update_notifier: 'false' }, extendEnv: false };
  return (await execa('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], options)).stdout;
}

/** Built and packed from a copy, since other tests may be using this checkout's build. */
async function pack(): Promise<string> {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of readdirSync(ROOT)) {
    if (['node_modules', 'dist', '.git'].includes(name)) continue;
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await npm(['pack', '--pack-destination', folder], copy);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  assert.ok(tarball);
  return join(folder, tarball);
}

const tarball = await pack();
mkdirSync(consumer);
writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
await npm(['install', '--omit=dev', tarball], consumer);

test('the package holds what is run, and nothing else', async () => {
  const { stdout } = await execa('tar', ['-tzf', tarball]);
  const names = stdout.split('\n').map((name) => name.replace(/^package\//, ''));
  const unexpected = names.filter(
    (name) => !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/skinnywhale\.js|dist\/.+)$/.test(name),
  );
  assert.deepEqual(unexpected, []);
  assert.deepEqual(
    names.filter(
      (name) => name.startsWith('dist/') && !/(\.d\.ts|\.js|report\.schema\.json|THIRD-PARTY-LICENSES)$/.test(name),
    ),
    [],
  );
  for (const name of [
    'package.json',
    'bin/skinnywhale.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/report/report.schema.json',
  ]) {
    assert.ok(names.includes(name), name);
  }
  const licences = readFileSync(join(consumer, 'node_modules/skinnywhale/dist/THIRD-PARTY-LICENSES'), 'utf8');
  for (const name of ['dockerode', 'commander']) assert.match(licences, new RegExp(`^${name} \\d`, 'm'));
  for (const name of ['ssh2', '@grpc/grpc-js']) assert.ok(!licences.includes(`\n${name} `), name);
  const installed = readdirSync(join(consumer, 'node_modules'));
  for (const name of ['typescript', 'tsx', '@biomejs', 'ajv']) assert.equal(installed.includes(name), false, name);
});

test('the installed command says what it is', async () => {
  const { stdout: version } = await execa(bin, ['--version']);
  const { stdout: help } = await execa(bin, ['--help']);
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.match(help, /^Usage: skinnywhale \[options\] <container or image>/);
});

test('the installed command slims a container', async () => {
  const container = await lab.containerWith(await lab.importImage([file('etc/passwd', '')]), [file('opt/x', 'x')]);
  const image = lab.imageName();
  const { stdout } = await execa(bin, ['--quiet', '--host', lab.docker.host, '--tag', image, container], {
    cwd: folder,
    env: { TMPDIR: lab.folder },
  });
  assert.equal(stdout, image);
  assert.equal((await lab.treeOf(image)).get('opt/x')?.content, 'x');
});

test('the library can be imported, and has types', async () => {
  const container = await lab.containerWith(await lab.importImage([file('etc/passwd', '')]), [file('opt/x', 'x')]);
  const image = lab.imageName();
  writeFileSync(
    join(consumer, 'use.ts'),
    `import { slim, SkinnywhaleError, type SlimEvent, type SlimReport } from 'skinnywhale';
     import schema from 'skinnywhale/report.schema.json' with { type: 'json' };
     const phases: string[] = [];
     const onEvent = (event: SlimEvent): void => { if (event.type === 'phase') phases.push(event.phase); };
     const [container = '', tag = '', host = ''] = process.argv.slice(2);
     const report: SlimReport = await slim({ container, tag, host, onEvent });
     const refused: unknown = await slim({ container: 'a b' }).catch((error: unknown) => error);
     const code: string = refused instanceof SkinnywhaleError ? refused.code : 'none';
     console.log(JSON.stringify([report.result.reference, code, phases[0], typeof schema]));`,
  );
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: ['node'],
    resolveJsonModule: true,
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  // only the checker and node's own types come from here
  mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true });
  for (const name of ['node', 'undici-types']) {
    const [from, to] = name === 'node' ? ['@types/node', '@types/node'] : [name, name];
    if (!existsSync(join(consumer, 'node_modules', to))) {
      symlinkSync(join(ROOT, 'node_modules', from), join(consumer, 'node_modules', to));
    }
  }
  const checked = await execa(join(ROOT, 'node_modules/.bin/tsc'), ['-p', consumer], { cwd: consumer, reject: false });
  assert.equal(checked.exitCode, 0, checked.stdout);
  const { stdout } = await execa(process.execPath, ['use.js', container, image, lab.docker.host], {
    cwd: consumer,
    stderr: 'ignore',
  });
  assert.deepEqual(JSON.parse(stdout), [image, 'USAGE', 'inspect', 'object']);
});

nothingIsLeft(lab);
