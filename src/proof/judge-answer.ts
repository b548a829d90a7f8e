import { type Comparison, compareOutputs } from './compare/compare.ts';
import type { Failure, Fault, Part } from './compare/failures.ts';
import type { ProbeAnswer } from './container-run/ask-probes.ts';
import { expectationText } from './container-run/content-match.ts';
import { type Output, whole } from './container-run/output.ts';
import { startOf } from './proof-item.ts';
import type { ContentExpectation, ProbeSpec, StatusRange } from './spec/probe-spec.ts';
import type { TimedProbe } from './spec/time-limits.ts';

/** A part of an answer that is compared. */
export type PartComparison = Comparison & { readonly of: Part };

/**
 * What is wrong with an answer by itself.
 * @param original the original's first answer; undefined where `answer` is that
 */
export function faultOf(probe: TimedProbe, answer: ProbeAnswer, original: ProbeAnswer | undefined): Fault | undefined {
  const { timeout: seconds } = probe;
  switch (answer.kind) {
    case 'none':
      return { kind: 'no-answer', reason: answer.reason, seconds };
    case 'ended':
    case 'refused':
      return answer;
    case 'http':
      return statusFault(probe, answer, original) ?? contentFault(probe, answer);
    case 'exec': {
      const { exitCode: expected = 0 } = probe.kind === 'exec' ? probe : {};
      if (answer.exitCode !== expected) return { kind: 'exit-code', expected, actual: answer.exitCode };
      return contentFault(probe, answer);
    }
    case 'tcp':
      return contentFault(probe, answer);
    case 'healthy':
      return undefined;
  }
}

/** Where the original gives another status from one start to the next. */
export function unsteadiness(answers: readonly ProbeAnswer[]): Failure | undefined {
  const values = answers.flatMap((answer) => (answer.kind === 'http' ? [answer.status] : []));
  if (values.every((value) => value === values[0])) return undefined;
  return { side: 'original', kind: 'unsteady', of: 'status', values };
}

/** Compares what an answer says with what the original's answers do, as far as the probe does not say itself what is right. */
export function compareAnswers(
  probe: ProbeSpec,
  original: readonly ProbeAnswer[],
  skinny: ProbeAnswer,
): PartComparison[] {
  return comparedParts(probe, skinny).map(({ of, output }) => {
    const runs = original.map(
      (answer) => comparedParts(probe, answer).find((part) => part.of === of)?.output ?? whole(Buffer.alloc(0)),
    );
    return { of, ...compareOutputs(runs, output) };
  });
}

/** What of an answer is content. */
export function contentOf(answer: ProbeAnswer): { readonly of: Part; readonly output: Output } | undefined {
  if (answer.kind === 'http') return { of: 'body', output: answer.body };
  if (answer.kind === 'tcp') return { of: 'answer', output: answer.banner };
  return answer.kind === 'exec' ? { of: 'stdout', output: answer.stdout } : undefined;
}

/** `200-299, 401`. */
function rangesText(ranges: readonly StatusRange[]): string {
  return ranges.map(([least, most]) => (least === most ? String(least) : `${least}-${most}`)).join(', ');
}

function comparedParts(probe: ProbeSpec, answer: ProbeAnswer): { readonly of: Part; readonly output: Output }[] {
  const content = contentOf(answer);
  const type = answer.kind === 'http' ? whole(Buffer.from(answer.contentType, 'latin1')) : undefined;
  return [
    ...(type === undefined ? [] : [{ of: 'content type', output: type } as const]),
    ...(content === undefined || expectationOf(probe) !== undefined ? [] : [content]),
  ];
}

function expectationOf(probe: ProbeSpec): ContentExpectation | undefined {
  return probe.kind === 'healthcheck' ? undefined : probe.expect;
}

type HttpAnswer = ProbeAnswer & { readonly kind: 'http' };

function statusFault(probe: TimedProbe, answer: HttpAnswer, original: ProbeAnswer | undefined): Fault | undefined {
  const { status: actual, body } = answer;
  const start = startOf(body);
  const wanted = probe.kind === 'http' ? probe.status : undefined;
  if (wanted !== undefined) {
    const isRight = wanted.some(([least, most]) => actual >= least && actual <= most);
    return isRight ? undefined : { kind: 'status', expected: rangesText(wanted), actual, start };
  }
  if (original?.kind === 'http') {
    const expected = String(original.status);
    return actual === original.status ? undefined : { kind: 'status', expected, actual, start };
  }
  return actual >= 500 ? { kind: 'not-ready', status: actual, start, seconds: probe.timeout } : undefined;
}

function contentFault(probe: TimedProbe, answer: ProbeAnswer & { readonly met: boolean }): Fault | undefined {
  const [expect, content] = [expectationOf(probe), contentOf(answer)];
  if (answer.met || expect === undefined || content === undefined) return undefined;
  return { kind: 'content', of: content.of, expected: expectationText(expect), start: startOf(content.output) };
}
