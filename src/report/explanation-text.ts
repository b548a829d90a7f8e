import type {
  DroppedExplanation,
  Explanation,
  KeptExplanation,
  LinkEnd,
  UnknownExplanation,
  UnreadExplanation,
} from './explanation.ts';
import type { DropReason, LedgerEntry } from './ledger.ts';
import { wordReason } from './reason-wording.ts';
import { type ReportedReason, reportedRequester } from './reported-reason.ts';
import { formatBytes, formatCount } from './sizes.ts';

/** An explanation for a person, with a newline at its end. */
export function renderExplanation(explanation: Explanation): string {
  return `${lines(explanation).join('\n')}\n`;
}

function lines(explanation: Explanation): string[] {
  switch (explanation.status) {
    case 'kept':
      return kept(explanation);
    case 'dropped':
      return dropped(explanation);
    case 'unread':
      return unread(explanation);
    case 'unknown':
      return unknown(explanation);
  }
}

function kept(explanation: KeptExplanation): string[] {
  const { entry, links, chain, leadsTo } = explanation;
  const why = chain.map((link, index) => chainLink(link.reason, index === 0));
  const others = entry.reasons.map(wordReason).filter((words) => words !== why[0]);
  return [
    entry.path,
    `  kept: ${why.join(',\n        ')}`,
    ...others.map((words) => `  also: ${words}`),
    ...(entry.moreReasons === undefined ? [] : [`  and for ${formatCount(entry.moreReasons, 'other reason')}`]),
    ...facts(entry, links, leadsTo),
  ];
}

/** The reason of a chain's first path, or of one that asks for the path before it. */
function chainLink(reason: ReportedReason, isFirst: boolean): string {
  if (isFirst) return wordReason(reason);
  return `which is ${reportedRequester(reason) === null ? '' : 'kept: '}${wordReason(reason)}`;
}

const DROPPED: { readonly [R in DropReason]: string } = {
  unreached: 'no kept file depends on it',
  trimmed: 'trimmed',
  excluded: 'excluded',
  'whiteout-name': "an image can't hold the name",
  mount: 'something was mounted there',
  'package-record': 'a record of package managers that would not be true of the image',
};

function dropped({ entry, links, remedies, leadsTo }: DroppedExplanation): string[] {
  const detail = entry.group ?? (entry.glob === undefined ? undefined : `--exclude ${entry.glob}`);
  const options = remedies.filter(({ option }) => option !== null);
  const width = Math.max(0, ...options.map(({ option }) => option?.length ?? 0));
  return [
    entry.path,
    `  dropped: ${DROPPED[entry.reason]}${detail === undefined ? '' : ` (${detail})`}`,
    ...facts(entry, links, leadsTo),
    ...remedies.filter(({ option }) => option === null).map(({ effect }) => `  ${effect}`),
    ...(options.length > 0 ? ['  would be kept by:'] : []),
    ...options.map(({ option, effect }) => `    ${option?.padEnd(width)}  ${effect}`),
  ];
}

function unread({ asked, remedies: [remedy] }: UnreadExplanation): string[] {
  return [
    asked,
    '  not in the image: no kept file depends on it',
    '  not checked against the full container; use --report to list every path',
    ...(remedy === undefined ? [] : ['  would be kept by:', `    ${remedy.option}  ${remedy.effect}`]),
  ];
}

function unknown({ asked, nearest }: UnknownExplanation): string[] {
  const what = nearest.type === 'directory' ? 'is there' : `is a ${nearest.type}`;
  return [asked, `  not in the container; ${nearest.path} ${what}`];
}

function facts(entry: LedgerEntry, links: readonly string[], leadsTo: LinkEnd | undefined): string[] {
  const layer = entry.layer === undefined ? '' : ` (layer ${entry.layer + 1})`;
  const origin = `from the ${entry.from === 'change' ? 'changes' : 'base'}${layer}`;
  const owner = entry.package === null ? [] : [`package ${entry.package}`];
  const size = entry.type === 'file' && entry.hardlinkTo === undefined ? [formatBytes(entry.bytes)] : [];
  const type = entry.hardlinkTo === undefined ? entry.type : `another name of ${entry.hardlinkTo}`;
  return [
    `  ${[type, ...size, origin, ...owner].join(', ')}`,
    ...(leadsTo === undefined ? [] : [`  leads to ${leadsTo.path}, which is ${leadsTo.status}`]),
    ...(links.length === 0 ? [] : [`  found through ${links.join(', ')}`]),
  ];
}
