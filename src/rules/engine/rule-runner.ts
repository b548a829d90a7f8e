import { mentionedTexts, mentionsAny } from '../../elf/strings.ts';
import { importedSymbols } from '../../elf/symbols.ts';
import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { Loader } from '../../loader/loader.ts';
import type { Finding } from '../../model/finding.ts';
import { baseName, type ImagePath } from '../../model/image-path.ts';
import type { Need, RuleReason } from '../../model/reason.ts';
import type { ActiveRule, RuleView, TriggerFile, Wanted } from './rule.ts';
import { ruleView } from './rule-view.ts';

/** The growing set of paths that are kept: what rules add to. */
export interface KeptSoFar {
  has(path: ImagePath): boolean;
  require(need: Need): void;
}

/** What rules work on. */
export interface RuleRunnerParts {
  readonly view: AnalysisView;
  readonly loader: Loader;
  readonly kept: KeptSoFar;
  /** whether a package brought a file; default: none did */
  readonly isOwned?: ((path: ImagePath) => boolean) | undefined;
}

/** What a rule would add and is not let. */
interface Declined {
  readonly rule: ActiveRule;
  readonly by: ImagePath;
  readonly needs: readonly Need[];
}

/** Applies rules to kept files, each rule once for each kind of machine unless it wants to see every file. */
export class RuleRunner {
  readonly #rules: readonly ActiveRule[];
  readonly #view: RuleView;
  readonly #loader: Loader;
  readonly #kept: KeptSoFar;
  readonly #isOwned: (path: ImagePath) => boolean;
  /** by what a file is, the rules that can have something to say of it */
  readonly #candidates: { readonly link: readonly ActiveRule[]; readonly other: readonly ActiveRule[] };
  /** by kind of machine, the rules that have had their turn */
  readonly #done = new Map<string, Set<ActiveRule>>();
  /** the same for rules that have one for each part of something */
  readonly #doneParts = new Set<string>();
  readonly #declined: Declined[] = [];
  /** of the file that was last read for it */
  #contained: { readonly inode: TreeEntry; readonly texts: ReadonlySet<string> } | undefined;
  /** directories that are kept with all that is in them */
  readonly #whole = new Set<ImagePath>();

