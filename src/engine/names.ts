import { SkinnywhaleError } from '../model/errors.ts';

/** A container's id, a prefix of it, or its name (moby: daemon/names/names.go). */
const CONTAINER = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** An image's id, or a reference: `localhost:5000/team/app:1.0`, `app@sha256:...`. */
const IMAGE = /^[a-zA-Z0-9][\w.-]*(?:[/:@+][a-zA-Z0-9_][\w.-]*)*$/;

/**
 * `idOrName` if it can stand in a request's path as it is. Neither dockerode nor docker-modem escapes it, so `../images/x`
 * or `c/json?x=` would be another request.
 * @throws NO_SUCH_CONTAINER, since no container can have another name
 */
export function containerInPath(idOrName: string): string {
  if (CONTAINER.test(idOrName)) return idOrName;
  throw new SkinnywhaleError('NO_SUCH_CONTAINER', `${JSON.stringify(idOrName)} cannot be the name of a container`, {
    hint: 'Give an id or a name, as `docker ps -a` lists them.',
  });
}

/** `idOrReference` if it can stand in a request's path as it is, as {@link containerInPath}. @throws USAGE */
export function imageInPath(idOrReference: string): string {
  if (IMAGE.test(idOrReference)) return idOrReference;
  throw new SkinnywhaleError('USAGE', `${JSON.stringify(idOrReference)} cannot be the name of an image`);
}

/** `repository:tag` in its two parts; the tag is `latest` where there is none. A colon before a slash is a port's. */
export function splitReference(reference: string): { repository: string; tag: string } {
  const colon = reference.lastIndexOf(':');
  if (colon <= reference.lastIndexOf('/')) return { repository: reference, tag: 'latest' };
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
