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
    const started = process.cpuUsage();
    const { runsUnknown, isWhole } = shellWords(text);
    const took = process.cpuUsage(started).user / 1000;
    assert.ok(took < 5000, `${piece}: ${Math.round(took)} ms`);
    // What was not read may run anything.
    assert.ok(isWhole || runsUnknown, piece);
  }
  const time = new ScriptTime(50);
  assert.equal(shellWords('${a:${b:'.repeat(25_000), { time }).isWhole, false);
});

test('when the time of all is up, what is short is still read, and a script that is not is told', () => {
  const time = new ScriptTime(1);
  assert.equal(shellWords('${a:${b:'.repeat(25_000), { time }).isWhole, false);
  assert.equal(
    time.allows(() => {}),
    false,
  );
  const long = `first\n${'# nothing\n'.repeat(500)}`;
  assert.deepEqual(shellWords('first', { time }).commands, ['first']);
  const unread = shellWords(long, { time });
  assert.deepEqual([unread.commands, unread.isWhole, unread.runsUnknown], [[], false, true]);
  assert.deepEqual(shellWords(long).commands, ['first']);
});

test('what was broken off is read again from its beginning, and gives nothing twice', () => {
  const text = `first --option\n${'# nothing\n'.repeat(500)}second\n`;
  class Twice extends ScriptTime {
    override allows(action: () => void): boolean {
      action();
      action();
      return true;
    }
  }
  const { commands, calls } = shellWords(text, { time: new Twice() });
  assert.deepEqual(
    [commands, calls],
    [
      ['first', 'second'],
      [['first', '--option'], ['second']],
    ],
  );
});

test('many such scripts together take a bounded time, with turns for others between them, and are reported', () => {
  const text = `#!/bin/sh\n${'${a:${b:'.repeat(25_000)}`;
  const scripts = Array.from({ length: 40 }, (_, index) => program(`app/${index}.sh`, text));
  const view = viewOf({}, ...scripts);
  const changed = new Set([...view.tree.entries()].map(({ path }) => path as ImagePath));
  const none = { include: [], exclude: [], trim: [], bruteLib: false, bruteUsrLib: false };
  const { tree, seeds } = selectSeeds(view.tree, changed, none);
  const steps = closureSteps({ ...view, tree }, seeds, { rules: [], dlopen: 'off', programs: 'all' });
  const used = process.cpuUsage();
  let longest = 0;
  for (let before = performance.now(); ; ) {
    const step = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    if (step.done !== true) continue;
    const cut = step.value.findings.filter((finding) => finding.kind === 'partly-read');
    // Some may just end in time; when the time of all is up, none is begun.
    assert.ok(cut.length > 20, `${cut.length}`);
    break;
  }
  assert.ok(process.cpuUsage(used).user / 1000 < 40_000);
  // On a machine with time to spare it is less than two seconds.
  assert.ok(longest < 40_000, `${Math.round(longest)} ms`);
});
