import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ElfIndex } from '../loader/elf-index.ts';
import type { OptionalData } from '../model/finding.ts';
import { type ImagePath, ROOT } from '../model/image-path.ts';
import type { DependentReason, RuleReason } from '../model/reason.ts';
import { ListedPlaces } from '../package-records/database/listed-places.ts';
import type { PackageRecord } from '../package-records/database/package-database.ts';
import type { InstalledPackages } from '../package-records/declared/installed-packages.ts';
import { isForMaintenance, isOfSingleCommands } from '../package-records/declared/maintenance.ts';
import {
  isCommandPath,
  isLibraryPath,
  isProgramPath,
  isRunTimePart,
  isTransient,
} from '../package-records/declared/run-time-part.ts';
import type { DeclaredPolicy } from '../rules/rule-set.ts';
import type { KeptPaths } from './kept-paths.ts';
import { isCommand } from './roots/foreign-programs.ts';
import { type Binaries, sisterCommands } from './sister-commands.ts';

/** What declared needs are worked out from. */
interface Where {
  readonly packages: InstalledPackages;
  readonly view: Pick<AnalysisView, 'tree' | 'content'>;
  readonly elves: ElfIndex;
  readonly kept: KeptPaths;
  readonly policy: DeclaredPolicy;
}

/** What is kept because a package declares it, or because it is in a package whose program is called. */
interface Part {
  readonly reason: Extract<DependentReason, { kind: 'declared' | 'package-rest' }>;
  readonly summary: string;
  readonly bytes: number;
  readonly entries: readonly TreeEntry[];
}

/**
 * What package managers know of run-time needs: data, helpers and plugins that no header names.
 *
 * Where a program or library of a package is kept, the packages that it declares to need are kept with their run-time
 * parts, and so on; where one of its commands is kept, the rest of the package itself does, but for those of its other
 * commands that this one does not start.
 * What is larger than its limit is left out and reported. A rule that answers for a package knows better.
 */
export class DeclaredNeeds {
  readonly #binaries: Binaries;
  readonly #packages: InstalledPackages;
  readonly #tree: FileTree;
  readonly #kept: KeptPaths;
  readonly #policy: DeclaredPolicy;
  readonly #places: ListedPlaces;
  readonly #noted: ImagePath[] = [];
  /** packages whose declarations count */
  readonly #followed = new Set<PackageRecord>();
  readonly #completed = new Set<PackageRecord>();
  readonly #declined: Part[] = [];
  #left: number;

  constructor(where: Where) {
    this.#binaries = { content: where.view.content, elves: where.elves };
    this.#packages = where.packages;
    this.#tree = where.view.tree;
    this.#kept = where.kept;
    this.#policy = where.policy;
    this.#places = new ListedPlaces(where.view.tree);
    this.#left = where.policy.limits.all;
  }

  /** Takes note of a kept file that is run or loaded. */
  look(path: ImagePath): void {
    this.#noted.push(path);
  }

