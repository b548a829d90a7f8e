import { type ElfFile, EM_MIPS } from './model.ts';

type Abi = Pick<ElfFile, 'machine' | 'class' | 'flags'>;

/** FLAG_ELF_LIBC6: a library for the C library that has been the only one since 1997. */
const LIBC6 = 0x003;

const EM_PPC64 = 21;
const EM_S390 = 22;
const EM_ARM = 40;
const EM_SPARCV9 = 43;
const EM_IA_64 = 50;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const EM_RISCV = 243;
const EM_LOONGARCH = 258;

/**
 * The flags of the cache entries for libraries of an ELF file's ABI: what ldconfig writes for such a file and what its
 * loader looks for (glibc sysdeps/generic/ldconfig.h and each port's readelflib.c and dl-cache.h).
 * `undefined` where ldconfig rejects the ABI.
 */
export function cacheFlags(elf: Abi): number | undefined {
  const required = abiFlags(elf);
  return required === undefined ? undefined : required | LIBC6;
}

/**
 * All flags that the loader of an ELF file accepts in a cache entry: {@link cacheFlags} first, then what counts as
 * compatible. Where the best match is sought, the first is preferred.
 */
export function acceptedCacheFlags(elf: Abi): readonly number[] {
  const flags = cacheFlags(elf);
  if (flags === undefined) return [];
  // FLAG_ELF, of the time before libc5, passes wherever a port has no flag of its own.
  if (flags === LIBC6 && elf.machine !== EM_ARM) return [LIBC6, 0x001];
  // Unmarked ARM libraries may be of either float ABI, see sysdeps/unix/sysv/linux/arm/dl-cache.h.
  return elf.machine === EM_ARM && flags !== LIBC6 ? [flags, LIBC6] : [flags];
}

function abiFlags(elf: Abi): number | undefined {
  const wide = elf.class === 64;
  switch (elf.machine) {
    case EM_SPARCV9:
      return wide ? 0x100 : 0;
    case EM_IA_64:
      return 0x200;
    case EM_X86_64:
      return wide ? 0x300 : 0x800; // x32
    case EM_S390:
      return wide ? 0x400 : 0;
    case EM_PPC64:
      return 0x500;
    case EM_MIPS:
      return mipsFlags(elf);
    case EM_ARM:
      return armFlags(elf.flags);
    case EM_AARCH64:
      return wide ? 0xa00 : undefined;
    case EM_RISCV:
      return { 0: 0xf00, 4: 0x1000 }[elf.flags & 0x6]; // EF_RISCV_FLOAT_ABI: soft, double
    case EM_LOONGARCH:
      return { 1: 0x1100, 3: 0x1200 }[elf.flags & 0x7]; // soft, double
    default:
      return 0;
  }
}

function mipsFlags({ class: elfClass, flags }: Abi): number {
  const nan2008 = (flags & 0x400) !== 0;
  if (elfClass === 64) return nan2008 ? 0xe00 : 0x700;
  const n32 = (flags & 0x20) !== 0;
  if (n32) return nan2008 ? 0xd00 : 0x600;
  return nan2008 ? 0xc00 : 0;
}

function armFlags(flags: number): number {
  if (flags >>> 24 !== 5) return 0; // EF_ARM_EABI_VER5
  if ((flags & 0x400) !== 0) return 0x900; // EF_ARM_ABI_FLOAT_HARD
  return (flags & 0x200) !== 0 ? 0xb00 : 0; // EF_ARM_ABI_FLOAT_SOFT
}
