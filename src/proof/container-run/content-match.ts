import { runInNewContext } from 'node:vm';
import type { ContentExpectation } from '../spec/probe-spec.ts';

/**
 * Whether a text is as expected: the source of a function of both, which the prober's script has, too. Lists have to be as
 * long as they are expected to be, objects may have more fields.
 */
export const CONTENT_MATCH = `(expect, text) => {
  const isWithin = (part, whole) => {
    if (typeof part !== 'object' || part === null) return part === whole;
    if (typeof whole !== 'object' || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false;
    if (Array.isArray(part) && part.length !== whole.length) return false;
    return Object.keys(part).every((key) => Object.hasOwn(whole, key) && isWithin(part[key], whole[key]));
  };
  if (expect.text !== undefined && !text.includes(expect.text)) return false;
  if (expect.pattern !== undefined && !new RegExp(expect.pattern, 'm').test(text)) return false;
  if (expect.json === undefined) return true;
  try {
    return isWithin(expect.json, JSON.parse(text));
  } catch {
    return false;
  }
}`;

/** Milliseconds: an expression that backtracks for longer matches nothing. */
const LONGEST = 1000;

/** Whether what a program wrote is as expected; bounded in time, as the text may be anything. */
export function matchesContent(expect: ContentExpectation | undefined, content: Buffer): boolean {
  if (expect === undefined) return true;
  try {
    const values = { expect: { ...expect }, text: content.toString('utf8') };
    return runInNewContext(`(${CONTENT_MATCH})(expect, text)`, values, { timeout: LONGEST }) === true;
  } catch {
    return false;
  }
}

/** For people. */
export function expectationText({ text, pattern, json }: ContentExpectation): string {
  return [
    ...(text === undefined ? [] : [`the text ${JSON.stringify(text)}`]),
    ...(pattern === undefined ? [] : [`what matches /${pattern}/`]),
    ...(json === undefined ? [] : [`JSON with ${JSON.stringify(json)}`]),
  ].join(' and ');
}
