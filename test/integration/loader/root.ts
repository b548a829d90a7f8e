import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa, execaSync } from 'execa';
import { type ClosurePolicy, computeClosure } from '../../../src/closure/closure.ts';
import type { Closure } from '../../../src/closure/closure-result.ts';
import { isElf } from '../../../src/elf/elf-file.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import { imagePath } from '../../../src/model/image-path.ts';
import { type Fixture, readFixture } from '../../builders/tar.ts';
import { installMissing } from '../../fixture/packages.ts';

/** What is linked: names in DT_NEEDED are taken as they are, whether there is such a file or not. */
export interface LinkSpec {
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  /** further options of ld: `-f name`, `--audit=name` */
  readonly flags?: readonly string[];
  /** C text; default: nothing, for a program one that prints what is in its memory */
  readonly text?: string;
}

/** How a program is started in the folder. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** numeric user and group; default root */
  readonly user?: number;
  readonly args?: readonly string[];
}

/** What the loader of the folder did. Paths are physical, without a leading slash. */
export interface Loaded {
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly failed: boolean;
  readonly output: string;
}

/** What the closure has for a program. Paths are physical, without a leading slash. */
export interface Kept {
  /** ELF files, the program left out */
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly closure: Closure;
}

/** Prints the paths of all that is in its memory, then the same after a dlopen of each argument. */
const MAIN = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
static int show(struct dl_phdr_info *info, size_t size, void *data) {
  if (*info->dlpi_name && strncmp(info->dlpi_name, "linux-", 6) != 0) printf("LOADED %s\\n", info->dlpi_name);
  return 0;
}
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (dlopen(argv[i], RTLD_NOW) == NULL) printf("MISSING %s\\n", argv[i]);
  dl_iterate_phdr(show, NULL);
  return 0;
}
`;

/** Starts a program in a folder as if that were the root: FOLDER DIRECTORY USER PROGRAM ARGUMENT... It is static, so that the environment of the program means nothing to it. */
const LAUNCHER = `
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <grp.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int user = atoi(argv[3]);
  if (chroot(argv[1]) || chdir(argv[2])) { perror("chroot"); return 120; }
  if (user && (setgroups(0, NULL) || setgid(user) || setuid(user))) { perror("setuid"); return 121; }
  execv(argv[4], argv + 4);
  perror(argv[4]);
  return 122;
}
`;

/**
 * A small system in a temporary folder, with this machine's own loader and C library, and programs that are made for it.
 * Its loader is asked what it loads: the loader is this machine's, the programs are the tests'.
 */
export class LoaderRoot implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'skinnywhale-loader-'));
  readonly #work = mkdtempSync(join(tmpdir(), 'skinnywhale-link-'));
  readonly #stubs = new Map<string, string>();
  readonly #compiler: string;

  private constructor(compiler: string) {
    this.#compiler = compiler;
    // Others than root have to get in, too.
    chmodSync(this.folder, 0o755);
  }

  /** With glibc's loader at its usual path, a link leading to it as on systems that have merged / and /usr. */
  static async glibc(): Promise<LoaderRoot> {
    await installMissing(
      { gcc: 'gcc', '/usr/include/stdio.h': 'libc6-dev', patchelf: 'patchelf', ldconfig: 'libc-bin' },
      { log: console.error },
    );
    const root = new LoaderRoot('gcc');
    for (const name of ['lib', 'lib64', 'bin', 'sbin']) {
      mkdirSync(join(root.folder, 'usr', name), { recursive: true });
      symlinkSync(`usr/${name}`, join(root.folder, name));
    }
    for (const name of ['tmp', 'etc']) mkdirSync(join(root.folder, name));
    const libraries = '/lib/x86_64-linux-gnu';
    for (const name of ['ld-linux-x86-64.so.2', 'libc.so.6']) root.copy(`${libraries}/${name}`);
    root.link('/lib64/ld-linux-x86-64.so.2', `${libraries}/ld-linux-x86-64.so.2`);
    return root;
  }

  /** With musl's loader, which is its C library as well. */
  static async musl(): Promise<LoaderRoot> {
    await installMissing({ 'musl-gcc': 'musl-tools', gcc: 'gcc' }, { log: console.error });
    const root = new LoaderRoot('musl-gcc');
    mkdirSync(join(root.folder, 'etc'));
    root.copy('/lib/ld-musl-x86_64.so.1');
    return root;
  }

  /** The place in the folder of a path in the system. */
  at(path: string): string {
    return join(this.folder, path);
  }

  /** This machine's file, links resolved, at the same path or another. */
  copy(path: string, to = path): void {
    mkdirSync(dirname(this.at(to)), { recursive: true });
    copyFileSync(realpathSync(path), this.at(to));
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    symlinkSync(target, this.at(path));
  }

  write(path: string, content: string | Buffer, mode = 0o644): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content, { mode });
  }

  read(path: string): Buffer {
    return readFileSync(this.at(path));
  }

  chmod(path: string, mode: number): void {
    chmodSync(this.at(path), mode);
  }

  /** Changes bytes of a file: a value for each offset. */
  patch(path: string, bytes: Readonly<Record<number, number>>): void {
    const content = readFileSync(this.at(path));
    for (const [at, value] of Object.entries(bytes)) content[Number(at)] = value;
    writeFileSync(this.at(path), content);
  }

  /** A library; its soname is its file's name where none is given, and none where it is empty. */
  async library(path: string, spec: LinkSpec = {}): Promise<void> {
    const soname = spec.soname ?? path.slice(path.lastIndexOf('/') + 1);
    const named = soname === '' ? [] : [`-Wl,-soname,${soname}`];
    await this.#link(path, { text: '', ...spec }, ['-shared', '-fPIC', '-nostdlib', ...named]);
  }

  async program(path: string, spec: LinkSpec = {}, options: readonly string[] = []): Promise<void> {
    await this.#link(path, { text: MAIN, ...spec }, options);
  }

  async patchelf(path: string, ...args: readonly string[]): Promise<void> {
    await execa('patchelf', [...args, this.at(path)]);
  }

  async ldconfig(...args: readonly string[]): Promise<void> {
    await execa('ldconfig', ['-r', this.folder, ...args], {
      env: { PATH: `${process.env['PATH'] ?? ''}:/sbin:/usr/sbin` },
    });
  }

  /** What the loader says that it would load (LD_TRACE_LOADED_OBJECTS). */
  async trace(program: string, start: Start = {}): Promise<Loaded> {
    return await this.run(program, { ...start, env: { ...start.env, LD_TRACE_LOADED_OBJECTS: '1' } });
  }

  /** Starts a program that a test has made. */
  async run(program: string, start: Start = {}): Promise<Loaded> {
    const cwd = start.cwd ?? '/';
    const launcher = await this.#launcher();
    // Without /proc there is no telling where a program lies.
    this.link('/proc/self/exe', `/${this.fixture().tree.resolve(program).path}`);
    const result = await execa(launcher, [this.folder, cwd, String(start.user ?? 0), program, ...(start.args ?? [])], {
      env: { ...start.env },
      extendEnv: false,
      reject: false,
      all: true,
    });
    rmSync(this.at('/proc'), { recursive: true });
    const output = result.all ?? '';
    // What the kernel itself maps has no file.
    const paths = [
      ...output.matchAll(/^(?:\s*\S+ => (\S+) \(0x\w+\)|\t(?!linux-)(\S+) \(0x\w+\)|LOADED (\S+))$/gm),
    ].map(([, found, plain, shown]) => found ?? plain ?? shown ?? '');
    const { tree } = this.fixture();
    const missing = [...output.matchAll(/^\s*(\S+) => not found$|^MISSING (\S+)$/gm)];
    const files = paths.map((path) => tree.resolve(path.startsWith('/') ? path : `${cwd}/${path}`).path);
    return {
      files: [...new Set(files)].filter((path) => path !== tree.resolve(program).path).sort(),
      missing: [...new Set(missing.map(([, traced, opened]) => traced ?? opened ?? ''))].sort(),
      failed: result.exitCode !== 0,
      output,
    };
  }

  /** The folder as a tree, through a real archive. */
  fixture(): Fixture {
    const { stdout } = execaSync('tar', ['--format=posix', '-C', this.folder, '-cf', '-', '.'], { encoding: 'buffer' });
    return readFixture(Buffer.from(stdout));
  }

  /** The closure of some files of the folder by the loader's rules alone. */
  closure(seeds: readonly string[], run: RunConfig = {}, policy: Partial<ClosurePolicy> = {}): Closure & Fixture {
    const { tree, content } = this.fixture();
    const entries = seeds.map((seed) => {
      const { entry } = tree.resolve(imagePath(seed), { followLast: false });
      if (entry === undefined) throw new Error(`the folder has no ${seed}`);
      return { entry, reason: { kind: 'changed' as const } };
    });
    const headersOnly = { rules: ['-all'], dlopen: 'off', programs: 'off' } as const;
    return { ...computeClosure({ tree, content, run }, entries, { ...headersOnly, ...policy }), tree, content };
  }

  /** The ELF files that are kept for `program`, itself left out; physical paths. */
  kept(program: string, run: RunConfig = {}, policy: Partial<ClosurePolicy> = {}): Kept {
    const { tree, content, ...closure } = this.closure([program], run, policy);
    const own = tree.resolve(program).path;
    const files = [...closure.kept.keys()].filter((path) => {
      const entry = tree.get(path);
      // What a working directory holds is kept without being loaded.
      if (closure.kept.get(path)?.every((one) => one.kind === 'config' && one.field === 'WorkingDir')) return false;
      return path !== own && entry?.type === 'file' && isElf(content.content(entry).read(0, 4));
    });
    const missing = closure.findings.flatMap((finding) =>
      finding.kind === 'unresolved-library' || finding.kind === 'provided-by-host' ? [finding.name] : [],
    );
    return { files: files.sort(), missing: missing.sort(), closure };
  }

  [Symbol.dispose](): void {
    for (const folder of [this.folder, this.#work]) rmSync(folder, { recursive: true, force: true });
  }

  async #link(path: string, spec: LinkSpec, options: readonly string[]): Promise<void> {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    const stubs: string[] = [];
    for (const name of spec.needed ?? []) stubs.push(await this.#stub(name));
    const paths =
      spec.rpath !== undefined
        ? ['-Wl,--disable-new-dtags', `-Wl,-rpath,${spec.rpath}`]
        : ['-Wl,--enable-new-dtags', ...(spec.runpath === undefined ? [] : [`-Wl,-rpath,${spec.runpath}`])];
    const linker = ['-Wl,--no-as-needed', '-Wl,--allow-shlib-undefined', ...paths, ...(spec.flags ?? [])];
    const args = [...options, ...linker, '-o', this.at(path), '-x', 'c', '-', '-x', 'none', ...stubs];
    await execa(this.#compiler, args, { input: spec.text ?? '' });
  }

  async #launcher(): Promise<string> {
    const path = join(this.#work, 'launcher');
    if (!existsSync(path)) await execa('gcc', ['-static', '-o', path, '-x', 'c', '-'], { input: LAUNCHER });
    return path;
  }

  /** An empty library that makes the linker write `name` into DT_NEEDED. */
  async #stub(name: string): Promise<string> {
    let path = this.#stubs.get(name);
    if (path === undefined) {
      path = join(this.#work, `stub${this.#stubs.size}.so`);
      this.#stubs.set(name, path);
      await execa('gcc', ['-shared', '-nostdlib', `-Wl,-soname,${name}`, '-o', path, '-x', 'c', '/dev/null']);
    }
    return path;
  }
}
