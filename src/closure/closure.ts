import type { ElfDefect, ElfFile } from '../elf/elf-file.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { PathMap } from '../filesystem/path-sets.ts';
import { isExecutable, type TreeEntry } from '../filesystem/tree-entry.ts';
import { ElfIndex } from '../loader/elf-index.ts';
import { isLibrary, type LoadResult } from '../loader/link-map.ts';
import { Loader } from '../loader/loader.ts';
import { baseName, byteString, type ImagePath, parentPath } from '../model/image-path.ts';
import type { Need, Reason } from '../model/reason.ts';
import { finish } from '../model/steps.ts';
import type { DlopenLevel, ProgramLevel } from '../options.ts';
import type { PackageDatabase } from '../package-records/database/package-database.ts';
import { InstalledPackages } from '../package-records/declared/installed-packages.ts';
import { isCommandPath, isLoadedCode } from '../package-records/declared/run-time-part.ts';
import type { WalkPolicy } from '../programs/code-walker.ts';
import { analyzeScript } from '../programs/script.ts';
import { RuleRunner } from '../rules/engine/rule-runner.ts';
import { type CodePolicy, selectRules } from '../rules/rule-set.ts';
import type { Closure } from './closure-result.ts';
import { CodeNeeds } from './code-needs.ts';
import { DeclaredNeeds } from './declared-needs.ts';
import { dlopenNeeds } from './dlopen.ts';
import { FindingLog } from './finding-log.ts';
import { KeptPaths } from './kept-paths.ts';
import { OwnFiles } from './own-files.ts';
import { baseRoots } from './roots/base.ts';
import { configRoots } from './roots/config-roots.ts';
import { foreignPrograms } from './roots/foreign-programs.ts';
import type { Seed } from './roots/selection.ts';

/** How far the closure goes beyond what headers say. */
export interface ClosurePolicy {
  /** `+name` and `-name` */
  readonly rules: readonly string[];
  readonly dlopen: DlopenLevel;
  readonly programs: ProgramLevel;
}

/**
 * Everything that the seeds and the image's configuration need of the container's tree, transitively. Terminates because
 * each path is looked at once.
 * @param learned what the container's programs are known to use
 */
export function computeClosure(...question: ClosureQuestion): Closure {
  return finish(closureSteps(...question));
}

/** What a closure is computed from. */
export type ClosureQuestion = [
  view: AnalysisView,
  seeds: Iterable<Seed>,
  policy: ClosurePolicy,
  learned?: readonly Need[],
  /** without it nothing is known of what packages declare */
  database?: PackageDatabase,
];

/** A closure that whoever asked for it may add to and take from. */
export interface OwnClosure extends Closure {
  readonly kept: PathMap<Reason[]>;
}

/** {@link computeClosure} in small steps, so that others get their turn between them. */
export function* closureSteps(
  ...[view, seeds, policy, learned = [], database]: ClosureQuestion
): Generator<void, OwnClosure> {
  const run = new ClosureRun(view, policy, database);
  for (const { entry, reason } of seeds) run.kept.add(entry, reason);
  const config = configRoots(view);
  run.require([...baseRoots(view), ...config.needs, ...learned]);
  yield* run.code.lookAtConfiguration();
  run.log.addAll([...config.findings, ...foreignPrograms(config.needs, view, run.elves)]);
  yield* run.finish();
  return { kept: run.kept.reasons, declined: run.declined(), findings: run.findings() };
}

/** What brings whole libraries of an interpreter, which nobody starts. */
const OF_LIBRARIES: readonly Reason['kind'][] = ['rule', 'declared', 'package-rest'];

class ClosureRun {
  readonly kept: KeptPaths;
  readonly log = new FindingLog();
  readonly #view: AnalysisView;
  readonly #policy: ClosurePolicy;
  readonly elves: ElfIndex;
  readonly #isOwned: (path: ImagePath) => boolean;
  readonly #loader: Loader;
  readonly #rules: RuleRunner;
  readonly #packages: InstalledPackages | undefined;
  readonly #declared: DeclaredNeeds | undefined;
  readonly #own: OwnFiles | undefined;
  readonly code: CodeNeeds;
  /** libraries that are kept and that no program's headers have led to yet */
  readonly #libraries = new Map<ImagePath, { entry: TreeEntry; elf: ElfFile }>();
  readonly #loaded = new Set<TreeEntry>();
  /** kept files whose use of dlopen is still to be looked at: after the programs, whose RPATHs count for it */
  readonly #openers: { entry: TreeEntry; elf: ElfFile }[] = [];
  /** kept libraries by DT_SONAME and by name, for needs that a plugin's host answers */
  readonly #providers = new Map<string, ImagePath[]>();

