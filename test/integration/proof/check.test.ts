import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import type { ProofItem } from '../../../src/proof/proof-item.ts';
import { type CheckSpec, parseCheck } from '../../../src/proof/spec/check-spec.ts';
import { failureText } from '../../../src/report/failure-text.ts';
import { nothingIsLeft } from '../cases/lab.ts';
import { openProofLab } from './proof-lab.ts';

/** Says the same each time but for times, numbers of processes and made-up names; its words come from another file. */
const GREET = `#!/bin/sh
cat /opt/words || exit 4
echo "process $$ at $(date +%s.%N), $(mktemp -u)"
echo done
echo "to standard error: $$" >&2
exit \${1:-0}
`;

const SHOW = `#!/bin/sh
id -u; pwd; echo "$APP $MORE"; cat; ls -d /data
`;

const proofLab = await openProofLab('check', {
  members: [
    { name: 'opt/', mode: 0o755 },
    { name: 'opt/greet', mode: 0o755, content: GREET },
    { name: 'opt/show', mode: 0o755, content: SHOW },
    { name: 'opt/words', content: 'hello\n' },
  ],
  changes: ['ENTRYPOINT ["/opt/greet"]', 'CMD ["5"]', 'VOLUME /data', 'ENV APP=app', 'USER 33', 'WORKDIR /opt'],
});
const { lab, client } = proofLab;
const whole = await proofLab.skinny();
const broken = await proofLab.skinny('--exclude', '/opt/words');

const check = (text: string, more: Partial<CheckSpec> = {}): CheckSpec => ({ ...parseCheck(text), ...more });

async function prove(image: typeof whole, ...checks: readonly CheckSpec[]): Promise<readonly ProofItem[]> {
  await using proof = proofLab.proof({ checks });
  return (await proof.prove(image)).items;
}

test('what a skinny image does as the container does', async () => {
  const checks = [
    check('/opt/greet'),
    check('/opt/greet 7', { exitCode: 7 }),
    check('/opt/greet'),
    { ...check('greet'), command: undefined },
    check('6', { entrypoint: 'keep' }),
    check('/opt/show', { user: '1000:1000', env: { MORE: 'b=c d' }, stdin: 'some\ninput\n', workingDir: '/tmp' }),
    check('/opt/show'),
  ];
  const items = await prove(whole, ...checks);
  assert.deepEqual(
    items.flatMap((item) => (item.passed ? [] : failureText(item))),
    [],
  );
  assert.deepEqual(
    items.map(({ exitCodes }) => exitCodes.skinny),
    [0, 7, 0, 5, 6, 0, 0],
  );
  assert.deepEqual(
    items.map(({ fatRuns }) => fatRuns),
    [2, 2, 2, 2, 2, 1, 1],
  );
  assert.match(items[0]?.masks.join() ?? '', /process (‹digits›|\d+) at ‹digits›\.‹digits›, \/tmp\/tmp\.‹text›/);
});

test('a file that is missing', async () => {
  const [item, other] = await prove(broken, check('/opt/greet'), check('/opt/show'));
  assert.ok(item && !item.passed && other?.passed);
  const text = failureText(item).join('\n');
  assert.match(text, /exit code 4 in the skinny image, expected 0/);
  assert.match(text, /1 - hello\n/);
  assert.match(text, /standard error:\n {4}cat: \/opt\/words: No such file or directory/);
});

test('a program that is missing, one that does not end, a check that is wrong itself', async () => {
  const [missing, endless, wrong] = await prove(
    whole,
    check('/usr/bin/apt-get --version'),
    check('sleep 100', { timeout: 1 }),
    check('no-such-program'),
  );
  assert.deepEqual([missing?.failures[0]?.kind, missing?.exitCodes], ['refused', { fat: 0, skinny: 127 }]);
  assert.deepEqual(endless?.failures, [{ side: 'original', kind: 'timed-out', seconds: 1 }]);
  assert.deepEqual([wrong?.failures[0]?.side, wrong?.failures[0]?.kind], ['original', 'refused']);
});

test('an interruption in the middle of a check leaves nothing', async () => {
  const controller = new AbortController();
  const reason = new SkinnywhaleError('INTERRUPTED', 'interrupted by a test');
  const own = await proofLab.interruptible(controller.signal);
  await using proof = proofLab.proof({ client: own, checks: [check('sleep 100')] });
  const before = proofLab.made.length;
  const proving = proof.prove(whole);
  const isRunning = async (): Promise<boolean> => {
    const id = proofLab.made.slice(before).find(([kind]) => kind === 'container')?.[1];
    return id !== undefined && (await client.containerState(id)).running;
  };
  while (!(await isRunning())) await sleep(50);
  controller.abort(reason);
  await assert.rejects(proving, reason);
  assert.deepEqual(await proofLab.leftovers(), []);
});

test('containers, images and volumes of proofs are gone', async () => {
  const volumes = proofLab.made.filter(([kind]) => kind === 'volume');
  assert.equal(volumes.length, proofLab.made.filter(([kind]) => kind === 'container').length);
  assert.deepEqual(await proofLab.leftovers(), []);
});

nothingIsLeft(lab);
