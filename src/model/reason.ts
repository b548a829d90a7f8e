import type { ImagePath } from './image-path.ts';

/** Why a path is kept: the rule, and the kept path that asked for it (none where the caller or the config did). */
export interface Reason {
  readonly rule: string;
  readonly by: ImagePath | null;
}

/** A path that something asks for; a byte string as it stands there, symbolic links not yet resolved. */
export interface Need {
  readonly path: string;
  readonly reason: Reason;
  /** where a relative path starts; default: the root */
  readonly from?: ImagePath;
  /** false: a symbolic link at the end is itself what is asked for */
  readonly followLast?: boolean;
}