  constructor(rules: readonly ActiveRule[], where: RuleRunnerParts) {
    this.#rules = rules;
    this.#candidates = {
      link: rules.filter(({ trigger }) => trigger.link !== undefined),
      other: rules.filter(({ trigger }) => trigger.path !== undefined),
    };
    this.#view = ruleView(where.view, where.loader);
    this.#loader = where.loader;
    this.#kept = where.kept;
    this.#isOwned = where.isOwned ?? (() => false);
  }

  /** Adds what the rules want for `file`. */
  look(file: TriggerFile): void {
    const { entry, elf } = file;
    const kind = elf === undefined ? '' : `${elf.machine} ${elf.class}`;
    const candidates = elf === undefined ? this.#candidates[entry.type === 'symlink' ? 'link' : 'other'] : this.#rules;
    const done = this.#done.get(kind) ?? new Set();
    this.#done.set(kind, done);
    const imports = this.#importsOf(file, done);
    for (const rule of candidates) {
      if (done.has(rule) || !this.#triggers(rule, file, imports)) continue;
      if (rule.per !== undefined) {
        const part = `${rule.name} ${kind} ${rule.per(file)}`;
        if (this.#doneParts.has(part)) continue;
        this.#doneParts.add(part);
      } else if (rule.eachFile !== true) done.add(rule);
      this.#apply(rule, file);
    }
  }

  /** What was declined and nothing else brought along, one finding a rule. */
  findings(): Finding[] {
    const byRule = new Map<string, { rule: ActiveRule; by: Set<ImagePath>; entries: Set<TreeEntry> }>();
    for (const { rule, by, needs } of this.#declined) {
      if (rule.quiet === true) continue;
      const entries = this.#missing(needs);
      if (entries.length === 0) continue;
      const known = byRule.get(rule.name) ?? { rule, by: new Set(), entries: new Set() };
      known.by.add(by);
      for (const entry of entries) known.entries.add(entry.inode);
      byRule.set(rule.name, known);
    }
    return [...byRule.values()].map(({ rule, by, entries }) => ({
      kind: 'optional-data',
      rule: rule.name,
      summary: rule.summary,
      bytes: sum(entries),
      files: entries.size,
      requesters: [...by],
    }));
  }

  /** The paths of what was declined and nothing else brought along, each with the rules that would add it. */
  declined(): ReadonlyMap<ImagePath, readonly RuleReason[]> {
    const byPath = new Map<ImagePath, RuleReason[]>();
    for (const { rule, by, needs } of this.#declined) {
      for (const { path: text, followLast = true } of needs) {
        const { status, path, links } = this.#view.tree.resolve(text, { followLast });
        if (status !== 'found') continue;
        for (const at of [path, ...links]) {
          if (this.#kept.has(at)) continue;
          const reasons = byPath.get(at) ?? [];
          if (!reasons.some((known) => known.rule === rule.name)) reasons.push({ kind: 'rule', by, rule: rule.name });
          byPath.set(at, reasons);
        }
      }
    }
    return byPath;
  }

  #apply(rule: ActiveRule, file: TriggerFile): void {
    const wanted = rule.apply(this.#view, file);
    const needs = this.#needs(rule, wanted, file);
    const cost = typeof rule.default === 'number' ? sum(new Set(this.#missing(needs).map(({ inode }) => inode))) : 0;
    const isWanted =
      rule.switched === 'on' || rule.default === 'on' || (rule.default !== 'off' && cost <= rule.default);
    if (!isWanted) this.#declined.push({ rule, by: file.entry.path, needs });
    else {
      for (const need of needs) this.#kept.require(need);
      for (const tree of wanted.trees ?? []) this.#whole.add(this.#view.tree.resolve(tree).path);
    }
  }

  #needs(rule: ActiveRule, wanted: Wanted, file: TriggerFile): Need[] {
    const reason: RuleReason = { kind: 'rule', by: file.entry.path, rule: rule.name };
    const needs: Need[] = (wanted.paths ?? []).map((path) => ({ path, reason }));
    for (const tree of wanted.trees ?? []) {
      needs.push({ path: tree, reason });
      const { status, path } = this.#view.tree.resolve(tree);
      if (status !== 'found' || this.#whole.has(path)) continue;
      for (const entry of this.#view.tree.descendants(path))
        needs.push({ path: `/${entry.path}`, reason, followLast: false });
    }
    if (file.elf !== undefined) {
      for (const name of wanted.libraries ?? []) {
        for (const path of this.#loader.dlopen(name, file.entry, file.elf)) needs.push({ path, reason });
      }
    }
    return needs;
  }

  #missing(needs: readonly Need[]): TreeEntry[] {
    const missing: TreeEntry[] = [];
    for (const { path } of needs) {
      const { entry } = this.#view.tree.resolve(path);
      if (entry?.type === 'file' && !this.#kept.has(entry.path)) missing.push(entry);
    }
    return missing;
  }

  #triggers({ trigger }: ActiveRule, { entry, elf }: TriggerFile, imports: ReadonlySet<string>): boolean {
    if (entry.type === 'symlink') return trigger.link?.test(entry.path) ?? false;
    if (trigger.path?.test(entry.path)) return true;
    if (elf === undefined) return false;
    if (trigger.soname?.test(elf.soname ?? baseName(entry.path))) return true;
    if (trigger.imports?.some((name) => imports.has(name))) return true;
    // libc.so.6 has an interpreter, too.
    const isProgram =
      elf.soname === undefined && (elf.interpreter !== undefined || elf.type === 'executable' || elf.pie);
    const source = this.#view.content.content(entry);
    if (isProgram && mentionsAny(source, elf, trigger.mentions ?? [])) return true;
    return trigger.contains?.some((text) => this.#containedIn({ entry, elf }).has(text)) ?? false;
  }

  /** Which of all the rules' `contains` stand in a file: it is read once for all of them. */
  #containedIn({ entry, elf }: TriggerFile): ReadonlySet<string> {
    if (elf === undefined || this.#isOwned(entry.path)) return NONE;
    if (this.#contained?.inode !== entry.inode) {
      const wanted = [...new Set(this.#rules.flatMap(({ trigger }) => trigger.contains ?? []))];
      const texts = mentionedTexts(this.#view.content.content(entry), elf, wanted);
      this.#contained = { inode: entry.inode, texts };
    }
    return this.#contained.texts;
  }

  /** Symbols are read only where a rule that is still open asks for them. */
  #importsOf({ entry, elf }: TriggerFile, done: ReadonlySet<ActiveRule>): ReadonlySet<string> {
    if (elf === undefined || !elf.dynamic) return NONE;
    if (!this.#rules.some((rule) => rule.trigger.imports !== undefined && !done.has(rule))) return NONE;
    return importedSymbols(this.#view.content.content(entry), elf) ?? NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();

function sum(entries: ReadonlySet<TreeEntry>): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.inode.size;
  return bytes;
}
