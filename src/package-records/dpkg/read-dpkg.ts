import { baseName, joinPath } from '../../model/image-path.ts';
import type { BoundedTexts } from '../database/bounded-texts.ts';
import { linesOf } from '../database/bounded-texts.ts';
import type { Diversions, DpkgDatabase, DpkgRecord, PackageSource } from '../database/package-database.ts';
import { Stanza, stanzasOf } from './stanza.ts';

const DIRECTORY = '/var/lib/dpkg';

/** What may stand beside a package's stanza in status.d. */
const BESIDE = /\.(?:md5sums|list|conffiles|config|preinst|postinst|prerm|postrm|triggers|shlibs|symbols|templates)$/;

/**
 * dpkg(1): stanzas in `status`, and info/PACKAGE[:ARCH].list with one path a line. Images made of single packages without
 * dpkg (distroless) keep a stanza and a list of sums for each in `status.d`. Undefined where there is no such database.
 */
export function readDpkg({ tree }: PackageSource, texts: BoundedTexts): DpkgDatabase | undefined {
  const { status: found, path: directory, entry } = tree.resolve(DIRECTORY);
  if (found !== 'found' || entry?.type !== 'directory') return undefined;
  const namesIn = (name: string): string[] =>
    tree.children(joinPath(directory, name)).map(({ path }) => baseName(path));
  const lists = new Set(namesIn('info').filter((name) => name.endsWith('.list')));
  const alone = namesIn('status.d');
  const status = texts.text(`${DIRECTORY}/status`);
  if (lists.size === 0 && alone.length === 0 && status === undefined) return undefined;
  const diversions = readDiversions(texts.lines(`${DIRECTORY}/diversions`));
  const packages: DpkgRecord[] = [];
  for (const text of stanzasOf(status ?? '')) {
    const record = fromStatus(text, lists, { texts, diversions });
    if (record !== undefined) packages.push(record);
  }
  // Lists that no stanza is for: some images have lost their status.
  for (const list of lists) packages.push(...fromList(list, { texts, diversions }));
  const names = new Set(alone);
  for (const name of alone) {
    if (BESIDE.test(name) && names.has(name.replace(BESIDE, ''))) continue;
    const record = standingAlone(name, texts);
    if (record !== undefined) packages.push(record);
  }
  return { kind: 'dpkg', tree, directory, packages, diversions, isWhole: !texts.isExhausted };
}

interface Lists {
  readonly texts: BoundedTexts;
  readonly diversions: Diversions;
}

/** @param lists the names of list files; the package's own is taken out */
function fromStatus(text: string, lists: Set<string>, where: Lists): DpkgRecord | undefined {
  const { name, architecture, bytes, state } = facts(text);
  if (name === '') return undefined;
  const id = [`${name}:${architecture}`, name].find((one) => lists.delete(`${one}.list`));
  // Known by name only: removed, or never there.
  if (id === undefined && ['not-installed', 'config-files'].includes(state)) return undefined;
  const paths = id === undefined ? undefined : pathsOf(id, name, where);
  return { name, id: id ?? `${name}:${architecture}`, bytes, paths, source: 'status', stanza: text };
}

function fromList(list: string, where: Lists): DpkgRecord[] {
  const id = list.slice(0, -'.list'.length);
  const name = id.replace(/:.*/, '');
  return [{ name, id, bytes: 0, paths: pathsOf(id, name, where), source: 'status', stanza: '' }];
}

function pathsOf(id: string, name: string, { texts, diversions }: Lists): string[] {
  return texts.lines(`${DIRECTORY}/info/${id}.list`).map((path) => divertedPath(path, name, diversions));
}

/** A package of status.d. The sums have no directories and no links: what they have is files. */
function standingAlone(file: string, texts: BoundedTexts): DpkgRecord | undefined {
  const text = stanzasOf(texts.text(`${DIRECTORY}/status.d/${file}`) ?? '')[0] ?? '';
  const { name, bytes } = facts(text);
  if (name === '') return undefined;
  const sums = texts.text(`${DIRECTORY}/status.d/${file}.md5sums`);
  const paths = sums === undefined ? undefined : linesOf(sums).flatMap((line) => summedPath(line) ?? []);
  return { name, id: file, bytes, paths, source: 'status.d', stanza: text };
}

function facts(text: string): { name: string; architecture: string; bytes: number; state: string } {
  const stanza = new Stanza(text);
  return {
    name: stanza.get('Package'),
    architecture: stanza.get('Architecture'),
    bytes: (Number.parseInt(stanza.get('Installed-Size'), 10) || 0) * 1024,
    state: stanza.get('Status').split(' ').at(-1) ?? '',
  };
}

/** The path in a line of md5sum(1)'s; undefined for any other line. */
export function summedPath(line: string): string | undefined {
  return /^[0-9a-f]{32} [ *]./.test(line) ? line.slice(34) : undefined;
}

/** Where a path of a package lies: elsewhere, where it is diverted and the package is not the one that it was diverted for. */
export function divertedPath(path: string, owner: string, diversions: Diversions): string {
  const diverted = diversions.get(path);
  return diverted === undefined || diverted.by === owner ? path : diverted.to;
}

/** Three lines each: the path, where it went, and the package that has it now; `:` for the administrator (dpkg-divert(1)). */
function readDiversions(lines: readonly string[]): Diversions {
  const diversions = new Map<string, { to: string; by: string }>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    diversions.set(lines[at] ?? '', { to: lines[at + 1] ?? '', by: lines[at + 2] ?? '' });
  }
  return diversions;
}
