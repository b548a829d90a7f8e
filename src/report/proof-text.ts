import type { ProofItem, ShownAnswer } from '../proof/proof-item.ts';
import { wordSource } from './reason-wording.ts';
import { formatCount } from './sizes.ts';
import type { SlimReport } from './slim-report.ts';

/** What was run, what it gave, and what failed checks have taught; lines without their ends. */
export function proofLines({ proof }: SlimReport): string[] {
  if (proof === null) return [];
  const { items, rounds, learned } = proof;
  const taught = rounds.map(({ failed, added }, index) => {
    const rules = new Set(added.flatMap(({ reason }) => (reason === null ? [] : wordSource(reason))));
    const named = rules.size === 0 ? 'no rule knows of them' : `known to ${[...rules].slice(0, 3).join('; ')}`;
    return `  round ${index + 1}: ${failed.join('; ')} failed; added ${formatCount(added.length, 'path')} (${named})`;
  });
  const known = learned === 0 ? [] : [`  ${formatCount(learned, 'path')} known to be used`];
  return [...items.map(passedText), ...taught, ...known];
}

/** An answer in short: `200, 12 bytes: hello`. */
export function answerText({ status, bytes, start }: ShownAnswer): string {
  const content = `${formatCount(bytes, 'byte')}${start === '' ? '' : `: ${start}`}`;
  return status === null ? content : `${status}, ${content}`;
}

function passedText({ kind, text, masks, seconds, answers }: ProofItem): string {
  const ignored = masks.length === 0 ? '' : ` (${formatCount(masks.length, 'part')} that varies between runs ignored)`;
  const time = seconds.skinny === null ? '' : `, ${seconds.skinny.toFixed(1)} s`;
  if (kind === 'check') return `  check ${text}: same output${ignored}${time}`;
  return `  probe ${text}: same answer${ignored}${time}${answersText(answers)}`;
}

/** Both sides where they are not the same to the eye. */
function answersText({ fat, skinny }: ProofItem['answers']): string {
  if (fat === null || skinny === null) return '';
  const [original, other] = [answerText(fat), answerText(skinny)];
  return original === other ? `; ${original}` : `; original ${original}; skinny image ${other}`;
}
