import { isProblem } from './severity.ts';
import { formatBytes, formatCount } from './sizes.ts';
import type { ReportedFinding } from './slim-report.ts';

type Kind = ReportedFinding['kind'];
type OfKind<K extends Kind> = Extract<ReportedFinding, { kind: K }>;

/** Findings of one kind, told at once. */
interface Wording {
  readonly summary: string;
  /** names that follow the summary, the most frequent first; a reader may cut the list */
  readonly names: readonly string[];
  /** whole sentences */
  readonly remarks: readonly string[];
}

export interface Message extends Wording {
  /** `problem`: a person should look; `note`: nothing is wrong */
  readonly level: 'problem' | 'note';
}

/** One wording for each kind: a kind without one does not compile. */
const WORDINGS: { readonly [K in Kind]: (findings: readonly OfKind<K>[]) => Wording } = {
  'unresolved-command': (findings) => ({
    summary: `${findings.length === 1 ? 'A command' : 'Commands'} of the configuration can't be found in the image`,
    names: findings.map((finding) => `${finding.name} (${finding.field})`),
    remarks: ["The image won't start with it. Keep the file with --include, or set another with --change."],
  }),
  'missing-program': (findings) => ({
    summary: `${formatCount(findings.length, 'program')} that the code starts and that ${findings.length === 1 ? 'is' : 'are'} not in the container`,
    names: byFrequency(findings),
    remarks: [where(findings), 'Where the code gets there, it fails in the container, too.'],
  }),
  'unresolved-interpreter': (findings) => ({
    summary: `${formatCount(findings.length, 'interpreter')} that ${askingFiles(findings)} not in the container`,
    names: byFrequency(findings),
    remarks: [
      where(findings),
      findings.some(isProblem)
        ? "These files can't be run. They could not be run in the container either."
        : 'All of them are documentation and examples.',
    ],
  }),
  'blocked-library': (findings) => ({
    summary: `${formatCount(findings.length, 'library', 'libraries')} whose first candidate the loader would refuse`,
    names: findings.map((finding) => `${finding.name} (${finding.candidate}: ${finding.why})`),
    remarks: [where(findings), 'The loader gives up there, in the container, too.'],
  }),
  'unresolved-library': (findings) => ({
    summary: `${formatCount(findings.length, 'library', 'libraries')} that ${askingFiles(findings)} not in the container`,
    names: byImportance(findings),
    remarks: [where(findings), programsAmong(findings)],
  }),
  'version-mismatch': (findings) => ({
    summary: `${formatCount(findings.length, 'symbol version')} that the chosen library does not define`,
    names: findings.map((finding) => `${finding.name} of ${finding.library} (${finding.requesters.length})`),
    remarks: [where(findings), 'The loader refuses such a program, in the container, too.'],
  }),
  'binfmt-needed': (findings) => ({
    summary: `${formatCount(findings.length, 'program')} of the configuration made for another machine than the image`,
    names: findings.map((finding) => finding.path),
    remarks: ['It runs only where the kernel hands it to an emulator (binfmt_misc).'],
  }),
  'defective-elf': (findings) => ({
    summary: `${formatCount(findings.length, 'malformed ELF file')} (kept unchanged); dependencies could not be determined`,
    names: findings.map((finding) => `${finding.path} (${finding.defect})`),
    remarks: [],
  }),
  'partly-read': (findings) => ({
    summary: `${formatCount(findings.length, 'file')} not looked at to the end, because more is in them than in any real file`,
    names: findings.map((finding) => `${finding.path} (${finding.part})`),
    remarks: ['What the rest needs is not known. Keep it with --include.'],
  }),
  'whiteout-name': (findings) => ({
    summary: `${formatCount(findings.length, 'file')} that can't be in an image, because engines take names that begin with .wh. for deletions`,
    names: findings.map((finding) => finding.path),
    remarks: [],
  }),
  'optional-data': (findings) => ({
    summary: `${formatCount(findings.length, 'group')} of files left out that some uses would need`,
    names: [...findings]
      .sort((a, b) => b.bytes - a.bytes)
      .map((finding) => `${finding.summary}: ${formatBytes(finding.bytes)}, --rule +${finding.rule}`),
    remarks: [],
  }),
  'provided-by-host': (findings) => ({
    summary: `${formatCount(findings.length, 'library', 'libraries')} that the program using ${findings.length === 1 ? 'it' : 'them'} provides`,
    names: byFrequency(findings),
    remarks: [],
  }),
};

/** What there is to say about the findings, problems first, in the order of {@link WORDINGS}. */
export function wordFindings(findings: readonly ReportedFinding[]): Message[] {
  const kinds = Object.keys(WORDINGS) as Kind[];
  return kinds.flatMap((kind) => wordKind(kind, findings));
}

function wordKind<K extends Kind>(kind: K, findings: readonly ReportedFinding[]): Message[] {
  const group = findings.filter((finding): finding is OfKind<K> => finding.kind === kind);
  const problems = group.filter(isProblem);
  const notes = group.filter((finding) => !isProblem(finding));
  return [
    ...(problems.length > 0 ? [{ ...WORDINGS[kind](problems), level: 'problem' } as const] : []),
    ...(notes.length > 0 ? [{ ...WORDINGS[kind](notes), level: 'note' } as const] : []),
  ];
}

interface Requested {
  readonly name: string;
  readonly requesters: readonly string[];
}

function askingFiles(findings: readonly Requested[]): string {
  const files = new Set(findings.flatMap((finding) => finding.requesters)).size;
  return `${files === 1 ? '1 file asks for' : `${files} files ask for`} ${findings.length === 1 ? 'is' : 'are'}`;
}

/** Names with the number of their requesters, the most wanted first. */
function byFrequency(findings: readonly Requested[]): string[] {
  return [...findings]
    .sort((a, b) => b.requesters.length - a.requesters.length || compare(a.name, b.name))
    .map((finding) => `${finding.name} (${finding.requesters.length})`);
}

/** Those that a program itself asks for come first: it does not start without. A plugin's may never be loaded. */
function byImportance(findings: readonly Requested[]): string[] {
  const wanted = findings.filter(({ requesters }) => requesters.some(isProgram));
  return [...byFrequency(wanted), ...byFrequency(findings.filter((finding) => !wanted.includes(finding)))];
}

function programsAmong(findings: readonly Requested[]): string {
  const programs = [...new Set(findings.flatMap(({ requesters }) => requesters.filter(isProgram)))];
  if (programs.length === 0) return 'No program asks for them itself. Usually harmless: they were missing before, too.';
  const shown = programs.slice(0, 3).join(', ');
  const more = programs.length > 3 ? ` and ${formatCount(programs.length - 3, 'other')}` : '';
  return `Programs that ask: ${shown}${more}. They could not start in the container either.`;
}

function isProgram(path: string): boolean {
  return /\/(s?bin|libexec)\/[^/]+$/.test(path);
}

/** The directories of the requesters, each with its number of files. */
function where(findings: readonly Requested[]): string {
  const files = new Set(findings.flatMap((finding) => finding.requesters));
  const directories = new Map<string, number>();
  for (const file of files) {
    const directory = file.slice(0, Math.max(1, file.lastIndexOf('/')));
    directories.set(directory, (directories.get(directory) ?? 0) + 1);
  }
  const sorted = [...directories].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
  const shown = sorted.slice(0, 3).map(([directory, count]) => `${directory} (${count})`);
  const more = sorted.length - shown.length;
  return `Asked for in ${shown.join(', ')}${more > 0 ? ` and ${formatCount(more, 'more directory', 'more directories')}` : ''}.`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
