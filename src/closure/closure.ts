import type { ElfFile } from '../elf/elf-file.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { baseName, type ImagePath, parentPath } from '../model/image-path.ts';
import { analyzeScript } from './analyzers/script.ts';
import { FindingLog } from './finding-log.ts';
import { KeptPaths } from './kept-paths.ts';
import { ElfIndex } from './loader/elf-index.ts';
import type { LoadResult } from './loader/link-map.ts';
import { Loader } from './loader/loader.ts';
import { baseRoots } from './roots/base.ts';
import { configRoots } from './roots/config-roots.ts';
import type { Seed } from './roots/selection.ts';
import type { AnalysisView, Analyzer, Closure } from './types.ts';

/** Looked at in this order, for every kept file. */
const ANALYZERS: readonly Analyzer[] = [analyzeScript];

/**
 * Everything that the seeds and the image's configuration need of the container's tree, transitively. Terminates because
 * each path is looked at once.
 */
export function computeClosure(view: AnalysisView, seeds: Iterable<Seed>): Closure {
  const run = new ClosureRun(view);
  for (const { entry, reason } of seeds) run.kept.add(entry, reason);
  const config = configRoots(view);
  for (const need of [...baseRoots(view), ...config.needs]) run.kept.require(need);
  run.log.addAll(config.findings);
  run.finish();
  return { kept: run.kept.reasons, findings: run.log.findings(run.providers()) };
}

class ClosureRun {
  readonly kept: KeptPaths;
  readonly log = new FindingLog();
  readonly #view: AnalysisView;
  readonly #elves: ElfIndex;
  readonly #loader: Loader;
  /** libraries that are kept and that no program's headers have led to yet */
  readonly #libraries = new Map<ImagePath, { entry: TreeEntry; elf: ElfFile }>();
  readonly #loaded = new Set<TreeEntry>();
  /** kept libraries by DT_SONAME and by name, for needs that a plugin's host answers */
  readonly #providers = new Map<string, ImagePath[]>();

  constructor(view: AnalysisView) {
    this.#view = view;
    this.kept = new KeptPaths(view.tree);
    this.#elves = new ElfIndex(view.content);
    this.#loader = new Loader(view, this.#elves);
  }

  /** Programs come first: a library that one of them loads is resolved the way that program's loader does it. */
  finish(): void {
    for (;;) {
      for (let entry = this.kept.next(); entry !== undefined; entry = this.kept.next()) this.#look(entry);
      const library = this.#nextLibrary();
      if (library === undefined) return;
      this.#follow(this.#loader.loadLibrary(library.entry, library.elf));
    }
  }

  providers(): ReadonlyMap<string, readonly ImagePath[]> {
    return this.#providers;
  }

  #look(entry: TreeEntry): void {
    if (entry.type === 'symlink') {
      const reason = { rule: 'target of a kept link', by: entry.path };
      this.kept.require({ path: entry.target, from: parentPath(entry.path), reason });
      return;
    }
    if (entry.type !== 'file') return;
    const elf = this.#elves.get(entry);
    if (elf !== undefined) {
      this.#lookAtElf(entry, elf);
      return;
    }
    for (const analyze of ANALYZERS) {
      const { needs, findings } = analyze(entry, this.#view);
      for (const need of needs) this.kept.require(need);
      this.log.addAll(findings);
    }
  }

  #lookAtElf(entry: TreeEntry, elf: NonNullable<ReturnType<ElfIndex['get']>>): void {
    const { path } = entry;
    if ('defect' in elf) {
      this.log.add({ kind: 'defective-elf', path, defect: elf.detail });
      return;
    }
    if (elf.interpreter !== undefined) {
      const { interpreter } = elf;
      const found = this.kept.require({
        path: this.#fromWorkingDirectory(interpreter),
        reason: { rule: 'PT_INTERP', by: path },
      });
      if (!found) this.log.add({ kind: 'unresolved-interpreter', name: interpreter, requesters: [path] });
      this.#follow(this.#loader.loadProgram(entry, elf));
    } else if (elf.type === 'shared' && elf.dynamic && !elf.pie) {
      this.#libraries.set(path, { entry, elf });
    }
    if (elf.type === 'shared') {
      for (const name of new Set([elf.soname, baseName(path)])) {
        if (name !== undefined) this.#providers.set(name, [...(this.#providers.get(name) ?? []), path]);
      }
    }
  }

  #nextLibrary(): { entry: TreeEntry; elf: ElfFile } | undefined {
    for (const [path, library] of this.#libraries) {
      this.#libraries.delete(path);
      if (!this.#loaded.has(library.entry.inode)) return library;
    }
    return undefined;
  }

  #follow({ edges, objects, failures }: LoadResult): void {
    for (const object of objects) this.#loaded.add(object.entry.inode);
    for (const { path, rule, by } of edges) {
      this.kept.require({ path, reason: { rule, by } });
      if (rule.includes('ld.so.cache'))
        this.kept.require({ path: '/etc/ld.so.cache', reason: { rule: 'ld.so.cache', by } });
    }
    for (const { name, by, failure } of failures) {
      if (failure.status === 'missing') this.log.add({ kind: 'unresolved-library', name, requesters: [by] });
      else
        this.log.add({
          kind: 'blocked-library',
          name,
          candidate: failure.candidate,
          why: failure.why,
          requesters: [by],
        });
    }
  }

  #fromWorkingDirectory(path: string): string {
    return path.startsWith('/') ? path : `${this.#view.run.WorkingDir ?? ''}/${path}`;
  }
}
