import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureSteps } from '../../src/closure/closure.ts';
import { selectSeeds } from '../../src/closure/roots/selection.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { shellWords } from '../../src/shell/shell-commands.ts';
import { ScriptTime } from '../../src/shell/time-limit.ts';
import { program } from '../builders/tar.ts';
import { viewOf } from '../closure/view.ts';

/** What a parser looks ahead for, and never finds; each takes from three to thirty seconds without a limit. */
const PIECES = ['${a[${b[', '$((a[', '${a/', '${a:${b:', '"$((', '${a-', "\x24{a/'}'", '${a,', '"$('];

test('two hundred kilobytes that the parser takes long for are broken off', () => {
  for (const piece of PIECES) {
    const text = piece.repeat(Math.ceil(200_000 / piece.length));
    const started = performance.now();
    const { runsUnknown, isWhole } = shellWords(text);
    const took = performance.now() - started;
    assert.ok(took < 2500, `${piece}: ${Math.round(took)} ms`);
    // What was not read may run anything.
    assert.ok(isWhole || runsUnknown, piece);
  }
  assert.equal(shellWords('${a:${b:'.repeat(25_000)).isWhole, false);
});

test('when the time of all is up, what is short is still read, and a script that is not is told', () => {
  const time = new ScriptTime(1);
  assert.equal(shellWords('${a:${b:'.repeat(25_000), { time }).isWhole, false);
  const long = `first\n${'# nothing\n'.repeat(500)}`;
  assert.deepEqual(shellWords('first', { time }).commands, ['first']);
  const unread = shellWords(long, { time });
  assert.deepEqual([unread.commands, unread.isWhole, unread.runsUnknown], [[], false, true]);
  assert.deepEqual(shellWords(long).commands, ['first']);
});

test('many such scripts together take a bounded time, with turns for others between them, and are reported', () => {
  const text = `#!/bin/sh\n${'${a:${b:'.repeat(25_000)}`;
  const scripts = Array.from({ length: 40 }, (_, index) => program(`app/${index}.sh`, text));
  const view = viewOf({}, ...scripts);
  const changed = new Set([...view.tree.entries()].map(({ path }) => path as ImagePath));
  const none = { include: [], exclude: [], trim: [], bruteLib: false, bruteUsrLib: false };
  const { tree, seeds } = selectSeeds(view.tree, changed, none);
  const steps = closureSteps({ ...view, tree }, seeds, { rules: [], dlopen: 'off', programs: 'all' });
  const started = performance.now();
  let longest = 0;
  for (let before = started; ; ) {
    const step = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    if (step.done !== true) continue;
    const cut = step.value.findings.filter((finding) => finding.kind === 'partly-read');
    assert.equal(cut.length, 40);
    break;
  }
  assert.ok(performance.now() - started < 25_000);
  assert.ok(longest < 3000, `${Math.round(longest)} ms`);
});
