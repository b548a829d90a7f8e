import type { FileTree } from '../filesystem/file-tree.ts';
import { baseName, type ImagePath } from '../model/image-path.ts';

/** ELF machine numbers (System V gABI, e_machine). */
export const MACHINE = {
  i386: 3,
  mips: 8,
  ppc: 20,
  ppc64: 21,
  s390: 22,
  arm: 40,
  x86_64: 62,
  aarch64: 183,
  riscv: 243,
  loongarch: 258,
} as const;

/** Subdirectories of glibc-hwcaps, best first (glibc sysdeps, dl-hwcaps-subdirs.c). */
const HWCAPS: Readonly<Record<number, readonly string[]>> = {
  [MACHINE.x86_64]: ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'],
  [MACHINE.ppc64]: ['power11', 'power10', 'power9'],
  [MACHINE.s390]: ['z17', 'z16', 'z15', 'z14', 'z13'],
};

/** Directory names that glibc up to 2.36 tried, alone or nested (elf/dl-hwcaps.c and the platforms' dl-procinfo). */
const LEGACY = new Set(
  `tls x86_64 haswell xeon_phi avx512_1 sse2 i386 i486 i586 i686 cmov neon vfp vfpv3 vfpv3d16 vfpv4 half thumb fastmult
   fpa edsp java iwmmxt crunch thumbee v4l v5l v6l v7l v8l aarch64 atomics power5 power5+ power6 power6x power7 power8
   power9 altivec dfp fpu ppc32 ppc64 ppcle spe highgprs esan3 zarch stfle msa ldisp eimm etf3eh z900 z990 z9-109 z10
   z196 zEC12 z13 z14 z15 z16 mips loongson2e loongson2f octeon octeon2`.split(/\s+/),
);

/** Depth of nested legacy directories: `tls/haswell/avx512_1/x86_64`. */
const LEGACY_DEPTH = 4;

/**
 * The directories that the loader tries for `directory` (absolute text), the plain one last. Which of the others counts
 * depends on the CPU that the image will run on, so all that exist are given.
 */
export function cpuDirectories(
  directory: string,
  options: { tree: FileTree; machine: number; legacy: boolean },
): readonly string[] {
  const { tree, machine } = options;
  const found: string[] = [];
  for (const level of HWCAPS[machine] ?? []) {
    const below = `${directory}/glibc-hwcaps/${level}`;
    if (tree.resolve(below).entry?.type === 'directory') found.push(below);
  }
  if (options.legacy) found.push(...legacyDirectories(directory, { tree, seen: new Set() }, LEGACY_DEPTH));
  found.push(directory);
  return found;
}

/** Each directory once: links that lead back would make it more with each level. */
function legacyDirectories(
  directory: string,
  where: { tree: FileTree; seen: Set<ImagePath> },
  depth: number,
): string[] {
  const { tree, seen } = where;
  const at = tree.resolve(directory);
  if (depth === 0 || at.status !== 'found' || seen.has(at.path)) return [];
  seen.add(at.path);
  const found: string[] = [];
  for (const child of tree.children(at.path)) {
    const name = baseName(child.path);
    if (!LEGACY.has(name)) continue;
    const below = `${directory}/${name}`;
    if (tree.resolve(below).entry?.type === 'directory')
      found.push(...legacyDirectories(below, where, depth - 1), below);
  }
  return found;
}

/** True where a glibc of this version ("2.36") still tries the legacy directories; an unknown one may. */
export function triesLegacyDirectories(version: string | undefined): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  return match === null || Number(match[1]) < 2 || (Number(match[1]) === 2 && Number(match[2]) <= 36);
}

/** What the kernel calls the platform (AT_PLATFORM), by machine. */
const KERNEL_PLATFORMS: Readonly<Record<number, readonly string[]>> = {
  [MACHINE.x86_64]: ['x86_64'],
  [MACHINE.i386]: ['i686', 'i586', 'i486', 'i386'],
  [MACHINE.aarch64]: ['aarch64'],
  [MACHINE.arm]: ['v7l', 'v8l', 'v6l', 'v5l'],
  [MACHINE.ppc64]: ['power8', 'power9', 'power10', 'power11'],
  [MACHINE.s390]: ['z13', 'z14', 'z15', 'z16', 'z17'],
};

/** What glibc makes of it, where the loader's own names are not known. */
const LOADER_PLATFORMS: Readonly<Record<number, readonly string[]>> = { [MACHINE.x86_64]: ['haswell', 'xeon_phi'] };

/** Values that `$PLATFORM` may have: the kernel's names, and those in the loader (none where it is not known). */
export function platforms(machine: number, inLoader: readonly string[]): readonly string[] {
  const own = inLoader.length > 0 ? inLoader : (LOADER_PLATFORMS[machine] ?? []);
  return [...new Set([...(KERNEL_PLATFORMS[machine] ?? []), ...own])];
}

/** Where a program's interpreter usually is; tells the loader of a library that no program at hand loads. */
export const INTERPRETERS: Readonly<Record<number, readonly string[]>> = {
  [MACHINE.x86_64]: ['/lib64/ld-linux-x86-64.so.2', '/libx32/ld-linux-x32.so.2', '/lib/ld-musl-x86_64.so.1'],
  [MACHINE.i386]: ['/lib/ld-linux.so.2', '/lib/ld-musl-i386.so.1'],
  [MACHINE.aarch64]: ['/lib/ld-linux-aarch64.so.1', '/lib/ld-musl-aarch64.so.1'],
  [MACHINE.arm]: ['/lib/ld-linux-armhf.so.3', '/lib/ld-linux.so.3', '/lib/ld-musl-armhf.so.1', '/lib/ld-musl-arm.so.1'],
  [MACHINE.ppc64]: [
    '/lib64/ld64.so.2',
    '/lib64/ld64.so.1',
    '/lib/ld-musl-powerpc64le.so.1',
    '/lib/ld-musl-powerpc64.so.1',
  ],
  [MACHINE.ppc]: ['/lib/ld.so.1', '/lib/ld-musl-powerpc.so.1'],
  [MACHINE.s390]: ['/lib/ld64.so.1', '/lib/ld.so.1', '/lib/ld-musl-s390x.so.1'],
  [MACHINE.riscv]: ['/lib/ld-linux-riscv64-lp64d.so.1', '/lib/ld-musl-riscv64.so.1'],
  [MACHINE.mips]: [
    '/lib64/ld.so.1',
    '/lib/ld.so.1',
    '/lib/ld-musl-mips64el.so.1',
    '/lib/ld-musl-mipsel.so.1',
    '/lib/ld-musl-mips.so.1',
  ],
  [MACHINE.loongarch]: ['/lib64/ld-linux-loongarch-lp64d.so.1', '/lib/ld-musl-loongarch64.so.1'],
};
