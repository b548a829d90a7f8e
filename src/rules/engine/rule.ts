import type { ElfFile } from '../../elf/elf-file.ts';
import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';

/**
 * Something that a kind of program opens at run time and that no header names, as a rule with a name.
 *
 * A rule is looked up when a kept file triggers it, and says what that file will want. What a rule asks for and the
 * container does not have is not missing: nothing in the container had it either.
 */
export interface Rule {
  /** for `--rule +name` and `--rule -name`, and in reports: lower case, words joined by `-` */
  readonly name: string;
  /** what it adds and why, one line; stands in `skinnywhale rules`, and in explanations */
  readonly summary: string;
  /**
   * `on`: is kept; `off`: is reported with its size and the flag that adds it; a number: is kept where the files
   * that it would add have at most this many bytes, and is reported like `off` above that.
   */
  readonly default: 'on' | 'off' | number;
  readonly trigger: Trigger;
  /** `file` is the first kept file that triggered the rule; with `eachFile`, each of them in turn. */
  readonly apply: (view: RuleView, file: TriggerFile) => Wanted;
  /** what it would add is for people at work in the container: it is not reported every time */
  readonly quiet?: boolean;
  /** ask again for every triggering file: for rules that read the file or look beside it */
  readonly eachFile?: boolean;
  /** names of packages whose parts this rule picks better than what other packages declare to need of them */
  readonly packages?: RegExp;
  /** with `eachFile`: files of the same answer are asked for once, where thousands stand in one directory */
  readonly per?: (file: TriggerFile) => string;
}

/** A kept file triggers a rule if one of these fits it. */
export interface Trigger {
  /** names of symbols, one of which an ELF file imports */
  readonly imports?: readonly string[];
  /** a library's DT_SONAME (or its name, where it has none) */
  readonly soname?: RegExp;
  /** a file's whole path, without the leading slash */
  readonly path?: RegExp;
  /** a symbolic link's whole path: for what stands beside a link and not beside its target */
  readonly link?: RegExp;
  /** ASCII texts, one of which stands anywhere in what a program (not a library) maps: Go and Rust don't end strings with a NUL */
  readonly mentions?: readonly string[];
  /**
   * ASCII texts, one of which stands in an ELF file that no package owns: what is linked into a program or library
   * statically, or is there under another name
   */
  readonly contains?: readonly string[];
}

/** A kept regular file, or a kept symbolic link where a rule asks for it, as a rule sees it. */
export interface TriggerFile {
  readonly entry: TreeEntry;
  /** undefined for links, scripts and data */
  readonly elf: ElfFile | undefined;
}

/** What a rule wants, as texts of paths (byte strings, absolute; links on the way are kept). */
export interface Wanted {
  /** single paths; a directory comes without its contents */
  readonly paths?: readonly string[];
  /** directories with all that is in them */
  readonly trees?: readonly string[];
  /** names of libraries, found as the trigger's own dlopen would */
  readonly libraries?: readonly string[];
}

/** What rules may look at. */
export interface RuleView extends AnalysisView {
  /** The directories in which the loader of `file` looks by default, `/usr/lib` at least; absolute texts. */
  libraryDirectories(file: TriggerFile): readonly string[];
  /** The text of a small file, empty where there is none. */
  text(path: string): string;
  /** Names in a directory (links followed), in the tree's order; empty where there is none. */
  names(directory: string): readonly string[];
  exists(path: string): boolean;
}

/** A rule as this run takes it. */
export interface ActiveRule extends Rule {
  /** switched by the caller: what is switched off is not even reported */
  readonly switched: 'on' | undefined;
}
