import type { BasePurpose, ConfigField, LoaderFileKind, ScriptUse } from '../model/reason.ts';
import { ruleSummary } from '../rules/rule-set.ts';
import type { ReasonKind, ReportedReason, ReportedReasonOf } from './reported-reason.ts';

/** A reason in words: of a root, what follows "kept: it is"; of any other, what the path is to the one that asks. */
export function wordReason(reason: ReportedReason): string {
  return wordKind(reason.kind, reason);
}

function wordKind<K extends ReasonKind>(kind: K, reason: ReportedReason): string {
  return WORDINGS[kind](reason as ReportedReasonOf<K>);
}

/** One wording for each kind: a kind without one does not compile. */
const WORDINGS: { readonly [K in ReasonKind]: (reason: ReportedReasonOf<K>) => string } = {
  changed: () => "in the container's changes",
  unowned: () => "the user's own: no package owns it",
  included: ({ glob }) => `asked for by --include ${glob}`,
  brute: ({ directory }) => `asked for by ${directory === '/lib' ? '--brute-lib' : '--brute-usr-lib'}`,
  config: ({ field, as }) => CONFIG[as](field),
  base: ({ what }) => `in every image: ${BASE[what]}`,
  learned: ({ use, program }) => `${use} by ${program}`,
  'whole-package': (reason) => `part of the package ${reason.package}`,
  'package-record': ({ manager }) =>
    manager === undefined ? 'the record of a package that is present' : `package data: ${manager} is present`,
  licence: (reason) => `the licence of the package ${reason.package}`,
  loader: ({ tag, found, by }) => `${tag} (${found}) by ${by}`,
  'loader-file': ({ file, by }) => `${LOADER_FILE[file]}: ${by}`,
  interpreter: ({ by }) => `PT_INTERP by ${by}`,
  dlopen: (reason) => `${dlopenEvidence(reason)}: ${reason.by}`,
  script: ({ how, by }) => SCRIPT[how](by),
  rule: ({ rule, by }) => `${wordRule(rule)}, for ${by}`,
  declared: (reason) => `${reason.of}, which ${reason.package} declares (${reason.field}): ${reason.by}`,
  'package-rest': (reason) => `the rest of the package ${reason.package}: ${reason.by}`,
  mention: ({ text, by }) => `named in a file (${text}): ${by}`,
  starts: ({ command, certain, by }) => `${certain ? 'started' : 'perhaps started'} by code (${command}): ${by}`,
  'common-tools': ({ by }) => `a common tool, for code that starts programs: ${by}`,
  'link-target': ({ by }) => `target of a kept link: ${by}`,
  holds: ({ by }) => `directory of a kept path: ${by}`,
  'on-the-way': ({ as, to }) => `${as} on the way${'by' in to ? ', ' : ' to what is '}${wordReason(to)}`,
};

const CONFIG: { readonly [A in ReportedReasonOf<'config'>['as']]: (field: ConfigField) => string } = {
  program: (field) => `the ${FIELDS[field] ?? field}`,
  argument: (field) => `an argument of the ${FIELDS[field] ?? field}`,
  home: (field) => `the home directory of ${field}`,
  value: (field) => VALUES[field] ?? `named in ${field}`,
};

const FIELDS: { readonly [F in ConfigField]?: string } = { Command: "container's own command" };

const VALUES: { readonly [F in ConfigField]?: string } = {
  WorkingDir: 'the working directory',
  Volumes: 'a volume',
};

const BASE: { readonly [P in BasePurpose]: string } = {
  'user-names': 'names of users',
  'group-names': 'names of groups',
  'name-lookup': 'where names are looked up',
  'host-names': 'names of hosts',
  'host-lookup': 'how hosts are looked up',
  'address-order': 'order of addresses',
  'port-names': 'names of ports',
  'protocol-names': 'names of protocols',
  'system-version': 'which system this is (scanners ask)',
  'time-zone': 'the time zone',
  'time-zone-name': "the time zone's name",
  'temporary-files': 'temporary files',
  sockets: 'sockets and pid files',
  locks: 'lock files',
  logs: 'log files',
  caches: 'caches',
  state: 'state',
  'home-of-root': "root's home",
  homes: "users' homes",
  'mount-point': 'mount point',
  'merged-usr': 'merged /usr',
};

const LOADER_FILE: { readonly [F in LoaderFileKind]: string } = {
  'ld.so.cache': 'ld.so.cache',
  'ld.so.preload': 'ld.so.preload',
  'musl-path': "the path file of musl's loader",
};

const SCRIPT: { readonly [H in ScriptUse]: (by: string) => string } = {
  shebang: (by) => `#! by ${by}`,
  env: (by) => `#! through env by ${by}`,
  called: (by) => `called by a script: ${by}`,
  sourced: (by) => `sourced by a script: ${by}`,
  named: (by) => `named in a script: ${by}`,
};

function dlopenEvidence(reason: ReportedReasonOf<'dlopen'>): string {
  if (reason.evidence === 'call') return 'name given to dlopen';
  if (reason.evidence === 'string') return 'name of a library in the file';
  return reason.feature === undefined ? '.note.dlopen' : `.note.dlopen (${reason.feature})`;
}

/** What knows that a path is needed, whoever asks: the rule where it is one. */
export function wordSource(reason: ReportedReason): string {
  return reason.kind === 'rule' ? wordRule(reason.rule) : wordReason(reason);
}

/** A rule by its name, with what it does. A report may be of another version, whose rules are not known here. */
function wordRule(name: string): string {
  const summary = ruleSummary(name);
  return summary === undefined ? `rule ${name}` : `rule ${name}: ${summary}`;
}
