/** What `doctor` finds out: what works here, and what does not and why. */
export interface Diagnosis {
  readonly tool: { readonly version: string; readonly node: string; readonly platform: string };
  /** null where none answers: the first of the abilities says why */
  readonly engine: {
    readonly endpoint: string;
    readonly kind: 'docker' | 'podman';
    readonly version: string;
    readonly apiVersion: string;
    readonly storage: string;
    readonly operatingSystem: string;
  } | null;
  readonly abilities: readonly Ability[];
}

/** Something that a run may make use of. */
export interface Ability {
  /**
   * `engine`: one answers; `local`: layers are read from its storage on this machine; `import`: a layer is sent before its
   * image; `tracer`: strace is here; `temporary-files`: they can be written; `reports`: reports are kept for `explain`
   */
  readonly name: 'engine' | 'local' | 'import' | 'tracer' | 'temporary-files' | 'reports';
  readonly works: boolean;
  /** why not, or where */
  readonly detail: string;
  /** what can be done where it does not work */
  readonly hint?: string;
}
