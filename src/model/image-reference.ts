import { SkinnywhaleError } from './errors.ts';

/** The name of an image, as given to `docker tag`: registry, repository and tag (github.com/distribution/reference, reference.go). */
export interface ImageReference {
  /** `host` or `host:port`; undefined where the text names none, which engines read as Docker Hub */
  readonly registry: string | undefined;
  /** lower-case components joined by `/`: `library/debian` */
  readonly repository: string;
  /** `latest` where the text names none */
  readonly tag: string;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const REGISTRY = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DEFAULT_TAG = 'latest';
/** Registry and repository together. */
const LONGEST_NAME = 255;

/**
 * Reads `[registry[:port]/]repository[:tag]`.
 * @throws USAGE where it is not one, where it carries a digest (a tag can't be moved to one), or could be taken for an image id
 */
export function parseReference(text: string): ImageReference {
  if (text.includes('@'))
    throw refused(text, 'a digest cannot be given to a new image', 'Give a name and a tag: `app:1.0`.');
  const lastSlash = text.lastIndexOf('/');
  const colon = text.indexOf(':', lastSlash + 1);
  const name = colon < 0 ? text : text.slice(0, colon);
  const tag = colon < 0 ? DEFAULT_TAG : text.slice(colon + 1);
  if (!TAG.test(tag)) {
    throw refused(
      text,
      `the tag ${JSON.stringify(tag)} is not valid`,
      'A tag has 1 to 128 letters, digits, "_", "." and "-".',
    );
  }
  const components = name.split('/');
  const registry = components.length > 1 && isRegistry(components[0] ?? '') ? components.shift() : undefined;
  if (registry !== undefined && !REGISTRY.test(registry)) {
    throw refused(
      text,
      `${JSON.stringify(registry)} is not a registry's host name`,
      'Write it as `host[:port]/name[:tag]`.',
    );
  }
  const bad = components.find((component) => !COMPONENT.test(component));
  if (bad !== undefined) throw refused(text, ...complaint(bad));
  const repository = components.join('/');
  if (registry === undefined && /^[0-9a-f]{64}$/.test(repository)) {
    throw refused(text, 'it reads like an image id', 'Choose a name that is not 64 hexadecimal digits.');
  }
  if (name.length > LONGEST_NAME)
    throw refused(text, `the name is longer than ${LONGEST_NAME} characters`, 'Choose a shorter one.');
  return { registry, repository, tag };
}

/** The reference as text, always with its tag. */
export function formatReference(reference: ImageReference): string {
  const registry = reference.registry === undefined ? '' : `${reference.registry}/`;
  return `${registry}${reference.repository}:${reference.tag}`;
}

/**
 * `skinny-<container>:latest`, with what a repository's name can't have mended: capitals made small,
 * and any run of other characters, and of separators that may not stand together, made one `-`.
 * @param container as the caller gave it: name, id or id prefix
 */
export function defaultReference(container: string): string {
  const mended = container
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]+/g, (run) => (/^(?:\.|__?|-+)$/.test(run) ? run : '-'))
    .replace(/^[._-]+|[._-]+$/g, '');
  // The room that the longest name leaves, not cut inside a separator.
  const cut = mended.slice(0, LONGEST_NAME - 'skinny-'.length).replace(/[._-]+$/, '');
  return formatReference({
    registry: undefined,
    repository: cut === '' ? 'skinny' : `skinny-${cut}`,
    tag: DEFAULT_TAG,
  });
}

/**
 * `skinny-<repository>:<tag>` for an image, its registry left out and its repository mended like a container's name:
 * `skinny-team-app:1.0` for `localhost:5000/team/app:1.0`.
 * @param reference as the caller gave it; undefined: `id` tells
 */
export function defaultImageReference(reference: string | undefined, id: string): string {
  if (reference === undefined) return defaultReference(id.replace(/^sha256:/, '').slice(0, 12));
  const { path, tag } = splitImageName(reference);
  const { repository } = parseReference(defaultReference(path));
  return formatReference({ registry: undefined, repository, tag: TAG.test(tag) ? tag : DEFAULT_TAG });
}

/** An image's name without its tag and digest: `localhost:5000/team/app`. */
export function repositoryOf(reference: string): string {
  const { registry, path } = splitImageName(reference);
  return registry === undefined ? path : `${registry}/${path}`;
}

/** An image's name in its parts, as far as it has them; what is wrong with them is the engine's to say. */
function splitImageName(reference: string): { registry: string | undefined; path: string; tag: string } {
  const [name = ''] = reference.split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const components = (colon < 0 ? name : name.slice(0, colon)).split('/');
  const registry = components.length > 1 && isRegistry(components[0] ?? '') ? components.shift() : undefined;
  return { registry, path: components.join('/'), tag: colon < 0 ? DEFAULT_TAG : name.slice(colon + 1) };
}

/** The rule by which engines tell a registry from the first component of a repository. */
function isRegistry(component: string): boolean {
  return component === 'localhost' || /[.:[]|[A-Z]/.test(component);
}

function complaint(component: string): [problem: string, hint: string] {
  const hint = 'Use lower-case letters and digits, separated by ".", "_", "__" or "-": `registry:5000/team/app:1.0`.';
  if (component === '') return ['a part of its name is empty', hint];
  if (/[A-Z]/.test(component)) return [`${JSON.stringify(component)} has capital letters`, hint];
  return [`${JSON.stringify(component)} is not a valid name`, hint];
}

function refused(text: string, problem: string, hint: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${JSON.stringify(text)} is not an image reference: ${problem}`, { hint });
}
