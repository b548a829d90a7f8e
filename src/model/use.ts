/** How a path was used, the use that asks for most first. Directories are listed or resolved, all else is any but listed. */
export const USES = ['executed', 'mapped', 'opened', 'listed', 'resolved'] as const;

/** See {@link USES}; `resolved`: its name was looked up, or it was a directory on the way. */
export type Use = (typeof USES)[number];
