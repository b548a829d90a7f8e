import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Contender, NotAvailable, type Run, runRounds } from './rounds.ts';

const signal = new AbortController().signal;
const between = async (): Promise<void> => {};

/** A contender that notes its turns in `log`; its seconds are 1, 2, 3, and so on. */
function contender(name: string, log: string[], images: readonly string[] = []): Contender {
  let seconds = 0;
  return {
    name,
    run: async () => {
      log.push(name);
      seconds += 1;
      return { figures: { seconds }, images };
    },
  };
}

test('contenders take turns, every other round backwards', async () => {
  const log: string[] = [];
  await runRounds([contender('a', log), contender('b', log)], { rounds: 3, warmUp: false, between, signal });
  assert.deepEqual(log, ['a', 'b', 'b', 'a', 'a', 'b']);
});

test('the round to warm up is run and not counted', async () => {
  const log: string[] = [];
  const measured = await runRounds([contender('a', log)], { rounds: 2, warmUp: true, between, signal });
  assert.equal(log.length, 3);
  assert.deepEqual(measured, [{ name: 'a', runs: [{ seconds: 2 }, { seconds: 3 }] }]);
});

test('what a run made is given away before the next one starts, and nothing where it failed', async () => {
  const log: string[] = [];
  const bad: Contender = { name: 'bad', run: () => Promise.reject(new Error('no')) };
  const clean = async (run: Run | undefined): Promise<void> => void log.push(`clean ${run?.images.join()}`);
  await runRounds([contender('a', log, ['1', '2']), bad, contender('b', log, ['3'])], {
    rounds: 1,
    warmUp: false,
    between: clean,
    signal,
  });
  assert.deepEqual(log, ['a', 'clean 1,2', 'clean undefined', 'b', 'clean 3']);
});

test('who fails is out, with the reason, and without the runs before', async () => {
  let runs = 0;
  const late: Contender = {
    name: 'late',
    run: async () => {
      if (++runs === 2) throw new Error('broken');
      return { figures: { seconds: 1 }, images: [] };
    },
  };
  const absent: Contender = { name: 'absent', run: () => Promise.reject(new NotAvailable('unknown option')) };
  const log: string[] = [];
  const contenders = [late, absent, contender('fine', log)];
  const [first, second, third] = await runRounds(contenders, { rounds: 3, warmUp: false, between, signal });
  assert.deepEqual(first, { name: 'late', runs: [], missing: { kind: 'failed', why: 'broken' } });
  assert.deepEqual(second, { name: 'absent', runs: [], missing: { kind: 'not available', why: 'unknown option' } });
  assert.equal(third?.runs.length, 3);
  assert.equal(runs, 2);
});

test('an interrupt ends all of it', async () => {
  const controller = new AbortController();
  const interrupted: Contender = {
    name: 'interrupted',
    run: async () => {
      controller.abort(new Error('Ctrl-C'));
      throw new Error('killed');
    },
  };
  const options = { rounds: 2, warmUp: false, between, signal: controller.signal };
  await assert.rejects(runRounds([interrupted], options), /Ctrl-C/);
});
