import { readElf } from '../../../elf/elf-file.ts';
import { isExecutable } from '../../../filesystem/tree-entry.ts';
import { findCommand } from '../../../programs/commands.ts';
import { parseShebang } from '../../../programs/script.ts';
import type { RuleView, TriggerFile } from '../../engine/rule.ts';
import { namedDirectories } from '../../toolkit/places.ts';
import { environmentPaths } from '../../toolkit/tree-paths.ts';

/** The interpreter's name, `perl` or `perl5.36.0`. */
export const PERL = /(^|\/)bin\/perl[\d.]*$/;

/** perl itself, or what has it inside. */
export const LIBPERL = /^libperl\.so/;

/** Thousands of modules ask for the same list. */
const KNOWN = new WeakMap<RuleView, readonly string[]>();

/** @INC: what the environment adds, and what is compiled into the interpreter or its library (perl.c, S_init_perllib). */
export function includeDirectories(view: RuleView, interpreter?: TriggerFile): readonly string[] {
  const known = KNOWN.get(view);
  if (known !== undefined) return known;
  const perl = interpreter ?? findInterpreter(view);
  if (perl === undefined) return [];
  const compiled = namedDirectories(view, perl).filter((text) => /perl/.test(text));
  const directories = [...environmentPaths(view, ['PERL5LIB', 'PERLLIB']), ...compiled];
  if (compiled.length > 0) KNOWN.set(view, directories);
  return directories;
}

function findInterpreter(view: RuleView): TriggerFile | undefined {
  const entry = findCommand('perl', view)?.entry;
  if (entry === undefined) return undefined;
  const elf = readElf(view.content.content(entry));
  return 'defect' in elf ? undefined : { entry, elf };
}

/** A module, a library file, or an executable script whose `#!` names perl. */
export function isPerlSource(view: RuleView, { entry, elf }: TriggerFile): boolean {
  if (elf !== undefined || entry.type !== 'file') return false;
  if (/\.(pm|pl|al|psgi)$/.test(entry.path)) return true;
  if (!isExecutable(entry)) return false;
  const line = parseShebang(view.content.content(entry).read(0, 255).toString('latin1'));
  if (line === undefined) return false;
  return (
    /(^|\/)perl[\d.]*$/.test(line.interpreter) || (/(^|\/)env$/.test(line.interpreter) && /\bperl/.test(line.argument))
  );
}
