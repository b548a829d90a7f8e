import type { RunConfig } from './image-config.ts';
import type { ImagePath } from './image-path.ts';
import type { Use } from './use.ts';

/**
 * Why a path is kept: facts, never prose. The wording of each kind is in `report/reason-wording.ts`.
 *
 * `by` is the kept path that asks; kinds without it are roots, which need no further reason. Names and texts that come from
 * the image are byte strings. One object may be the reason of many paths: it never changes.
 */
export type Reason = RootReason | DependentReason | OnTheWay;

/** What needs no other reason. */
export type RootReason =
  /** it is in the change layer */
  | { readonly kind: 'changed' }
  /** no package owns it: it is the user's own */
  | { readonly kind: 'unowned' }
  /** `--include` matches it */
  | { readonly kind: 'included'; readonly glob: string }
  /** `--brute-lib`, `--brute-usr-lib` */
  | { readonly kind: 'brute'; readonly directory: '/lib' | '/usr/lib' }
  | ConfigReason
  /** every image gets it */
  | { readonly kind: 'base'; readonly what: BasePurpose }
  /** a run made use of it; `program`: an absolute byte string, as it was started */
  | { readonly kind: 'learned'; readonly use: Use; readonly program: string }
  /** a package of which something is kept, with `--tight=package` */
  | { readonly kind: 'whole-package'; readonly package: string }
  /** the package database of the result; `manager`: only since this package manager is in the image */
  | { readonly kind: 'package-record'; readonly manager?: 'dpkg' | 'apk' }
  | { readonly kind: 'licence'; readonly package: string };

/** The image's configuration names it, or, as `Command`, the way in which the container itself was run. */
export interface ConfigReason {
  readonly kind: 'config';
  readonly field: ConfigField;
  /** `program`: it is what is started; `value`: the field's own value, or a part of that */
  readonly as: 'program' | 'argument' | 'value' | 'home';
}

export type ConfigField =
  | Extract<keyof RunConfig, 'Entrypoint' | 'Cmd' | 'Healthcheck' | 'Shell' | 'WorkingDir' | 'Volumes' | 'User' | 'Env'>
  | 'Command';

/** What any program may expect of a Unix system. */
export type BasePurpose =
  | 'user-names'
  | 'group-names'
  | 'name-lookup'
  | 'host-names'
  | 'host-lookup'
  | 'address-order'
  | 'port-names'
  | 'protocol-names'
  | 'system-version'
  | 'time-zone'
  | 'time-zone-name'
  | 'temporary-files'
  | 'sockets'
  | 'locks'
  | 'logs'
  | 'caches'
  | 'state'
  | 'home-of-root'
  | 'homes'
  | 'mount-point'
  | 'merged-usr';

/** What a kept path asks for. */
export type DependentReason =
  /** the dynamic loader maps it */
  | { readonly kind: 'loader'; readonly by: ImagePath; readonly tag: LoaderTag; readonly found: LibraryPlace }
  /** the dynamic loader reads it */
  | { readonly kind: 'loader-file'; readonly by: ImagePath; readonly file: LoaderFileKind }
  /** PT_INTERP */
  | { readonly kind: 'interpreter'; readonly by: ImagePath }
  | DlopenReason
  | { readonly kind: 'script'; readonly by: ImagePath; readonly how: ScriptUse }
  | RuleReason
  /** `package`, of which `by` is kept, declares that it needs the package `of`, which this is a part of */
  | {
      readonly kind: 'declared';
      readonly by: ImagePath;
      readonly package: string;
      readonly field: DependencyField;
      readonly of: string;
    }
  /** the rest of the package of a program or library */
  | { readonly kind: 'package-rest'; readonly by: ImagePath; readonly package: string }
  /** a text in the file names it */
  | { readonly kind: 'mention'; readonly by: ImagePath; readonly text: string }
  /** code in the file starts this program; not `certain`: it can only be told that the name stands there */
  | { readonly kind: 'starts'; readonly by: ImagePath; readonly command: string; readonly certain: boolean }
  /** code in the file starts programs that can't be told: the usual ones are kept */
  | { readonly kind: 'common-tools'; readonly by: ImagePath }
  /** the symbolic link `by` leads to it */
  | { readonly kind: 'link-target'; readonly by: ImagePath }
  /** it is the directory of `by`, and nothing asks for it otherwise */
  | { readonly kind: 'holds'; readonly by: ImagePath };

/** It may be opened by dlopen. */
export interface DlopenReason {
  readonly kind: 'dlopen';
  readonly by: ImagePath;
  /** `note`: `.note.dlopen` names it; `call`: its name stands in a file that calls dlopen; `string`: in any other file */
  readonly evidence: 'note' | 'call' | 'string';
  /** what it is for, as the note says */
  readonly feature?: string;
}

/** A rule of the catalog wants it, for `by`. */
export interface RuleReason {
  readonly kind: 'rule';
  readonly by: ImagePath;
  readonly rule: string;
}

/** A link or a directory that is crossed on the way to a path that is kept for the reason `to`. */
export interface OnTheWay {
  readonly kind: 'on-the-way';
  readonly as: 'link' | 'directory';
  readonly to: RootReason | DependentReason;
}

/** What makes a dynamic loader look for a library. */
export type LoaderTag = 'DT_NEEDED' | 'DT_FILTER' | 'DT_AUXILIARY' | 'preload' | 'audit';

/** Where a dynamic loader finds a library; `path`: the name is a path itself. */
export type LibraryPlace = 'RPATH' | 'RUNPATH' | 'LD_LIBRARY_PATH' | 'ld.so.cache' | 'default directory' | 'path';

/** The files that a dynamic loader reads: `musl-path` is /etc/ld-musl-*.path. */
export type LoaderFileKind = 'ld.so.cache' | 'ld.so.preload' | 'musl-path';

/** `shebang`, `env`: the interpreter of its first line, and the program that `env` looks up there. */
export type ScriptUse = 'shebang' | 'env' | 'called' | 'sourced' | 'named';

/** Fields of package databases that name other packages. apk has one for all. */
export type DependencyField = 'Depends' | 'Pre-Depends' | 'Recommends' | 'Suggests';

/** The kept path that asks; null for a root. */
export function requesterOf(reason: Reason): ImagePath | null {
  const asked = reason.kind === 'on-the-way' ? reason.to : reason;
  return 'by' in asked ? asked.by : null;
}

/** Whether two reasons say the same. */
export function isSameReason(one: Reason, other: Reason): boolean {
  if (one === other) return true;
  if (one.kind === 'on-the-way') {
    return other.kind === 'on-the-way' && one.as === other.as && isSameReason(one.to, other.to);
  }
  if (one.kind !== other.kind || requesterOf(one) !== requesterOf(other)) return false;
  const [some, others] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return some.length === others.size && some.every(([name, value]) => others.get(name) === value);
}

/** A path that something asks for; a byte string as it stands there, symbolic links not yet resolved. */
export interface Need {
  readonly path: string;
  readonly reason: RootReason | DependentReason;
  /** where a relative path starts; default: the root */
  readonly from?: ImagePath;
  /** false: a symbolic link at the end is itself what is asked for */
  readonly followLast?: boolean;
}
