import { SkinnywhaleError } from '../../model/errors.ts';
import { displayBytes } from '../../model/image-path.ts';
import { USES, type Use } from '../../model/use.ts';
import { type LearnedPath, LearnedPaths } from './learned-path.ts';

/**
 * A profile as text: what runs of a container made use of, to be kept beside its Dockerfile.
 *
 * One path a line, in path order: `path TAB how TAB by`, with bytes that are not UTF-8, control characters and the
 * backslash as {@link displayBytes} writes them. Two profiles may be put together line by line, as git's `union` merge
 * does: their order does not matter, nor does a path that is there twice.
 */
export function writeProfile(learned: Iterable<LearnedPath>): string {
  const lines = mergeProfiles(learned).map(({ path, how, by }) =>
    [displayBytes(path), how, displayBytes(by)].join('\t'),
  );
  return `${[HEADER, LEGEND, ...lines].join('\n')}\n`;
}

/**
 * Reads what {@link writeProfile} wrote.
 * @param name of the file, for messages
 * @throws USAGE with the number of the line that can't be read
 */
export function readProfile(text: string, name = 'the profile'): LearnedPath[] {
  const learned = new LearnedPaths();
  let hasVersion = false;
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const refuse = (why: string): SkinnywhaleError => refused(`${name}, line ${index + 1}: ${why}`);
    const version = /^# skinnywhale profile (.*)$/.exec(line)?.[1];
    if (version !== undefined && version !== VERSION) throw refuse(`version ${version} of profiles is not known here`);
    hasVersion ||= version !== undefined;
    if (line.startsWith('#') || line.trim() === '') continue;
    const [path = '', how = '', by = '', ...more] = line.split('\t');
    if (!path.startsWith('/')) throw refuse('it does not begin with an absolute path');
    if (!isUse(how) || more.length > 0) throw refuse(`after the path, a tab and one of ${USES.join(', ')} are wanted`);
    if (!by.startsWith('/')) throw refuse('the program that used the path is missing: a tab and its absolute path');
    const [pathBytes, byBytes] = [bytesOf(path), bytesOf(by)];
    if (pathBytes === undefined || byBytes === undefined) {
      throw refuse('a backslash has to stand before a second one, or before x and two hexadecimal digits');
    }
    learned.add({ path: pathBytes, how, by: byBytes });
  }
  if (!hasVersion) throw refused(`${name} is not a profile: the line "${HEADER}" is missing`);
  return learned.list();
}

/** All paths of several profiles, each once, in path order, independent of the order of the profiles. */
export function mergeProfiles(...profiles: readonly Iterable<LearnedPath>[]): LearnedPath[] {
  const merged = new LearnedPaths();
  for (const profile of profiles) for (const learned of profile) merged.add(learned);
  return merged.list();
}

const VERSION = '1';
const HEADER = `# skinnywhale profile ${VERSION}`;
const LEGEND = '# path, how it was used, by which program';

function isUse(text: string): text is Use {
  return (USES as readonly string[]).includes(text);
}

/** The byte string that `displayBytes` made `text` of; undefined where it made no such text. */
function bytesOf(text: string): string | undefined {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  if (!/^(?:[^\\]|\\\\|\\x[0-9a-f]{2})*$/.test(bytes)) return undefined;
  return bytes.replace(/\\(?:\\|x(..))/g, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function refused(message: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', message, {
    hint: 'Profiles are written by --profile-out; lines of several may be put together in any order.',
  });
}
