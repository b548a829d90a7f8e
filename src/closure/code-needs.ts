import type { ElfFile } from '../elf/elf-file.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Loader } from '../loader/loader.ts';
import type { Finding } from '../model/finding.ts';
import { healthcheckCommand } from '../model/image-config.ts';
import { byteString, type ImagePath } from '../model/image-path.ts';
import type { Need } from '../model/reason.ts';
import {
  CodeWalker,
  configurationFacts,
  type NamedThings,
  type Walked,
  type WalkPolicy,
} from '../programs/code-walker.ts';
import { charsetPaths } from '../programs/lookup/charsets.ts';
import { libraryPaths, type Search } from '../programs/lookup/libraries.ts';
import { localePaths } from '../programs/lookup/locales.ts';
import { typelibPaths } from '../programs/lookup/typelibs.ts';

/** What a closure takes from code, and whom it tells. */
interface Where {
  readonly view: AnalysisView;
  readonly loader: Loader;
  readonly policy: WalkPolicy;
  /** true where a package of the distribution brought a file */
  readonly isOwned: (path: ImagePath) => boolean;
  readonly require: (needs: readonly Need[]) => void;
  readonly report: (findings: readonly Finding[]) => void;
}

/** Variables that are search paths of programs and libraries, or places to be; those of interpreters have rules of their own. */
const SEARCH_PATHS =
  /^(PATH|LD_LIBRARY_PATH|MANPATH|INFOPATH|PWD|OLDPWD|HOME|SHLVL|TERM|LS_COLORS|PKG_CONFIG_PATH|XDG_DATA_DIRS|GEM_HOME|GEM_PATH|BUNDLE_\w+|PERL5LIB|PERLLIB|PYTHONPATH|PYTHONHOME|NODE_PATH|JAVA_HOME|CLASSPATH|PHP_INI_DIR|R_HOME|R_LIBS\w*|LUA_C?PATH|TCLLIBPATH|GOROOT|GOPATH|RUSTUP_HOME|CARGO_HOME)$/;

/** The needs of code and of texts that start programs or name what they open. */
export class CodeNeeds {
  readonly #where: Where;
  readonly #walker: CodeWalker;
  /** a kept program for each kind of machine: whose loader looks up what code names */
  readonly #programs = new Map<string, { readonly entry: TreeEntry; readonly elf: ElfFile }>();
  readonly #named: NamedThings[] = [];

  constructor(where: Where) {
    this.#where = where;
    this.#walker = new CodeWalker(where.view, where.policy, where.isOwned);
  }

  /** The image's commands and the container's own, as one line each and as the engine joins them, and the values of its variables. */
  *lookAtConfiguration(): Generator<void> {
    const { run, ranAs } = this.#where.view;
    const { Entrypoint = [], Cmd = [], Env = [] } = run;
    const checks = [
      healthcheckCommand(run),
      healthcheckCommand({ Shell: run.Shell ?? [], Healthcheck: ranAs?.Healthcheck ?? {} }),
    ];
    const commands = configurationFacts([[...Entrypoint, ...Cmd], Cmd], []);
    this.#apply(yield* this.#walker.addFacts(commands, Entrypoint.length > 0 ? 'Entrypoint' : 'Cmd'));
    const ownCmd = ranAs?.Cmd ?? [];
    const own = [...(ranAs?.Entrypoint ?? []), ...ownCmd];
    // A script given to a shell may have made what it names: see the configuration's roots for what it starts.
    if (own.length > 0 && !own.some((word) => /^-\w*c$/.test(word)))
      this.#apply(yield* this.#walker.addFacts(configurationFacts([own, ownCmd], []), 'Command'));
    this.#apply(yield* this.#walker.addFacts(configurationFacts(checks, []), 'Healthcheck'));
    const values = Env.filter((text) => !SEARCH_PATHS.test(text.slice(0, text.indexOf('='))));
    this.#apply(yield* this.#walker.addFacts(configurationFacts([], values), 'Env'));
  }

  /** A kept file that is no ELF file. */
  *look(entry: TreeEntry): Generator<void> {
    this.#apply(yield* this.#walker.look(entry));
  }

  *lookAtElf(entry: TreeEntry, elf: ElfFile): Generator<void> {
    const kind = `${elf.machine} ${elf.class}`;
    if (elf.interpreter !== undefined && elf.dynamic && !this.#programs.has(kind))
      this.#programs.set(kind, { entry, elf });
    this.#apply(yield* this.#walker.lookAtElf(entry, elf));
  }

  /** Looks up what was named so far, when the programs are known whose loaders do it. False where there was nothing. */
  apply(): boolean {
    if (this.#named.length === 0) return false;
    const { loader, view } = this.#where;
    const searches = [...this.#programs.values()].map(
      ({ entry, elf }): Search => ({
        tree: view.tree,
        content: view.content,
        find: (name) => loader.dlopen(name, entry, elf),
        directories: loader.systemDirectories(elf),
      }),
    );
    for (const named of this.#named.splice(0)) for (const search of searches) this.#lookUp(named, search);
    return true;
  }

  #lookUp({ by, libraries, charsets, typelibs }: NamedThings, search: Search): void {
    const kinds = [
      [libraries, libraryPaths],
      [charsets, charsetPaths],
      [charsets, localePaths],
      [typelibs, typelibPaths],
    ] as const;
    for (const [names, pathsOf] of kinds) {
      for (const text of new Set(names.map(byteString))) {
        const reason = { kind: 'mention', by, text } as const;
        this.#where.require(pathsOf(text, search).map((path) => ({ path, reason })));
      }
    }
  }

  #apply({ needs, findings, named }: Walked): void {
    this.#where.require(needs);
    this.#where.report(findings);
    this.#named.push(...named);
  }
}
