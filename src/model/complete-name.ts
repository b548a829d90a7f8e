import { parseReference } from './image-reference.ts';

/** An image's name with all that may be left out of it: `docker.io/library/debian` and `latest` for `debian`. */
export interface CompleteName {
  /** with its registry */
  readonly repository: string;
  readonly tag: string;
}

const HUB = 'docker.io';

/** What engines understand by a name (github.com/distribution/reference, normalize.go); undefined for what is no name with a tag. */
export function completeName(text: string): CompleteName | undefined {
  try {
    const { registry = HUB, repository, tag } = parseReference(text);
    if (registry !== HUB && registry !== `index.${HUB}`) return { repository: `${registry}/${repository}`, tag };
    return { repository: `${HUB}/${repository.includes('/') ? repository : `library/${repository}`}`, tag };
  } catch {
    return undefined;
  }
}

/** Whether two names of images mean the same, however much of them is left out. */
export function isSameName(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [completeName(a), completeName(b)];
  return left !== undefined && left.repository === right?.repository && left.tag === right.tag;
}
