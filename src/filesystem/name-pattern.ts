/** One place of a pattern: a set of bytes, or `*`. */
type Place = '*' | ((byte: string) => boolean);

/**
 * A shell's pattern for one name in a directory (glob(7)): `*`, `?`, `[a-z]`, `[!a]`, and a backslash before what stands
 * for itself. As there, a leading dot has to be spelled out. Takes at most pattern times name steps: patterns come from
 * files of the image, and a regular expression made of one could be kept busy for days.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const places = readPlaces(pattern);
  const mayStartWithDot = pattern.startsWith('.') || pattern.startsWith('\\.');
  return (name) => (mayStartWithDot || !name.startsWith('.')) && matches(places, name);
}

function matches(places: readonly Place[], name: string): boolean {
  let at = 0;
  let place = 0;
  // Where to go on with one more byte taken by the last star: no earlier star need ever be tried again.
  let retry: { at: number; place: number } | undefined;
  while (at < name.length) {
    const wanted = places[place];
    if (wanted === '*') {
      place++;
      retry = { at, place };
    } else if (wanted?.(name[at] as string)) {
      at++;
      place++;
    } else if (retry !== undefined) {
      retry = { at: retry.at + 1, place: retry.place };
      ({ at, place } = retry);
    } else return false;
  }
  return places.slice(place).every((wanted) => wanted === '*');
}

function readPlaces(pattern: string): Place[] {
  const places: Place[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    const set = character === '[' ? readSet(pattern, at) : undefined;
    if (character === '*') places.push('*');
    else if (character === '?') places.push(() => true);
    else if (set !== undefined) {
      places.push(set.matches);
      at = set.end;
    } else {
      const literal = character === '\\' && at + 1 < pattern.length ? (pattern[++at] as string) : character;
      places.push((byte) => byte === literal);
    }
  }
  return places;
}

/** A set from its `[` on; undefined where nothing closes it, so that the bracket stands for itself. */
function readSet(pattern: string, start: number): { matches: (byte: string) => boolean; end: number } | undefined {
  const negated = /[!^]/.test(pattern[start + 1] ?? '');
  const first = start + (negated ? 2 : 1);
  // A bracket that comes first is one of the set.
  const end = pattern.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const ranges: (readonly [string, string])[] = [];
  for (let at = first; at < end; at++) {
    const low = pattern[at] as string;
    const isRange = pattern[at + 1] === '-' && at + 2 < end;
    ranges.push([low, isRange ? (pattern[at + 2] as string) : low]);
    if (isRange) at += 2;
  }
  return { end, matches: (byte) => ranges.some(([low, high]) => byte >= low && byte <= high) !== negated };
}
