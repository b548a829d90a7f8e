import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const ROOT = new URL('../../', import.meta.url);
const json = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(name, ROOT), 'utf8')) as Record<string, unknown>;

const { packages } = json('package-lock.json') as { packages: Record<string, Locked> };
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** Packages that run something when they are installed: native code for this machine, or the choice of it. */
const WITH_SCRIPTS = ['cpu-features', 'esbuild', 'koffi', 'protobufjs', 'ssh2'];

/** What is wrong with where a package comes from; undefined where nothing is. */
function problem({ version, resolved, integrity, link }: Locked): string | undefined {
  if (link === true) return 'is a link';
  if (!/^\d+\.\d+\.\d+/.test(version ?? '')) return 'has no version';
  // A lock file may leave the address out: then it is the registry's, and the digest says what it has to give.
  if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) return `comes from ${resolved}`;
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '') ? undefined : 'has no digest';
}

test('every package is locked to a digest, and comes from the registry', () => {
  assert.ok(locked.length > 100);
  assert.deepEqual(
    locked.flatMap(([path, each]) => (problem(each) === undefined ? [] : [`${path} ${problem(each)}`])),
    [],
  );
});

test('no package that is not known for it runs something when it is installed', () => {
  const names = locked
    .filter(([, each]) => each.hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  assert.deepEqual(
    [...new Set(names)].filter((name) => !WITH_SCRIPTS.includes(name)),
    [],
  );
});

test('what is asked for is asked of the registry', () => {
  const manifest = json('package.json');
  const ranges = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Record<string, string>),
  );
  for (const [name, range] of ranges) assert.match(range, /^[\^~]?\d+\.\d+\.\d+$/, name);
});

test('what is wrong with a lock file is seen', () => {
  const good = { version: '1.0.0', integrity: `sha512-${'a'.repeat(86)}==` };
  assert.equal(problem(good), undefined);
  assert.equal(problem({ ...good, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' }), undefined);
  for (const bad of [
    { version: '1.0.0' },
    { ...good, integrity: 'sha1-xyz' },
    { ...good, resolved: 'git+ssh://git@github.com/a/a.git#1' },
    { ...good, resolved: 'https://registry.npmjs.org.example/a.tgz' },
    { ...good, link: true },
    { integrity: good.integrity },
  ])
    assert.notEqual(problem(bad), undefined);
});
