import type { ElfFile } from '../elf/elf-file.ts';
import { MACHINE } from './directories.ts';

/** What a kernel runs by itself; by GOARCH, as images name their architecture (OCI image-spec, platform variants). */
const NATIVE: Readonly<Record<string, { machines: readonly number[]; byteOrder: ElfFile['byteOrder'] }>> = {
  amd64: { machines: [MACHINE.x86_64, MACHINE.i386], byteOrder: 'little' },
  '386': { machines: [MACHINE.i386], byteOrder: 'little' },
  arm64: { machines: [MACHINE.aarch64, MACHINE.arm], byteOrder: 'little' },
  arm: { machines: [MACHINE.arm], byteOrder: 'little' },
  ppc64: { machines: [MACHINE.ppc64, MACHINE.ppc], byteOrder: 'big' },
  ppc64le: { machines: [MACHINE.ppc64], byteOrder: 'little' },
  s390x: { machines: [MACHINE.s390], byteOrder: 'big' },
  riscv64: { machines: [MACHINE.riscv], byteOrder: 'little' },
  mips: { machines: [MACHINE.mips], byteOrder: 'big' },
  mipsle: { machines: [MACHINE.mips], byteOrder: 'little' },
  mips64: { machines: [MACHINE.mips], byteOrder: 'big' },
  mips64le: { machines: [MACHINE.mips], byteOrder: 'little' },
  loong64: { machines: [MACHINE.loongarch], byteOrder: 'little' },
};

/** Whether a machine of this architecture (GOARCH) runs a program by itself; undefined for one that is not known here. */
export function runsOn({ machine, byteOrder }: ElfFile, architecture: string): boolean | undefined {
  const native = NATIVE[architecture];
  return native?.machines.includes(machine) && native.byteOrder === byteOrder;
}
