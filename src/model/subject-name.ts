import { SkinnywhaleError } from './errors.ts';

/**
 * What a caller names as the thing to slim. `any`: a container of that name or id, else an image. Which of the two a text
 * can't be is known from its form.
 */
export type SubjectName =
  | { readonly kind: 'any'; readonly text: string; readonly mayBeContainer: boolean }
  | { readonly kind: 'container' | 'image'; readonly text: string }
  | DockerArchiveName;

/** An archive that `docker save` has written. */
export interface DockerArchiveName {
  readonly kind: 'docker-archive';
  readonly file: string;
  /** which image of it: a reference, or `@` and its number; undefined where there is but one */
  readonly reference: string | undefined;
}

/** What engines allow as a name, and what every id is (moby daemon/names/names.go, less the two-character minimum: ids may be cut). */
const CONTAINER = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** An image's id, or a reference: `localhost:5000/team/app:1.0`, `app@sha256:...` (github.com/distribution/reference). */
const IMAGE = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*(?:(?:\/|__|:|@|\+)[a-zA-Z0-9_][a-zA-Z0-9_.-]*)*$/;

const PREFIX = /^(container|image|docker-archive):(.*)$/s;

/**
 * `NAME`, `container:NAME`, `image:REF` or `docker-archive:FILE[:REF]`. Checked before any request, because the name becomes a part of the request's
 * path: `../images/x` would ask for something else.
 * @throws USAGE
 */
export function parseSubjectName(text: string): SubjectName {
  const [, kind, rest = ''] = PREFIX.exec(text) ?? [];
  if (kind === 'container') return { kind, text: checkContainerName(rest) };
  if (kind === 'image') {
    if (IMAGE.test(rest)) return { kind, text: rest };
    throw refused(rest, 'an image', 'Give a reference or an id, as `docker image ls` lists them.');
  }
  if (kind === 'docker-archive') return dockerArchiveName(rest);
  if (IMAGE.test(text)) return { kind: 'any', text, mayBeContainer: CONTAINER.test(text) };
  throw refused(
    text,
    'a container or image',
    'Give a name or an id: those of containers are listed by `docker ps -a`, those of images by `docker image ls`.',
  );
}

/** `docker-archive:FILE`: where a result goes that no engine gets. @throws USAGE */
export function parseOutput(text: string): DockerArchiveName {
  const [, kind, rest = ''] = PREFIX.exec(text) ?? [];
  const name = kind === 'docker-archive' ? dockerArchiveName(rest) : undefined;
  if (name?.reference === undefined && name !== undefined) return name;
  throw new SkinnywhaleError('USAGE', `${JSON.stringify(text)} is no place for an image`, {
    hint: 'Write --output docker-archive:FILE, and the name of the image as --tag.',
  });
}

/** The file's name ends with the first colon: `app.tar:app:1.0`, `app.tar:@1`. @throws USAGE */
function dockerArchiveName(text: string): DockerArchiveName {
  const [, file = '', reference] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (file === '' || reference === '') {
    throw new SkinnywhaleError('USAGE', `docker-archive:${text} names no ${file === '' ? 'file' : 'image'}`, {
      hint: 'Write it as docker-archive:FILE or docker-archive:FILE:REF.',
    });
  }
  return { kind: 'docker-archive', file, reference };
}

/** `text`, where it can be a container's name, id or id prefix. @throws USAGE */
export function checkContainerName(text: string): string {
  if (CONTAINER.test(text)) return text;
  throw refused(
    text,
    'a container',
    'Names and ids consist of letters, digits, "_", "." and "-", and begin with a letter or digit. See `docker ps -a`.',
  );
}

function refused(text: string, what: string, hint: string): SkinnywhaleError {
  const problem = text === '' ? `the name of ${what} is empty` : `${JSON.stringify(text)} is not the name of ${what}`;
  return new SkinnywhaleError('USAGE', problem, { hint });
}
