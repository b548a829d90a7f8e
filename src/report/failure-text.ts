import { displayBytes } from '../model/image-path.ts';
import type { Difference } from '../proof/compare/compare.ts';
import type { Failure, Fault } from '../proof/compare/failures.ts';
import type { ProofItem } from '../proof/proof-item.ts';
import { answerText } from './proof-text.ts';

/** One line or several for each kind of fault. `where` it was found: `in the original`. */
const WORDING: { readonly [K in Fault['kind']]: (fault: Fault & { kind: K }, where: string) => readonly string[] } = {
  refused: ({ exitCode, reason }, where) => said(`it cannot be started ${where} (exit code ${exitCode}): `, reason),
  'timed-out': ({ seconds }, where) => [`it did not end ${where} within its time limit of ${seconds} s`],
  'out-of-memory': (_, where) => [`it was killed ${where} at the memory limit`],
  'exit-code': ({ expected, actual }, where) => [`exit code ${actual} ${where}, expected ${expected}`],
  unsteady: ({ of, values }, where) => [`the ${of} varies ${where}: ${values.join(', ')}`],
  output: ({ of, differences, differenceCount }) => [
    `${of} differs (- original, + skinny image):`,
    ...differences.map(differenceText),
    ...(differences.length === 0 ? ['  beyond the part that is compared line by line, by length or digest'] : []),
    ...(differenceCount > differences.length ? [`  ... and ${differenceCount - differences.length} more lines`] : []),
  ],
  'no-answer': ({ reason, seconds }, where) =>
    said(`no answer ${where} within the time limit of ${seconds} s: `, reason),
  'not-ready': ({ status, seconds, start }, where) => [
    `not ready ${where} within the time limit of ${seconds} s: status ${status}${start === '' ? '' : `, ${start}`}`,
  ],
  ended: ({ exitCode, outOfMemory }, where) => [
    `the service ended ${where} before it answered: ${outOfMemory ? 'killed at the memory limit' : `exit code ${exitCode}`}`,
  ],
  status: ({ expected, actual, start }, where) => [
    `status ${actual} ${where}, expected ${expected}${start === '' ? '' : `; it says: ${start}`}`,
  ],
  content: ({ of, expected, start }, where) => [`${of} ${where} lacks ${expected}; it begins: ${start}`],
};

const WHERE: { readonly [S in Failure['side']]: string } = {
  original: 'in the original',
  skinny: 'in the skinny image',
};

/** What a person reads of a check or a probe that failed; lines without their ends. */
export function failureText(item: ProofItem): string[] {
  const { kind, text, failures, exitCodes, answers, stderr } = item;
  // where the exit code itself is wrong, that is among the failures
  const codes =
    exitCodes.fat === null || exitCodes.skinny === null || failures.some((failure) => failure.kind === 'exit-code')
      ? []
      : [`  exit code: ${exitCodes.fat} in the original, ${exitCodes.skinny} in the skinny image`];
  return [
    `${kind} failed: ${text}`,
    ...codes,
    ...failures.flatMap(wordingOf).map((line) => `  ${line}`),
    ...(kind === 'probe' && answers.skinny !== null
      ? [answerLine('original', answers.fat), answerLine('skinny image', answers.skinny)]
      : []),
    ...(stderr.length > 0 ? ['  the last lines of its standard error:'] : []),
    ...stderr.map((line) => `    ${line}`),
  ];
}

function answerLine(side: string, answer: ProofItem['answers']['fat']): string {
  return `  ${side}: ${answer === null ? 'no answer' : answerText(answer)}`;
}

function wordingOf<K extends Fault['kind']>(failure: Failure & { kind: K }): readonly string[] {
  // each wording takes its own kind, which the table's type says but not that of an index into it
  return (WORDING[failure.kind] as (fault: Fault, where: string) => readonly string[])(failure, WHERE[failure.side]);
}

function differenceText({ line, kind, text }: Difference): string {
  return `  ${String(line).padStart(4)} ${kind === 'missing' ? '-' : '+'} ${text}`;
}

/** Of a line that somebody else wrote, in characters. */
const LONGEST_LINE = 200;

/** The lines of what a program or an engine said. */
function said(before: string, text: string): string[] {
  const [first = '', ...more] = text
    .split('\n')
    .map((line) => displayBytes(Buffer.from(line.trimEnd().slice(0, LONGEST_LINE)).toString('latin1')));
  return [before + first, ...more.slice(0, 9).map((line) => `  ${line}`)];
}
