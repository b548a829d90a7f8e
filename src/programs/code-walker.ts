import { type ElfFile, isElf } from '../elf/elf-file.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import { isExecutable, type TreeEntry } from '../filesystem/tree-entry.ts';
import { runsOn } from '../loader/machines.ts';
import type { Finding } from '../model/finding.ts';
import type { ImagePath } from '../model/image-path.ts';
import type { ConfigField, DependentReason, Need, RootReason } from '../model/reason.ts';
import { mentionedPaths } from '../shell/paths-in-text.ts';
import { assemblyFacts } from './binary/assembly.ts';
import { classFacts } from './binary/class-file.ts';
import { elfFacts } from './binary/elf-facts.ts';
import { jarFacts } from './binary/jar.ts';
import { findCommand } from './commands.ts';
import { COMMON_TOOLS } from './common-tools.ts';
import { FactSheet, type Facts } from './facts/facts.ts';
import { type MentionLimits, mentioned } from './mentioned-path.ts';
import { type Origin, originOf } from './origin.ts';
import { factsOf, isSystemConfiguration, naturalReader, type Reader } from './read-file.ts';
import { FactResolver, type Resolved } from './resolve-facts.ts';

/** How far code and configuration are followed: bytes up to which each heuristic adds something; 0: off. */
export interface WalkPolicy {
  readonly mentions: number;
  readonly starts: number;
  readonly commonTools: number;
  /** scripts of the package manager and the init system count, too */
  readonly housekeeping: boolean;
}

/** Names that a file gives to something that only others can look up. */
export interface NamedThings {
  readonly by: ImagePath;
  readonly libraries: readonly string[];
  /** and locales */
  readonly charsets: readonly string[];
  readonly typelibs: readonly string[];
}

/** What one file adds. */
export interface Walked {
  readonly needs: readonly Need[];
  readonly findings: readonly Finding[];
  readonly named: readonly NamedThings[];
}

const NOTHING: Walked = { needs: [], findings: [], named: [] };

/** Scripts that belong to the package manager, the init system or the documentation: in a container nothing runs them. */
const HOUSEKEEPING =
  /^(var\/lib\/dpkg\/|usr\/share\/(doc|bug|lintian|debconf|initramfs-tools)\/|etc\/(cron\.|init\.d\/|kernel\/|network\/|ppp\/|dhcp\/|apm\/|pm\/|rc.\.d\/|logcheck\/|initramfs-tools\/|resolvconf\/|NetworkManager\/)|(usr\/)?lib\/(systemd|udev|init|dpkg|apt)\/)/;

/** Programs of other systems, which code that runs everywhere names: that they are not here is nothing to report. */
const FOREIGN =
  /\.(exe|bat|cmd|com|ps1)$|^(cmd|command|powershell|pwsh|explorer|wmic|reg|tasklist|taskkill|open|start|osascript|sw_vers|ioreg|pbcopy|pbpaste|clip|defaults|launchctl|dscl|diskutil|xdg-open|wslpath|wslview|cygpath|where|ver|net|sc|icacls|attrib|mklink|chcp|systeminfo|rundll32|cscript|afplay|say|scutil|vol|getmac|lsb_release|gnome-open|kde-open|x-www-browser|termux-open)$/i;

/** Bytes of a class that is read. */
const LONGEST_CLASS = 1 << 20;

/** Files of one start that are read in turn. */
const MOST_FILES = 2000;

/**
 * Reads the user's own code and texts for what they start, load and name; of what a package brought, its shell scripts.
 * Each file is read once for each way in which it is used.
 */
export class CodeWalker {
  readonly #view: AnalysisView;
  readonly #policy: WalkPolicy;
  readonly #isOwned: (path: ImagePath) => boolean;
  readonly #resolver: FactResolver;
  readonly #read = new Set<string>();
  #hasCommonTools = false;
  /** something may run what packages have for cron(8) */
  readonly #hasCron: boolean;

  constructor(view: AnalysisView, policy: WalkPolicy, isOwned: (path: ImagePath) => boolean) {
    this.#view = view;
    this.#policy = policy;
    this.#isOwned = isOwned;
    this.#resolver = new FactResolver(view);
    this.#hasCron = ['cron', 'crond', 'anacron', 'supercronic'].some((name) => findCommand(name, view) !== undefined);
  }

