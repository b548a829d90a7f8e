import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyChanges, checkChanges } from '../../src/dockerfile/change-instruction.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { check, soup } from './budget.ts';

const KEYWORDS =
  'CMD ENTRYPOINT ENV LABEL EXPOSE USER VOLUME WORKDIR HEALTHCHECK STOPSIGNAL SHELL ONBUILD ARG FROM MAINTAINER env'.split(
    ' ',
  );

const WORDS = [
  ...KEYWORDS,
  ...KEYWORDS.map((word) => `\n${word} `),
  ...' |\n|\t|\\|\\\n|"|\'|=|$|{|}|${A:-|${A:+|${A|$A|:|/|[|]|["|","|"]|,|#|\0|\u2028|80|1-65535|/udp|99999|--interval=|1m|-1s|NONE|CMD-SHELL|SIGKILL|\r\n|é|__proto__'.split(
    '|',
  ),
];

const RUN: RunConfig = { Env: ['A=b', 'PATH=/bin'], Cmd: ['x'], Labels: { a: 'b' }, WorkingDir: '/w' };

/** All that it may do besides returning is to refuse the instruction, as the caller's mistake. */
function refusesOrReturns<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof SkinnywhaleError && error.code === 'USAGE')) throw error;
    return undefined;
  }
}

test('instructions of any text are applied or refused, and leave what they were applied to alone', () => {
  const before = structuredClone(RUN);
  check(fc.array(soup(WORDS), { maxLength: 4 }), 3000, (texts) => {
    const run = refusesOrReturns(() => applyChanges(RUN, texts));
    assert.deepEqual(RUN, before);
    refusesOrReturns(() => checkChanges(texts));
    if (run === undefined) return;
    for (const list of [run.Entrypoint, run.Cmd, run.Env, run.Shell, run.OnBuild]) {
      assert.ok((list ?? []).every((one) => typeof one === 'string'));
    }
    // What comes out is a configuration like any other.
    assert.deepEqual(JSON.parse(JSON.stringify(run)), run);
    refusesOrReturns(() => applyChanges(run, texts));
  });
});

test('what is applied passes the early check', () => {
  check(
    fc.tuple(fc.constantFrom(...KEYWORDS), soup(WORDS, 8)).map(([keyword, text]) => `${keyword} ${text}`),
    2000,
    (text) => {
      const applied = refusesOrReturns(() => applyChanges({}, [text]));
      if (applied !== undefined) checkChanges([text]);
    },
  );
});

test('deep and long ones take no longer than they are long', () => {
  for (const piece of [
    '${A:-',
    '"',
    '\\',
    '\\\n',
    '$',
    '["',
    '[',
    '{',
    'ENV a=',
    ' ',
    'a=b ',
    '\nENV a b',
    "'",
    '${A:+${',
  ]) {
    for (const keyword of ['ENV', 'LABEL', 'EXPOSE', 'CMD', 'HEALTHCHECK', 'VOLUME', 'USER']) {
      const started = performance.now();
      refusesOrReturns(() => applyChanges(RUN, [`${keyword} ${piece.repeat(Math.floor(20_000 / piece.length))}`]));
      const took = performance.now() - started;
      assert.ok(took < 2000, `${keyword} ${JSON.stringify(piece)}: ${Math.round(took)} ms`);
    }
  }
});
