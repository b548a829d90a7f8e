import type { ByteSource } from '../../elf/byte-source.ts';
import { FactSheet, type Facts } from '../facts/facts.ts';
import { classFacts } from './class-file.ts';
import { readMember, zipMembers } from './zip-archive.ts';

/** Bytes of a manifest, of one class, and of all classes of an archive that are read. */
const MANIFEST = 1 << 20;
const CLASS = 1 << 20;
const CLASSES = 48 << 20;

/**
 * What a jar names: the jars of its Class-Path, relative to itself (JAR File Specification), and where it is the user's own
 * what its classes start and load.
 */
export function jarFacts(source: ByteSource, isOwn: boolean): Facts {
  const sheet = new FactSheet();
  const members = zipMembers(source);
  const manifest = members.find(({ name }) => name === 'META-INF/MANIFEST.MF');
  const text = manifest === undefined ? undefined : readMember(source, manifest, MANIFEST)?.toString('utf8');
  for (const entry of classPath(text ?? '')) sheet.add(entry.startsWith('/') ? 'paths' : 'beside', entry);
  let left = isOwn ? CLASSES : 0;
  for (const member of members) {
    if (!member.name.endsWith('.class') || member.size > left) continue;
    left -= member.size;
    const bytes = readMember(source, member, CLASS);
    if (
      bytes === undefined ||
      !/loadLibrary|ProcessBuilder|java\/lang\/Runtime|com\/sun\/jna/.test(bytes.toString('latin1'))
    )
      continue;
    sheet.addAll(classFacts(bytes));
  }
  return sheet;
}

/** Lines have 72 bytes at most and go on in the next after a blank. */
function classPath(manifest: string): string[] {
  const lines = manifest.replace(/\r\n?/g, '\n').replaceAll('\n ', '').split('\n');
  const value = lines.find((line) => /^Class-Path:/i.test(line))?.slice('Class-Path:'.length) ?? '';
  return value
    .split(/\s+/)
    .filter((entry) => entry !== '')
    .map(decoded);
}

/** Entries are URLs. */
function decoded(entry: string): string {
  try {
    return decodeURIComponent(entry.replace(/^file:(\/\/)?/, ''));
  } catch {
    return entry;
  }
}
