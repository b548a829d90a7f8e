import { completeName } from '../../model/complete-name.ts';
import type { RunConfig } from '../../model/image-config.ts';
import type { ImageHere } from './image-here.ts';

/** What the last part of a name ends with where it says which part of a build it is. */
const STAGE_ENDING =
  /[._-]+(?:base|builds?|builder|cache|ci|deps|dependencies|dev|devel|development|final|intermediate|prod|production|release|runner|runtime|stage\d*|tests?)$/;
/** Whole names, or tags, by which only a part of a build is called. */
const STAGE_NAME = /^(?:build|builder|cache|deps|dependencies|intermediate|stage-?\d*|tests?)$/;
/** What a shell is called in the Cmd that distributions give their images. */
const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a)?sh$/;
/** Set by docker compose on what it builds. */
const COMPOSE_PROJECT = 'com.docker.compose.project';

/**
 * Whether an image is a part of how `image` was built, rather than what it was built on. Where it is one, the user's own files
 * are in it: a base that is taken for a stage costs room, a stage that is taken for a base costs files. So:
 *
 * - what has no name was made on the way (the classic builder's steps and stages, earlier builds), or has lost its name to its
 *   successor; what was pulled by its digest has that as a name
 * - a name in the image's own repository, or one that adds to it or differs in its ending only (`app:deps`, `app-builder`), or
 *   that only stages have (`deps`, as long as it starts no program of its own)
 * - the same project of docker compose
 * - a working directory of its own that the image has kept, in what was never in a registry: `WORKDIR /app` is the
 *   application's; a runtime with one comes from a registry
 *
 * How close in time they were made says nothing: a base can be built in the same minute, and a stage can be weeks old.
 * @param below the images whose layers are the lowest of `candidate`
 */
export function isBuildStage(candidate: ImageHere, image: ImageHere, below: readonly ImageHere[]): boolean {
  const names = [...candidate.tags, ...candidate.digests.map((digest) => digest.replace(/@.*/, ''))];
  if (names.length === 0 || (image.tags.length > 0 && names.every((name) => isOfFamily(name, image.tags)))) return true;
  const project = candidate.config.Labels?.[COMPOSE_PROJECT];
  if (project !== undefined && project === image.config.Labels?.[COMPOSE_PROJECT]) return true;
  if (candidate.digests.length > 0) return false;
  const { WorkingDir: directory } = candidate.config;
  const isOwn = !below.some(({ config }) => config.WorkingDir === directory);
  if (isOwn && directory !== undefined && directory !== '/' && directory === image.config.WorkingDir) return true;
  return !startsProgram(candidate.config, below) && names.every(isStageName);
}

/** Whether a name is made of one of the image's own names. */
function isOfFamily(name: string, tags: readonly string[]): boolean {
  const repository = completeName(name)?.repository;
  if (repository === undefined) return false;
  return tags.some((tag) => {
    const own = completeName(tag)?.repository;
    if (own === undefined) return false;
    const [a, b] = [pathOf(repository), pathOf(own)];
    if (a === b || (a.startsWith(b) && /^[/._-]/.test(a.slice(b.length)))) return true;
    return a.replace(STAGE_ENDING, '') === b.replace(STAGE_ENDING, '');
  });
}

/** Without the registry: the same application may be at several. */
function pathOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1).replace(/^library\//, '');
}

function isStageName(name: string): boolean {
  const parts = completeName(name);
  if (parts === undefined) return false;
  const last = parts.repository.slice(parts.repository.lastIndexOf('/') + 1);
  return STAGE_NAME.test(last) || STAGE_NAME.test(parts.tag);
}

/** Whether an image says by itself what it is to run, other than a shell. */
function startsProgram({ Entrypoint = [], Cmd = [] }: RunConfig, below: readonly ImageHere[]): boolean {
  const command = [...Entrypoint, ...Cmd];
  if (command.length === 0 || (command.length === 1 && SHELL.test(command[0] ?? ''))) return false;
  const text = JSON.stringify([Entrypoint, Cmd]);
  return !below.some(({ config }) => JSON.stringify([config.Entrypoint ?? [], config.Cmd ?? []]) === text);
}
