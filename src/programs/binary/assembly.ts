import type { ByteSource } from '../../elf/byte-source.ts';
import { FactSheet, type Facts } from '../facts/facts.ts';
import { noteLiteral } from '../syntax/literals.ts';

/** Bytes of an assembly that are read. */
const LONGEST = 16 << 20;

/**
 * What a .NET assembly names: its literals are UTF-16 (ECMA-335, II.24.2.4), the names of methods and of native libraries
 * UTF-8. Where it uses System.Diagnostics.Process, a literal may be a program or a command line. Nothing where it is not of
 * Windows' format, which assemblies have everywhere.
 */
export function assemblyFacts(source: ByteSource): Facts {
  const sheet = new FactSheet();
  const text = source.read(0, Math.min(source.size, LONGEST)).toString('latin1');
  if (!text.startsWith('MZ')) return sheet;
  for (const [wide] of text.matchAll(/(?:[\x20-\x7e]\0){2,2000}/g)) {
    const literal = wide.replaceAll('\0', '');
    noteLiteral(literal, sheet);
    // Arguments of `sh -c`, which stand for themselves.
    const [, script] = /^-c ["']?(.*?)["']?$/.exec(literal) ?? [];
    if (script !== undefined) sheet.add('scripts', script);
  }
  for (const [, name = ''] of text.matchAll(/\0([\w.+-]{1,100}\.so(?:\.\d{1,4}){0,3})\0/g))
    sheet.add('libraries', name);
  sheet.startsUnknown = text.includes('\0ProcessStartInfo\0') || text.includes('\0System.Diagnostics\0');
  return sheet;
}
