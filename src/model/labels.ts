/** Labels that images of ours carry. */
export const LABEL = {
  /** the full id of the container it was made from */
  container: 'io.skinnywhale.container',
  /** the id of that container's image */
  parent: 'io.skinnywhale.parent',
  /** the version of this tool */
  version: 'io.skinnywhale.version',
} as const;
