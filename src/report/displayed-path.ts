import type { ImagePath } from '../model/image-path.ts';

/** The bytes of a text that `displayPath` or `displayBytes` made. */
export function displayedBytes(text: string): string {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(text)) return text;
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/\\(?:x([0-9a-f]{2})|\\)/g, (_, hex?: string) =>
      hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

/** The path that `displayPath` made a text of. */
export function displayedPath(text: string): ImagePath {
  return displayedBytes(text).slice(1) as ImagePath;
}
