import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { type ClosurePolicy, computeClosure } from '../../src/closure/closure.ts';
import type { Closure } from '../../src/closure/closure-result.ts';
import type { FileTree } from '../../src/filesystem/file-tree.ts';
import { SpoolStore } from '../../src/filesystem/spool-store.ts';
import { TreeBuilder } from '../../src/filesystem/tree-builder.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { type ImagePath, imagePath } from '../../src/model/image-path.ts';
import type { PackageDatabase } from '../../src/package-records/database/package-database.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { HEURISTICS } from '../../src/rules/rule-set.ts';
import { TarScanner } from '../../src/tar/scanner.ts';
import { installMissing } from '../fixture/packages.ts';

/** A Debian system as a tree, without an engine: what a parent image would hold. */
export interface DebianTree {
  readonly tree: FileTree;
  readonly content: SpoolStore;
  /** the archive that it is read from, a file of this machine; stays for other tests */
  readonly archive: string;
  readonly database: PackageDatabase;
}

/** Several test files use the same trees: the test runner gives them one folder and removes it with the trees at its end. */
const FOLDER = process.env['SKINNYWHALE_TEST_TREES'] ?? join(tmpdir(), 'skinnywhale-test-trees');
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Makes a real Debian 12 system with mmdebstrap: `minbase` with the packages' own scripts run, or, for another
 * architecture, `extract`: the packages' files alone.
 */
export async function debianTree(packages: readonly string[], architecture = 'amd64'): Promise<DebianTree> {
  await installMissing({ mmdebstrap: 'mmdebstrap', [KEYRING]: 'debian-archive-keyring' }, { log: console.error });
  const name = createHash('sha256')
    .update(JSON.stringify([packages, architecture]))
    .digest('hex')
    .slice(0, 16);
  const path = join(FOLDER, `${name}.tar`);
  if (!existsSync(path)) {
    mkdirSync(FOLDER, { recursive: true });
    const draft = `${path}.${process.pid}`;
    const variant = architecture === 'amd64' ? 'minbase' : 'extract';
    const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
    const options = [
      '--quiet',
      '--format=tar',
      `--variant=${variant}`,
      `--architectures=${architecture}`,
      `--keyring=${KEYRING}`,
    ];
    // Archives of security fixes are not always whole for every architecture, and what they have is not what is tested.
    const archives = architecture === 'amd64' ? [] : ['deb http://deb.debian.org/debian bookworm main'];
    // Of several test files that need it at a time, one makes it, and the others wait.
    const once = ['--exclusive', `${path}.lock`, 'sh', '-c', 'test -e "$0" || { "$@" && mv "$DRAFT" "$0"; }', path];
    await execa('flock', [...once, 'mmdebstrap', ...options, ...include, 'bookworm', draft, ...archives], {
      stdin: 'ignore',
      env: { LC_ALL: 'C.UTF-8', TZ: 'UTC', DRAFT: draft },
    });
  }
  const builder = new TreeBuilder();
  const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) scanner.push(chunk);
  });
  scanner.end();
  const [tree, content] = [builder.build(), new SpoolStore(path)];
  return { tree, content, archive: path, database: readPackages({ tree, content }) };
}

/** Heuristics would keep much of what a rule is tested for. */
const WIDE = HEURISTICS.map(({ name }) => `-${name}`);

/** The closure of some files of a tree, as if they were the change layer, by headers and rules; with `wide` by everything. */
export function closureOf(
  { tree, content, database }: DebianTree,
  seeds: readonly string[],
  options: Partial<ClosurePolicy> & { run?: RunConfig; wide?: boolean } = {},
): Closure {
  const entries = seeds.map((seed) => {
    const { entry } = tree.resolve(imagePath(seed), { followLast: false });
    if (entry === undefined) throw new Error(`the tree has no ${seed}`);
    return { entry, reason: { kind: 'changed' as const } };
  });
  const { run = {}, wide = false, rules = [], ...policy } = options;
  const wanted = {
    dlopen: 'likely',
    programs: 'direct',
    ...policy,
    rules: wide ? rules : [...WIDE, ...rules],
  } as const;
  return computeClosure({ tree, content, run }, entries, wanted, [], database);
}

/** Whether `path` is kept, links in front of it followed. */
export function keeps({ tree }: DebianTree, closure: Closure, path: string): boolean {
  return closure.kept.has(tree.resolve(imagePath(path)).path as ImagePath);
}