  /** What a kept file that is no ELF file adds. */
  *look(entry: TreeEntry): Generator<void, Walked> {
    if (this.#isOff) return NOTHING;
    if (/\.(jar|war)$/.test(entry.path) || entry.path.endsWith('.class')) return yield* this.#lookAtJava(entry);
    if (/\.(exe|dll)$/i.test(entry.path)) return yield* this.#lookAtAssembly(entry);
    return yield* this.#walk([{ entry, reader: undefined, isCalled: false }]);
  }

  *#lookAtJava(entry: TreeEntry): Generator<void, Walked> {
    const isOwn = originOf(entry.path, this.#isOwned) === 'own';
    const source = this.#view.content.content(entry);
    const isClass = entry.path.endsWith('.class');
    if (isClass && (!isOwn || source.size > LONGEST_CLASS)) return NOTHING;
    return yield* this.addFacts(isClass ? classFacts(source.read(0, source.size)) : jarFacts(source, isOwn), entry);
  }

  *#lookAtAssembly(entry: TreeEntry): Generator<void, Walked> {
    if (originOf(entry.path, this.#isOwned) !== 'own') return NOTHING;
    return yield* this.addFacts(assemblyFacts(this.#view.content.content(entry)), entry);
  }

  get #isOff(): boolean {
    return this.#policy.mentions === 0 && this.#policy.starts === 0;
  }

  /**
   * What an ELF file adds: the user's own, and of a package's those that are programs, which name what they open
   * and run by absolute paths. What a library names is a matter of rules.
   */
  *lookAtElf(entry: TreeEntry, elf: ElfFile): Generator<void, Walked> {
    const origin = originOf(entry.path, this.#isOwned);
    if (this.#isOff || origin === 'aside' || (origin !== 'own' && !isProgram(elf))) return NOTHING;
    const { platform, content } = this.#view;
    if (runsOn(elf, platform?.architecture ?? '') === false) return NOTHING;
    return yield* this.addFacts(elfFacts(content.content(entry), elf, origin === 'own'), entry);
  }

  /** What facts from elsewhere add: those of the image's configuration, of an ELF file, of an archive. */
  *addFacts(facts: Facts, by: TreeEntry | ConfigField): Generator<void, Walked> {
    const outcome = new Outcome();
    const asker = typeof by === 'string' ? { field: by } : { path: by.path, origin: originOf(by.path, this.#isOwned) };
    return yield* this.#walk(this.#add(outcome, facts, asker), outcome);
  }

  *#walk(queue: Queued[], outcome = new Outcome()): Generator<void, Walked> {
    for (let at = 0; at < queue.length && at < MOST_FILES; at++) {
      yield;
      const { entry, reader, isCalled } = queue[at] as Queued;
      const key = `${entry.inode.path} ${reader === undefined ? '' : reader.kind}`;
      if (this.#read.has(key)) continue;
      this.#read.add(key);
      const origin = this.#originOf(entry, isCalled);
      if (origin === 'aside') continue;
      if (origin === 'system' && !this.#isSystemScript(entry, reader, isCalled)) continue;
      const facts = factsOf(entry, this.#view, { reader, origin });
      if (facts !== undefined) queue.push(...this.#add(outcome, facts, { path: entry.path, origin }));
    }
    return outcome;
  }

  /** What is run counts, wherever it lies. */
  #originOf(entry: TreeEntry, isCalled: boolean): Origin {
    const origin = originOf(entry.path, this.#isOwned);
    if (origin !== 'aside' || !(isCalled || isExecutable(entry))) return origin;
    return isCalled && !this.#isOwned(entry.path) ? 'own' : 'system';
  }

  /** Of a package's files only its configuration and its shell scripts are read, and of these not those that nothing in a container runs. */
  #isSystemScript(entry: TreeEntry, reader: Reader | undefined, isCalled: boolean): boolean {
    if (reader !== undefined || isCalled) return true;
    if (isSystemConfiguration(entry.path)) return this.#hasCron || !HOUSEKEEPING.test(entry.path);
    if (!isExecutable(entry) || (!this.#policy.housekeeping && HOUSEKEEPING.test(entry.path))) return false;
    const head = this.#view.content.content(entry).read(0, 255).toString('latin1');
    return head.startsWith('#!') && naturalReader(entry, head)?.kind === 'shell';
  }

  #add(outcome: Outcome, facts: Facts, by: Asker): Queued[] {
    const { mentions, starts } = this.#policy;
    const path = 'field' in by ? undefined : by.path;
    const origin = 'field' in by ? 'own' : by.origin;
    const isGuessing = path !== undefined && (origin === 'own' || isSystemConfiguration(path));
    const resolved = this.#resolver.resolve(facts, { path, guess: isGuessing });
    if (!resolved.isWhole && path !== undefined) outcome.findings.push({ kind: 'partly-read', path, part: 'script' });
    if (starts > 0) this.#addStarts(outcome, resolved, by);
    if (mentions > 0) {
      for (const text of resolved.mentions) this.#addMention(outcome, text, by);
      const { libraries, typelibs } = facts;
      const charsets = [...facts.charsets, ...resolved.locales];
      const isNaming = libraries.length + charsets.length + typelibs.length > 0;
      if (path !== undefined && origin !== 'system' && isNaming)
        outcome.named.push({ by: path, libraries, charsets, typelibs });
    }
    return [...resolved.files].map(([text, { entry, reader }]) => {
      outcome.needs.push({ path: text, reason: /\.jar$/.test(text) ? named(by, text) : readIn(by) });
      return { entry, reader: this.#readerOf(entry, reader), isCalled: true };
    });
  }

  /** A file that is run may say itself what it is. */
  #readerOf(entry: TreeEntry, reader: Reader | undefined): Reader | undefined {
    if (reader !== undefined) return reader;
    const head = this.#view.content.content(entry).read(0, 255);
    if (isElf(head)) return undefined;
    return naturalReader(entry, head.toString('latin1'), true) ?? { kind: 'shell' };
  }

  #addStarts(outcome: Outcome, { programs, likely, missing, startsUnknown }: Resolved, by: Asker): void {
    for (const path of programs) outcome.needs.push({ path, reason: started(by, path, true) });
    for (const path of likely) outcome.needs.push({ path, reason: started(by, path, false) });
    if ('field' in by || by.origin === 'system') return;
    const requesters = [by.path];
    for (const name of by.origin === 'own' ? missing : []) {
      if (!FOREIGN.test(name)) outcome.findings.push({ kind: 'missing-program', name, requesters });
    }
    if (startsUnknown) this.#addCommonTools(outcome, by.path);
  }

  #addMention(outcome: Outcome, text: string, by: Asker): void {
    const limits =
      'field' in by || by.origin === 'own' ? { ...LIMITS.own, directory: this.#policy.mentions } : LIMITS[by.origin];
    const { paths, tooLarge, isPlace } = mentioned(this.#view.tree, text, limits);
    // Scripts of packages name directories to work in.
    const isSure = limits.directory > 0 || isPlace || ('path' in by && isSystemConfiguration(by.path));
    if (!isSure && paths.length > 0 && this.#view.tree.resolve(text).entry?.type !== 'file') return;
    const reason = named(by, text);
    for (const path of paths) outcome.needs.push({ path, reason });
    if (tooLarge === undefined || 'field' in by) return;
    const { path, bytes, files } = tooLarge;
    const summary = `has all of /${path}, which code or configuration names`;
    outcome.findings.push({ kind: 'optional-data', rule: 'mentions', summary, bytes, files, requesters: [by.path] });
  }

  #addCommonTools(outcome: Outcome, by: ImagePath): void {
    if (this.#hasCommonTools || this.#policy.commonTools === 0) return;
    this.#hasCommonTools = true;
    const found = COMMON_TOOLS.flatMap((name) => findCommand(name, this.#view) ?? []);
    const bytes = [...new Set(found.map(({ entry }) => entry.inode))].reduce((sum, { size }) => sum + size, 0);
    if (bytes > this.#policy.commonTools) {
      const summary = 'has the common tools of a Unix system at hand';
      outcome.findings.push({
        kind: 'optional-data',
        rule: 'common-tools',
        summary,
        bytes,
        files: found.length,
        requesters: [by],
      });
      return;
    }
    const reason = { kind: 'common-tools', by } as const;
    for (const { path } of found) outcome.needs.push({ path, reason });
  }
}

interface Queued {
  readonly entry: TreeEntry;
  readonly reader: Reader | undefined;
  /** something runs it or reads it in */
  readonly isCalled: boolean;
}

/** Who says it: a kept file, or a field of the image's configuration. */
type Asker = { readonly path: ImagePath; readonly origin: Origin } | { readonly field: ConfigField };

class Outcome implements Walked {
  readonly needs: Need[] = [];
  readonly findings: Finding[] = [];
  readonly named: NamedThings[] = [];
}

/** What naming a path adds, by whose the file is that names it. */
const LIMITS: Readonly<Record<Origin, MentionLimits>> = {
  own: { file: 16_000_000, directory: 0 },
  dependency: { file: 1_000_000, directory: 0 },
  system: { file: 65_536, directory: 0 },
  aside: { file: 0, directory: 0 },
};

function started(by: Asker, command: string, certain: boolean): RootReason | DependentReason {
  if ('field' in by) return { kind: 'config', field: by.field, as: 'program' };
  return { kind: 'starts', by: by.path, command, certain };
}

function named(by: Asker, text: string): RootReason | DependentReason {
  if ('field' in by) return { kind: 'config', field: by.field, as: by.field === 'Env' ? 'value' : 'argument' };
  return { kind: 'mention', by: by.path, text };
}

function readIn(by: Asker): RootReason | DependentReason {
  if ('field' in by) return { kind: 'config', field: by.field, as: 'argument' };
  return { kind: 'script', by: by.path, how: 'sourced' };
}

/** The facts of some command lines and values of the image's configuration. */
export function configurationFacts(lines: readonly (readonly string[])[], texts: readonly string[]): Facts {
  const sheet = new FactSheet();
  for (const words of lines) if (words.length > 0) sheet.addVector(words);
  for (const text of texts) for (const path of mentionedPaths(text)) sheet.add('paths', path);
  return sheet;
}

/** libc.so.6 has an interpreter, too. */
function isProgram({ interpreter, soname }: ElfFile): boolean {
  return interpreter !== undefined && soname === undefined;
}