  /** Adds what follows from the files noted so far. False where there were none. */
  apply(): boolean {
    if (this.#noted.length === 0) return false;
    for (const path of this.#noted.splice(0)) {
      const owner = this.#packages.ownerOf(path);
      // Each program of an essential package stands for itself, and the loader knows what it links to.
      if (owner === undefined) continue;
      if (!isForMaintenance(owner)) this.#follow(owner, path);
      if (!this.#isProgram(path) || isOfSingleCommands(owner)) continue;
      this.#complete(owner, path);
      this.#addSisters(owner, path);
    }
    return true;
  }

  findings(): OptionalData[] {
    return this.#declined.flatMap(({ reason, summary, entries }) => {
      const missing = entries.filter(({ path, type }) => type === 'file' && !this.#kept.has(path));
      if (missing.length === 0) return [];
      return {
        kind: 'optional-data',
        rule: this.#policy.name,
        summary,
        bytes: sumOf(missing),
        files: missing.length,
        requesters: [reason.by],
      };
    });
  }

  /** The paths of what was left out, with who asked for it. */
  declined(): ReadonlyMap<ImagePath, readonly RuleReason[]> {
    const byPath = new Map<ImagePath, readonly RuleReason[]>();
    for (const { reason, entries } of this.#declined) {
      const reasons = [{ kind: 'rule', by: reason.by, rule: this.#policy.name } as const];
      for (const { path } of entries) if (!this.#kept.has(path)) byPath.set(path, reasons);
    }
    return byPath;
  }

  /** A package without programs may stand for others, so what it declares counts as soon as it is asked for. */
  #follow(owner: PackageRecord, by: ImagePath): void {
    const queue = [owner];
    for (let record = queue.pop(); record !== undefined; record = queue.pop()) {
      if (this.#followed.has(record)) continue;
      this.#followed.add(record);
      for (const { field, record: needed } of this.#packages.declaredBy(record)) {
        if (isForMaintenance(needed) || this.#policy.answered(needed.name) || this.#followed.has(needed)) continue;
        const reason = { kind: 'declared', by, package: record.name, field, of: needed.name } as const;
        const limit = field === 'Recommends' ? this.#policy.limits.recommended : this.#policy.limits.package;
        const summary = `has ${needed.name} at hand, as ${record.name} declares (${field})`;
        const part = this.#partOf(needed, { reason, summary });
        if (this.#fits(part, limit)) this.#take(part);
        else if (!this.#takeData(part, limit)) continue;
        queue.push(needed);
      }
    }
  }

  /** The settings, data, helpers and state directories of a package whose command is kept. */
  #complete(owner: PackageRecord, by: ImagePath): void {
    if (this.#completed.has(owner)) return;
    this.#completed.add(owner);
    if (this.#policy.answered(owner.name)) return;
    const reason = { kind: 'package-rest', by, package: owner.name } as const;
    const part = this.#partOf(owner, { reason, summary: `runs on the rest of ${owner.name}`, withCommands: false });
    const isAsked = this.#kept.reasons.get(by)?.some(isCommand) ?? false;
    if (this.#fits(part, isAsked ? Number.POSITIVE_INFINITY : this.#policy.limits.package)) this.#take(part);
    else this.#declined.push(part);
  }

  /** Whether a kept file is called as a command: by its own place, or by a link to it. */
  #isProgram(path: ImagePath): boolean {
    if (isProgramPath(path)) return true;
    const reasons = this.#kept.reasons.get(path) ?? [];
    return reasons.some((reason) => isCommand(reason) || (reason.kind === 'link-target' && isCommandPath(reason.by)));
  }

  #addSisters(owner: PackageRecord, by: ImagePath): void {
    const entry = this.#tree.get(by);
    if (entry === undefined) return;
    const commands = (owner.paths ?? []).filter(isCommandPath).flatMap((text) => this.#places.place(text) ?? []);
    const others = commands.filter((path) => !this.#kept.has(path) && this.#tree.get(path) !== undefined);
    const reason = { kind: 'package-rest', by, package: owner.name } as const;
    for (const path of sisterCommands(entry, others, this.#binaries)) this.#kept.require({ path: `/${path}`, reason });
  }

  /** What of a package is not kept yet and is of use when programs run; of directories those that it ships empty, as they are now. */
  #partOf(
    record: PackageRecord,
    { withCommands = true, ...why }: { withCommands?: boolean } & Omit<Part, 'bytes' | 'entries'>,
  ): Part {
    const { paths = [] } = record;
    // Of a package with several libraries the headers have named those that are needed.
    const isLinked = paths.some((text) => isLibraryPath(text) && this.#isKept(text));
    const above = new Set(paths.map((text) => text.slice(0, text.lastIndexOf('/'))));
    const entries: TreeEntry[] = [];
    for (const text of paths) {
      if (above.has(text) || !isRunTimePart(text) || (!withCommands && isCommandPath(text))) continue;
      if (isLinked && isLibraryPath(text)) continue;
      const path = this.#places.place(text);
      // dpkg's lists begin with `/.`, which no package ships for itself.
      if (path === undefined || path === ROOT || this.#kept.has(path)) continue;
      const entry = this.#tree.get(path);
      if (entry === undefined) continue;
      entries.push(entry);
      if (entry.type === 'directory' && !isTransient(path)) entries.push(...this.#madeIn(path));
    }
    return { ...why, bytes: sumOf(entries), entries };
  }

  /** What installing the package made in a directory that it ships without contents: compiled dictionaries, first databases. */
  *#madeIn(directory: ImagePath): Generator<TreeEntry> {
    for (const entry of this.#tree.descendants(directory)) {
      if (!this.#kept.has(entry.path) && this.#packages.ownerOf(entry.path) === undefined) yield entry;
    }
  }

  #isKept(text: string): boolean {
    const path = this.#places.place(text);
    return path !== undefined && this.#kept.has(path);
  }

  #fits({ bytes }: Part, limit: number): boolean {
    return this.#policy.switched === 'on' || (bytes <= limit && bytes <= this.#left);
  }

  /** What other programs read of a package that is too large, and not the package's own commands: a compiler's libraries. */
  #takeData(part: Part, limit: number): boolean {
    const isOfCommand = ({ path }: TreeEntry): boolean => isCommandPath(path);
    const entries = part.entries.filter((entry) => !isOfCommand(entry));
    const data = { ...part, entries, bytes: sumOf(entries) };
    const isTaken = entries.length > 0 && this.#fits(data, limit);
    if (isTaken) this.#take(data);
    this.#declined.push(isTaken ? { ...part, entries: part.entries.filter(isOfCommand) } : part);
    return isTaken;
  }

  #take({ bytes, entries, reason }: Part): void {
    this.#left -= bytes;
    for (const { path } of entries) this.#kept.require({ path: `/${path}`, reason, followLast: false });
  }
}

function sumOf(entries: readonly TreeEntry[]): number {
  let bytes = 0;
  for (const entry of new Set(entries.map(({ inode }) => inode))) bytes += entry.size;
  return bytes;
}
