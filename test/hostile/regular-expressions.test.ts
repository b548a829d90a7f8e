import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** Folders whose regular expressions meet text and names of the image. */
const FOLDERS = [
  'closure',
  'elf',
  'filesystem',
  'image',
  'loader',
  'model',
  'package-records',
  'packages',
  'programs',
  'proof',
  'rules',
  'shell',
  'subject',
  'tar',
];
const SRC = new URL('../../src/', import.meta.url);

/** Lengths of texts: some expressions are hopeless at the second already. */
const LENGTHS = [20, 80, 320, 4096];
/** A linear expression takes a fiftieth of it for the longest text, one whose time grows with the square several times it. */
const SLOW_MS = 0.4;

/** A regular expression where the grammar allows one: after what can't end an expression. */
const LITERAL =
  /(?<=[=(,:?&|![{;>] ?|return |^ {0,20})\/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/gm;

interface Found {
  readonly where: string;
  readonly expression: RegExp;
}

function expressions(): Found[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && FOLDERS.includes(path.split('/')[0] as string))
    .flatMap((path) => expressionsIn(path, readFileSync(new URL(path, SRC), 'utf8')));
}

function expressionsIn(where: string, text: string): Found[] {
  const code = text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(LITERAL)].flatMap(([, source = '', flags]) => {
    const expression = parsed(source, flags?.replace(/[gy]/g, ''));
    return expression === undefined ? [] : [{ where, expression }];
  });
}

/** undefined for a piece of code between two slashes that is none, as in a template. */
function parsed(source: string, flags: string | undefined): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** What makes a text hard: what an expression looks for, begun and then repeated without its end. */
function* hardTexts({ source }: RegExp): Generator<{ start: string; pump: string }> {
  const runs = source
    .replace(/\(\?<?[=!:]|\\[wWsSdDbB]|\[(?:\\.|[^\]\\])*\]|[()|^$]|(?<!\\)[*+?.]|\{\d+,?\d*\}/g, '\0')
    .replace(/\\(.)/g, '$1')
    .split('\0')
    .filter((run) => run !== '')
    .slice(0, 3);
  const starts = new Set(['', ...runs, ...runs.map((_, index) => runs.slice(0, index + 1).join(''))]);
  const pumps = new Set([...' a0[</', ...runs, ...runs.map((run) => run[0] as string)]);
  for (const start of starts) for (const pump of pumps) yield { start, pump };
}

/** The first text that takes long, cut; undefined where none does. Grows the texts: some are hopeless at a thousand. */
function slowText(expression: RegExp): string | undefined {
  for (const { start, pump } of hardTexts(expression)) {
    for (const length of LENGTHS) {
      const text = `${start}${pump.repeat(Math.ceil(length / pump.length))}\x01`;
      // A busy machine is slow now and then, an expression always.
      let tries = 0;
      while (tries < 6) {
        const took = milliseconds(expression, text);
        if (took < SLOW_MS) break;
        tries += took > 100 * SLOW_MS ? 3 : 1;
      }
      if (tries >= 6) return `${start}${pump} repeated to ${length}`;
    }
  }
  return undefined;
}

function milliseconds(expression: RegExp, text: string): number {
  const started = performance.now();
  expression.exec(text);
  return performance.now() - started;
}

test('no regular expression takes more than linear time, whatever an image says', () => {
  const all = expressions();
  assert.ok(all.length > 200, `${all.length} found`);
  const slow = all.flatMap(({ where, expression }) => {
    const text = slowText(expression);
    return text === undefined ? [] : [`${where}: ${expression} on ${JSON.stringify(text)}`];
  });
  assert.deepEqual(slow, []);
});

test('expressions that were too slow once are found', () => {
  for (const source of [
    String.raw`<include[^>]*>\s*([^<]+?)\s*<\/include>`,
    String.raw`<dir[^>]*>\s*(\/[^<]*?)\s*<\/dir>`,
    String.raw`\[[^\]]*\]`,
    String.raw`<!--[\s\S]*?-->`,
    String.raw`[^\s=]+\.so\b`,
    String.raw`\/+$`,
    '(a+)+b',
  ]) {
    assert.notEqual(slowText(new RegExp(source)), undefined, source);
  }
});
