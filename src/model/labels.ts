/** Labels that images of ours carry. */
export const LABEL = {
  /** the full id of the container it was made from */
  container: 'io.skinnywhale.container',
  /** the id of that container's image */
  parent: 'io.skinnywhale.parent',
  /** the id of the image it was made from */
  image: 'io.skinnywhale.image',
  /** the repository that this image was named by: `registry:5000/team/app` */
  repository: 'io.skinnywhale.repository',
  /** the id of the image that the change layer lies on, where that is not the container's */
  base: 'io.skinnywhale.base',
  /** the version of this tool */
  version: 'io.skinnywhale.version',
} as const;

/** Labels that containers of ours carry, which a run makes and removes. */
export const CONTAINER_LABEL = {
  /** what it is for */
  purpose: 'io.skinnywhale.purpose',
  /** the mark of its run */
  run: 'io.skinnywhale.run',
} as const;
