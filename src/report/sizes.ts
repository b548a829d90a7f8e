const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people, as `docker images` counts: powers of 1000, one decimal: `335.0 MB`; below 1 kB whole bytes. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // Compared as it will be shown: 999,950 bytes are 1.0 MB, not 1000.0 kB.
  while (unit < UNITS.length - 1 && Number(value.toFixed(unit === 0 ? 0 : 1)) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}

/** A count with its noun: `1 file`, `2 files`, `2 libraries`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
