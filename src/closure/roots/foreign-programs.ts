import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { ElfIndex } from '../../loader/elf-index.ts';
import { runsOn } from '../../loader/machines.ts';
import type { ForeignProgram } from '../../model/finding.ts';
import { byteString } from '../../model/image-path.ts';
import type { Need, Reason } from '../../model/reason.ts';
import { parseShebang } from '../../programs/script.ts';

/** Whether something is kept as a command of the image's configuration. */
export function isCommand(reason: Reason): boolean {
  return reason.kind === 'config' && reason.as === 'program';
}

/** A script's interpreter may be a script in its turn (fs/exec.c, exec_binprm). */
const SCRIPTS = 5;

/** The programs among `needs`, or those that run the scripts among them, that a machine of the image's platform can't run. */
export function foreignPrograms(needs: readonly Need[], view: AnalysisView, elves: ElfIndex): ForeignProgram[] {
  const { architecture = '' } = view.platform ?? {};
  return needs.flatMap(({ path, reason }) => {
    const entry = isCommand(reason) ? programOf(path, view) : undefined;
    const elf = entry === undefined ? undefined : elves.get(entry);
    if (entry === undefined || elf === undefined || 'defect' in elf) return [];
    if (runsOn(elf, architecture) !== false) return [];
    return [{ kind: 'binfmt-needed', path: entry.path, machine: elf.machine }];
  });
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
