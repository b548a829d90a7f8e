import type { ElfFile } from '../../elf/elf-file.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { byteString } from '../../model/image-path.ts';
import { parseShebang } from '../analyzers/script.ts';
import type { ForeignProgram } from '../findings.ts';
import { MACHINE } from '../loader/directories.ts';
import type { ElfIndex } from '../loader/elf-index.ts';
import type { AnalysisView, Need } from '../types.ts';

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

const COMMANDS: readonly string[] = ['Entrypoint', 'Cmd', 'Healthcheck', 'Shell'];

/** A script's interpreter may be a script in its turn (fs/exec.c, exec_binprm). */
const SCRIPTS = 5;

/** The programs among `needs`, or those that run the scripts among them, that a machine of the image's platform can't run. */
export function foreignPrograms(needs: readonly Need[], view: AnalysisView, elves: ElfIndex): ForeignProgram[] {
  const { architecture = '' } = view.platform ?? {};
  return needs.flatMap(({ path, reason }) => {
    const entry = COMMANDS.includes(reason.rule) ? programOf(path, view) : undefined;
    const elf = entry === undefined ? undefined : elves.get(entry);
    if (entry === undefined || elf === undefined || 'defect' in elf) return [];
    if (runsOn(elf, architecture) !== false) return [];
    return [{ kind: 'binfmt-needed', path: entry.path, machine: elf.machine }];
  });
}

/** Whether a machine of this architecture (GOARCH) runs a program by itself; undefined for one that is not known here. */
export function runsOn({ machine, byteOrder }: ElfFile, architecture: string): boolean | undefined {
  const native = NATIVE[architecture];
  return native?.machines.includes(machine) && native.byteOrder === byteOrder;
}

/** The file that the kernel loads to run `path`: the interpreter of a script. */
function programOf(path: string, { tree, content, run }: AnalysisView): TreeEntry | undefined {
  let text = path;
  for (let depth = 0; depth <= SCRIPTS; depth++) {
    const { entry } = tree.resolve(text);
    if (entry?.type !== 'file') return undefined;
    const line = parseShebang(content.content(entry).read(0, 255).toString('latin1'));
    if (line === undefined) return entry;
    const { interpreter } = line;
    text = interpreter.startsWith('/') ? interpreter : `${byteString(run.WorkingDir ?? '')}/${interpreter}`;
  }
  return undefined;
}
