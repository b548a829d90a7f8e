import { SkinnywhaleError } from './errors.ts';

/** What engines allow as a name, and what every id is (moby daemon/names/names.go, less the two-character minimum: ids may be cut). */
const FORM = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/**
 * `text`, where it can be a container's name, id or id prefix.
 * Checked before any request, because the name becomes a part of the request's path: `../images/x` would ask for something else.
 * @throws USAGE
 */
export function checkContainerName(text: string): string {
  if (FORM.test(text)) return text;
  const shown = JSON.stringify(text);
  throw new SkinnywhaleError(
    'USAGE',
    text === '' ? 'the container name is empty' : `${shown} is not a container name or id`,
    {
      hint: 'Names and ids consist of letters, digits, "_", "." and "-", and begin with a letter or digit. See `docker ps -a`.',
    },
  );
}
