import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { baseName } from '../model/image-path.ts';
import { FactSheet, type Facts } from './facts/facts.ts';
import { LANGUAGES } from './languages/list.ts';
import type { Origin } from './origin.ts';
import { envProgram, parseShebang } from './script.ts';
import type { Language } from './syntax/language.ts';
import { readCode } from './syntax/read-code.ts';
import { CONFIGURATION, FORMATS } from './text/formats.ts';
import { makefile } from './text/makefile.ts';
import { packageJson } from './text/package-json.ts';
import type { TextFormat } from './text/text-format.ts';

/** Bytes of a text that are read. */
const LONGEST = 8 << 20;
/** Bytes of a text whose name says nothing of what it is. */
const LONGEST_UNKNOWN = 1 << 18;
/** Bytes of a shell script, and of a file of a format. */
const LONGEST_SCRIPT = 1 << 18;
/** A text has no NUL in its first bytes. */
const HEAD = 1024;

const SHELL = /^(ba|da|a|z|k|mk|pdk|y)?sh$/;
const SHELL_FILES = /\.(sh|bash|zsh|ksh|ash|bats)$|(^|\/)\.?(profile|bashrc|bash_profile|zshrc|envrc)$/;

/** What tells kinds of files by their beginnings (`#!/usr/bin/perl`) and names: it starts none of what it names. */
const KINDS_OF_FILES = /(^|\/)(mime\.(xml|types)|magic(\.mime)?|type-[\w-]+\.xml)$/;

/** How a file is read. */
export type Reader =
  | { readonly kind: 'shell' }
  | { readonly kind: 'code'; readonly language: Language }
  | { readonly kind: 'format'; readonly format: TextFormat };

/** The reader for what a program runs that is called so: `bash`, `python3.11`, `make`, `npm`. */
export function readerFor(program: string): Reader | undefined {
  const name = baseName(program);
  if (SHELL.test(name) || name === '.' || name === 'source') return { kind: 'shell' };
  if (/^g?make$/.test(name)) return { kind: 'format', format: makefile };
  if (/^(npm|yarn|pnpm|npx)$/.test(name)) return { kind: 'format', format: packageJson };
  const language = LANGUAGES.find(({ interpreters }) => interpreters.test(name));
  return language === undefined ? undefined : { kind: 'code', language };
}

/**
 * How a file is read by its first line and its name; undefined where it is nothing that is known.
 * @param isCalled something uses it: a Makefile that nobody makes counts for nothing
 */
export function naturalReader(entry: TreeEntry, head: string, isCalled = false): Reader | undefined {
  const line = parseShebang(head);
  if (line !== undefined) {
    const isEnv = /(^|\/)env$/.test(line.interpreter);
    const program = isEnv ? envProgram(line.argument) : line.interpreter;
    return program === undefined ? undefined : readerFor(program);
  }
  const { path } = entry;
  const language = LANGUAGES.find(({ files }) => files.test(path));
  if (language !== undefined) return { kind: 'code', language };
  if (SHELL_FILES.test(path)) return { kind: 'shell' };
  const formats = isCalled ? [...FORMATS, makefile, packageJson] : FORMATS;
  const format = formats.find(({ files }) => files.test(path));
  return format === undefined ? undefined : { kind: 'format', format };
}

/** What packages bring for an administrator to change: what stands in it counts as if the user wrote it. */
export function isSystemConfiguration(path: string): boolean {
  if (!path.startsWith('etc/') || SHELL_FILES.test(path) || KINDS_OF_FILES.test(path)) return false;
  return FORMATS.some(({ files }) => files.test(path)) || CONFIGURATION.files.test(path);
}

/** What is known of a file that is no ELF file; undefined where nothing reads it. */
export function factsOf(
  entry: TreeEntry,
  { content }: Pick<AnalysisView, 'content'>,
  { reader, origin }: { readonly reader?: Reader | undefined; readonly origin: Origin },
): Facts | undefined {
  const { size } = entry.inode;
  if (size < 3) return undefined;
  const source = content.content(entry);
  const head = source.read(0, HEAD);
  if (head.includes(0)) return undefined;
  const chosen = reader ?? naturalReader(entry, head.toString('latin1', 0, 255));
  const text = (most: number): string => source.read(0, Math.min(size, most)).toString('utf8');
  const sheet = new FactSheet();
  if (chosen?.kind === 'code') {
    const code = text(LONGEST);
    // Of what others wrote, only what starts something is of interest.
    if (origin !== 'own' && chosen.language.needs?.test(code) === false) return undefined;
    return readCode(code, chosen.language);
  }
  if (chosen?.kind === 'shell') sheet.add('scripts', text(LONGEST_SCRIPT));
  if (chosen?.kind === 'format') chosen.format.read(text(LONGEST_SCRIPT), sheet, entry.path);
  const isConfiguration =
    chosen?.kind !== 'shell' &&
    !packageJson.files.test(entry.path) &&
    (CONFIGURATION.files.test(entry.path) || size <= LONGEST_UNKNOWN);
  if (isConfiguration && (origin === 'own' || isSystemConfiguration(entry.path)))
    CONFIGURATION.read(text(LONGEST_UNKNOWN), sheet, entry.path);
  return sheet;
}
