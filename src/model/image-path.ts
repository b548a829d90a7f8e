/**
 * A path inside an image, as bytes.
 *
 * File names on Linux are bytes, not text, so a path is held as a string with one UTF-16 code unit per byte ("latin1"):
 * cheap as a map key, exact for any name. The form is canonical: no leading, trailing or double slash, no `.` or `..`;
 * the image's root is the empty string. Use {@link displayPath} to show one to a person.
 */
export type ImagePath = string & { readonly __brand: 'ImagePath' };

/** Some paths: a set, or a map's keys. */
export interface ImagePaths {
  has(path: ImagePath): boolean;
  keys(): Iterable<ImagePath>;
}

/** The image's root directory. */
export const ROOT = '' as ImagePath;

/** An {@link ImagePath} from text such as `/usr/bin/env` (UTF-8 encoded); components `.` and empty ones are dropped. */
export function imagePath(text: string): ImagePath {
  return canonicalPath(byteString(text));
}

/** The UTF-8 bytes of `text`, one code unit each: for paths and names that a configuration holds as text. */
export function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * The canonical form of a byte string, without looking at any file.
 * `..` stays as it is: what it means depends on symbolic links, see `filesystem/resolve.ts`.
 */
export function canonicalPath(bytes: string): ImagePath {
  if (!/^\/|\/$|\/\/|(^|\/)\.(\/|$)/.test(bytes)) return bytes as ImagePath;
  return bytes
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/') as ImagePath;
}

/** True where a canonical path would leave the root it is relative to. */
export function hasParentReference(path: string): boolean {
  return path === '..' || path.startsWith('../') || path.endsWith('/..') || path.includes('/../');
}

/** The directory that holds `path`; the root is its own parent. */
export function parentPath(path: ImagePath): ImagePath {
  const slash = path.lastIndexOf('/');
  return (slash < 0 ? '' : path.slice(0, slash)) as ImagePath;
}

/** The last component of `path`, as a byte string. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path's text without slashes at its end; of slashes alone nothing is left. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '/') end--;
  return end === text.length ? text : text.slice(0, end);
}

/** `name` (canonical, relative) under `directory`. */
export function joinPath(directory: ImagePath, name: string): ImagePath {
  return canonicalPath(directory === '' ? name : `${directory}/${name}`);
}

/** `path` and every directory above it, nearest first, without the root. */
export function* withAncestors(path: ImagePath): Generator<ImagePath> {
  for (let at = path; at !== ''; at = parentPath(at)) yield at;
}

/** True where `path` is `directory` or lies below it. */
export function isWithin(path: ImagePath, directory: ImagePath): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

/**
 * Path order: names compared as bytes, component by component, a directory before what it holds. It is the order of
 * Docker's export (Go's filepath.Walk).
 */
export function comparePaths(a: ImagePath, b: ImagePath): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    if (left === SLASH) return -1;
    return right === SLASH ? 1 : left - right;
  }
  return a.length - b.length;
}

const SLASH = 0x2f;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * An absolute path for people: UTF-8 where the bytes are that, `\\xNN` for bytes that are not and for characters that a
 * terminal obeys or does not show, and a doubled backslash for one, so that no two paths look the same.
 */
export function displayPath(path: string): string {
  return `/${displayBytes(path)}`;
}

/** Text for people from a byte string, escaped as {@link displayPath} does. */
export function displayBytes(bytes: string): string {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(bytes)) return bytes;
  const escaped = bytes.replaceAll('\\', '\\\\');
  let text: string;
  try {
    text = UTF8.decode(Buffer.from(escaped, 'latin1'));
  } catch {
    text = escaped.replace(/[\x80-\xff]/g, asHex);
  }
  return text.replace(UNSEEN, escapedBytes);
}

/** Control characters; those that change the direction of text or have no width; separators of lines and paragraphs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A message for a terminal or a log: its line breaks stay, other characters that a terminal obeys or does not show are
 * escaped as in {@link displayBytes}. For text that others have a part in: an engine, a service, the names of files.
 */
export function displayText(text: string): string {
  return text.replace(UNSEEN, (char) => (char === '\n' || char === '\t' ? char : escapedBytes(char)));
}

function escapedBytes(char: string): string {
  return [...byteString(char)].map(asHex).join('');
}

function asHex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