  constructor(view: AnalysisView, policy: ClosurePolicy, database?: PackageDatabase) {
    this.#view = view;
    this.#policy = policy;
    this.kept = new KeptPaths(view.tree);
    this.elves = new ElfIndex(view.content);
    this.#loader = new Loader(view, this.elves);
    const { rules, declared, ownFiles, code } = selectRules(policy.rules);
    const packages = database === undefined ? undefined : new InstalledPackages(database, view.tree);
    this.#isOwned = (path) => packages?.isOwned(path) === true;
    const isOwned = this.#isOwned;
    this.#rules = new RuleRunner(rules, { view, loader: this.#loader, kept: this.kept, isOwned });
    this.code = new CodeNeeds({
      view,
      loader: this.#loader,
      policy: codePolicy(code, policy.programs),
      isOwned,
      require: (needs) => this.require(needs),
      report: (findings) => this.log.addAll(findings),
    });
    this.#packages = packages;
    if (packages === undefined) return;
    const where = { packages, tree: view.tree, kept: this.kept };
    const { elves } = this;
    if (declared !== undefined) this.#declared = new DeclaredNeeds({ ...where, view, elves, policy: declared });
    // Without records of packages nothing tells the user's files from the system's.
    if (ownFiles && !packages.isEmpty) this.#own = new OwnFiles(where);
  }

