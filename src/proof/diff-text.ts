import type { Difference } from './compare/compare.ts';
import type { Failure } from './compare/failures.ts';
import { lineText } from './compare/mask.ts';
import type { ProofItem } from './prove.ts';

/** One line or several for each kind of failure. */
const WORDING: { readonly [K in Failure['kind']]: (failure: Failure & { kind: K }) => readonly string[] } = {
  'fat-refused': ({ reason }) => said("it can't be run in the container itself: ", reason),
  refused: ({ exitCode, reason }) => said(`it can't be run (${exitCode}): `, reason),
  'fat-timed-out': ({ seconds }) => [`it did not end within ${seconds} s in the container itself`],
  'timed-out': ({ seconds }) => [`it did not end within ${seconds} s`],
  'fat-exit-code': ({ expected, actual }) => [
    `exit code ${actual} in the container itself, where ${expected} is expected`,
  ],
  'exit-code': ({ expected, actual }) => [`exit code ${actual}, where the container ends with ${expected}`],
  'fat-unsteady': ({ exitCodes }) => [`exit codes ${exitCodes.join(', ')} in the container itself: it is not steady`],
  output: ({ of, differences, differenceCount }) => [
    `${of} differs (- the container's, + the skinny image's):`,
    ...differences.map(differenceText),
    ...(differenceCount > differences.length ? [`  ... and ${differenceCount - differences.length} more lines`] : []),
  ],
  'fat-no-answer': ({ reason }) => said("no answer from the container's own service: ", reason),
  'no-answer': ({ reason }) => said('no answer: ', reason),
  'fat-ended': ({ exitCode }) => [`the container's own service ended with ${exitCode} before it answered`],
  ended: ({ exitCode }) => [`the service ended with ${exitCode} before it answered`],
  status: ({ expected, actual }) => [`status ${actual}, where the container's service gives ${expected}`],
};

/** What a person reads of a check or a probe that failed; lines without their ends. */
export function failureText(item: ProofItem): string[] {
  const { kind, text, failures, exitCodes, stderr } = item;
  // where the exit code itself is wrong, that is among the failures
  const codes =
    exitCodes.fat === null || exitCodes.skinny === null || failures.some((failure) => failure.kind === 'exit-code')
      ? []
      : [`  exit code: ${exitCodes.fat} in the container, ${exitCodes.skinny} in the skinny image`];
  return [
    `${kind} failed: ${text}`,
    ...codes,
    ...failures.flatMap(wordingOf).map((line) => `  ${line}`),
    ...(stderr.length > 0 ? ['  the last lines of its standard error:'] : []),
    ...stderr.map((line) => `    ${line}`),
  ];
}

function wordingOf<K extends Failure['kind']>(failure: Failure & { kind: K }): readonly string[] {
  // each wording takes its own kind, which the table's type says but not that of an index into it
  return (WORDING[failure.kind] as (failure: Failure) => readonly string[])(failure);
}

function differenceText({ line, kind, text }: Difference): string {
  return `  ${String(line).padStart(4)} ${kind === 'missing' ? '-' : '+'} ${text}`;
}

/** The lines of what a program or an engine said. */
function said(before: string, text: string): string[] {
  const [first = '', ...more] = text
    .split('\n')
    .map((line) => lineText(Buffer.from(line.trimEnd()).toString('latin1')));
  return [before + first, ...more.slice(0, 9).map((line) => `  ${line}`)];
}