  /**
   * Programs come first: a library that one of them loads is resolved the way that program's loader does it. What packages
   * declare comes last: most of it is there by then, for a better reason.
   */
  *finish(): Generator<void> {
    for (;;) {
      for (let entry = this.kept.next(); entry !== undefined; entry = this.kept.next()) {
        yield* this.#look(entry);
        yield;
      }
      const where = { view: this.#view, loader: this.#loader, level: this.#policy.dlopen };
      yield;
      const opener = this.#openers.shift();
      if (opener !== undefined) {
        const { needs, isWhole } = yield* dlopenNeeds(opener, where);
        this.require(needs);
        if (!isWhole) this.log.add({ kind: 'partly-read', path: opener.entry.path, part: 'dlopen' });
        continue;
      }
      const library = this.#nextLibrary();
      if (library === undefined) {
        if (!this.code.apply() && this.#declared?.apply() !== true) return;
        continue;
      }
      this.#follow(library.entry.path, yield* this.#loader.loadLibrary(library.entry, library.elf));
    }
  }

  require(needs: readonly Need[]): void {
    for (const need of needs) this.kept.require(need);
  }

  findings(): Closure['findings'] {
    for (const path of this.#loader.unsearched) this.log.add({ kind: 'partly-read', path, part: 'libraries' });
    const optional = [...this.#rules.findings(), ...(this.#declared?.findings() ?? [])];
    return [...this.log.findings(this.#providers), ...optional];
  }

  declined(): Closure['declined'] {
    return new Map([...(this.#declared?.declined() ?? []), ...this.#rules.declined()]);
  }

  *#look(entry: TreeEntry): Generator<void> {
    this.#own?.look(entry);
    if (entry.type === 'symlink') {
      const reason = { kind: 'link-target', by: entry.path } as const;
      this.require([{ path: entry.target, from: parentPath(entry.path), reason }]);
      this.#rules.look({ entry, elf: undefined });
    } else if (entry.type === 'file') {
      const elf = this.elves.get(entry);
      if (elf !== undefined || isExecutable(entry) || isLoadedCode(entry.path)) this.#declared?.look(entry.path);
      if (elf === undefined) yield* this.#lookAtScript(entry);
      else if ('defect' in elf) this.#logDefect(entry, elf);
      else yield* this.#lookAtElf(entry, elf);
      this.#rules.look({ entry, elf: elf === undefined || 'defect' in elf ? undefined : elf });
    }
  }

  *#lookAtScript(entry: TreeEntry): Generator<void> {
    const { needs, findings } = analyzeScript(entry, this.#view);
    const isBrought = this.#isOnlyFor(entry.path, (kind) => OF_LIBRARIES.includes(kind));
    const isWanted = ({ path }: Need): boolean =>
      this.#packages?.needsOwnerOf(this.#view.tree.resolve(path).path, entry.path) ?? true;
    this.require(isBrought ? needs.filter(isWanted) : needs);
    // Python's cgi.py begins with `#! /usr/local/bin/python`: what a package has among its libraries is imported, not run.
    const isPart = this.#isOwned(entry.path) && !isCommandPath(entry.path);
    const isModule = isBrought || (isPart && this.#isOnlyFor(entry.path, (kind) => kind === 'changed'));
    if (!isModule) this.log.addAll(findings);
    yield* this.code.look(entry);
  }

  #isOnlyFor(path: ImagePath, isMeant: (kind: Reason['kind']) => boolean): boolean {
    return this.kept.reasons.get(path)?.every(({ kind }) => isMeant(kind)) ?? false;
  }

  #logDefect({ path }: TreeEntry, { detail }: ElfDefect): void {
    this.log.add({ kind: 'defective-elf', path, defect: detail });
  }

  *#lookAtElf(entry: TreeEntry, elf: ElfFile): Generator<void> {
    const { path } = entry;
    for (const part of elf.excess) this.log.add({ kind: 'partly-read', path, part });
    yield* this.code.lookAtElf(entry, elf);
    if (elf.interpreter !== undefined) {
      const { interpreter: name } = elf;
      const text = name.startsWith('/') ? name : `${byteString(this.#view.run.WorkingDir ?? '')}/${name}`;
      const found = this.kept.require({ path: text, reason: { kind: 'interpreter', by: path } });
      if (!found) this.log.add({ kind: 'unresolved-interpreter', name, requesters: [path] });
    }
    if (isLibrary(elf)) this.#libraries.set(path, { entry, elf });
    else if (elf.interpreter !== undefined) this.#follow(path, yield* this.#loader.loadProgram(entry, elf));
    if (elf.type === 'shared') {
      for (const name of new Set([elf.soname ?? baseName(path), baseName(path)])) {
        const known = this.#providers.get(name);
        if (known === undefined) this.#providers.set(name, [path]);
        else known.push(path);
      }
    }
    this.#openers.push({ entry, elf });
  }

  #nextLibrary(): { entry: TreeEntry; elf: ElfFile } | undefined {
    for (const [path, library] of this.#libraries) {
      this.#libraries.delete(path);
      if (!this.#loaded.has(library.entry.inode)) return library;
    }
    return undefined;
  }

  #follow(by: ImagePath, { edges, objects, failures, mismatches, files, isWhole }: LoadResult): void {
    if (!isWhole) this.log.add({ kind: 'partly-read', path: by, part: 'libraries' });
    for (const object of objects) this.#loaded.add(object.entry.inode);
    for (const { path, ...how } of edges) this.kept.require({ path, reason: { kind: 'loader', ...how } });
    for (const { path, file } of files) this.kept.require({ path, reason: { kind: 'loader-file', by, file } });
    for (const { name, by: requester, failure } of failures) {
      const requesters = [requester];
      if (failure.status === 'missing') this.log.add({ kind: 'unresolved-library', name, requesters });
      else
        this.log.add({
          kind: 'blocked-library',
          name,
          candidate: failure.candidate,
          why: failure.why,
          requesters,
        });
    }
    for (const { version, library, by: requester } of mismatches) {
      this.log.add({ kind: 'version-mismatch', name: version, library, requesters: [requester] });
    }
  }
}

/** What starts programs is off with them. */
function codePolicy(code: CodePolicy, level: ProgramLevel): WalkPolicy {
  const isOff = level === 'off';
  const { starts, commonTools } = code;
  return { ...code, starts: isOff ? 0 : starts, commonTools: isOff ? 0 : commonTools, housekeeping: level === 'all' };
}
