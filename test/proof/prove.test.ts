import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProofItem } from '../../src/proof/proof-item.ts';
import { openProof, type ProofResult } from '../../src/proof/prove.ts';
import { parseCheck } from '../../src/proof/spec/check-spec.ts';
import { failureText } from '../../src/report/failure-text.ts';
import { type Behaviour, FAT, programClient, SKINNY } from './program-client.ts';

type Behave = (run: number) => Behaviour;

/** One check, proved once; `fatRuns` of the item tells how often the fat one was run for it. */
async function proveOne(fat: Behave, skinny: Behave, more: object = {}): Promise<{ item: ProofItem; text: string }> {
  const { client, containers } = programClient({ [FAT]: fat, [SKINNY]: skinny });
  const checks = [{ ...parseCheck('program -x'), ...more }];
  const proof = openProof({
    client,
    fatImage: FAT,
    run: {},
    checks,
    probes: [],
    node: () => Promise.reject(new Error('node')),
  });
  const { items, passed } = await proof.prove(SKINNY);
  await proof[Symbol.asyncDispose]();
  assert.equal(containers.size, 0);
  const [item] = items;
  assert.ok(item);
  assert.equal(passed, item.passed);
  return { item, text: failureText(item).join('\n') };
}

const says = (stdout: string, more: Behaviour = {}): Behave => {
  return () => ({ stdout, ...more });
};

test('the same output and exit code: one run of each', async () => {
  const { item } = await proveOne(says('a\n', { stderr: 'x' }), says('a\n', { stderr: 'another' }));
  assert.deepEqual(
    [item.passed, item.failures, item.masks, item.fatRuns, item.exitCodes, item.stderr],
    [true, [], [], 1, { fat: 0, skinny: 0 }, []],
  );
  const nonZero = await proveOne(says('', { exitCode: 3 }), says('', { exitCode: 3 }));
  assert.deepEqual([nonZero.item.passed, nonZero.item.exitCodes], [true, { fat: 3, skinny: 3 }]);
});

test('what differs each time is masked, after a second run of the fat one', async () => {
  const ticking =
    (start: number): Behave =>
    (run) => ({ stdout: `at 10:00:${start + run}\nok\n` });
  const { item } = await proveOne(ticking(10), ticking(33));
  assert.deepEqual([item.passed, item.fatRuns, item.masks], [true, 2, ['at 10:00:‹digits›']]);
});

test('what differs only sometimes is found by a third run', async () => {
  const times = ['at 10:59', 'at 10:59', 'at 11:01'];
  const { item } = await proveOne((run) => ({ stdout: times[run] ?? '' }), says('at 11:00'));
  assert.deepEqual([item.passed, item.fatRuns], [true, 3]);
});

test('another output', async () => {
  const skinny = says('one\nnot two\n', { stderr: 'warning: \x1b[31mred\nlast' });
  const { item, text } = await proveOne(says('one\ntwo\n'), skinny);
  assert.deepEqual([item.passed, item.fatRuns], [false, 3]);
  assert.equal(
    text,
    [
      'check failed: program -x',
      '  exit code: 0 in the original, 0 in the skinny image',
      '  stdout differs (- original, + skinny image):',
      '       2 - two',
      '       2 + not two',
      '  the last lines of its standard error:',
      '    warning: \\x1b[31mred',
      '    last',
    ].join('\n'),
  );
});

test('another exit code, with what the output shows', async () => {
  const { item, text } = await proveOne(says('fine\n'), says('', { exitCode: 127, stderr: 'lib.so: not found\n' }));
  assert.deepEqual(
    item.failures.map(({ kind }) => kind),
    ['exit-code', 'output'],
  );
  assert.match(
    text,
    /exit code 127 in the skinny image, expected 0\n[\s\S]*- fine\n[\s\S]*standard error:\n {4}lib\.so: not found$/,
  );
});

test('a program that can not be started, that does not end, or too late', async () => {
  const reason = 'exec: "program": executable file not found in $PATH';
  const refused = await proveOne(says('a'), () => ({ refused: reason }));
  assert.deepEqual(refused.item.failures[0], { side: 'skinny', kind: 'refused', exitCode: 127, reason });
  const hanging = await proveOne(says('a'), () => ({ stdout: 'a', hangs: true }), { timeout: 0.05 });
  assert.deepEqual(hanging.item.failures, [{ side: 'skinny', kind: 'timed-out', seconds: 0.05 }]);
  assert.match(hanging.text, /did not end in the skinny image within its time limit of 0\.05 s/);
});

test('a check that the fat one does not pass is told as such, and the skinny one is not run', async () => {
  const never: Behave = () => assert.fail('the skinny one was run');
  const cases: readonly (readonly [Behave, object, RegExp])[] = [
    [
      () => ({ refused: 'no such file or directory' }),
      {},
      /cannot be started in the original \(exit code 127\): no such/,
    ],
    [() => ({ hangs: true }), { timeout: 0.05 }, /did not end in the original within its time limit of 0\.05 s/],
    [says('', { exitCode: 2, stderr: 'why' }), { exitCode: 0 }, /exit code 2 in the original, expected 0\n.*\n {4}why/],
  ];
  for (const [fat, more, message] of cases) {
    const { item, text } = await proveOne(fat, never, more);
    assert.match(text, message);
    assert.deepEqual([item.fatRuns, item.seconds.skinny], [1, null]);
    assert.ok(item.failures.every(({ side }) => side === 'original'));
  }
  const unsteady = await proveOne((run) => ({ exitCode: run, stdout: 'a' }), says('b'));
  assert.deepEqual(unsteady.item.failures, [{ side: 'original', kind: 'unsteady', of: 'exit code', values: [0, 1] }]);
});

test('the exit code that is asked for counts for both', async () => {
  const wanted = says('', { exitCode: 3 });
  assert.equal((await proveOne(wanted, wanted, { exitCode: 3 })).item.passed, true);
  assert.equal((await proveOne(wanted, says(''), { exitCode: 3 })).item.passed, false);
  const missing = (): Behaviour => ({ refused: 'executable file not found' });
  assert.equal((await proveOne(missing, missing, { exitCode: 127 })).item.passed, true);
});

test('the fat one is run once for all rounds', async () => {
  const texts = ['broken', 'right'];
  const { client, specs } = programClient({ [FAT]: says('right'), [SKINNY]: (run) => ({ stdout: texts[run] ?? '' }) });
  const steps: string[] = [];
  const checks = [parseCheck('a'), parseCheck('b')];
  await using proof = openProof({
    ...{ client, fatImage: FAT, run: {}, checks, probes: [], node: () => Promise.reject(new Error('node')) },
    onStep: (message) => steps.push(message),
  });
  const kinds = ({ items }: ProofResult): boolean[] => items.map(({ passed }) => passed);
  assert.deepEqual(kinds(await proof.prepare()), [true, true]);
  assert.equal(specs.length, 2);
  assert.deepEqual(kinds(await proof.prove(SKINNY)), [false, true]);
  const before = specs.filter(({ image }) => image === FAT).length;
  assert.deepEqual([before, steps[0], steps[2]], [4, 'in the original: check: a', 'in the skinny image: check: a']);
  texts.push('right', 'right');
  assert.deepEqual(kinds(await proof.prove(SKINNY)), [true, true]);
  assert.equal(specs.filter(({ image }) => image === FAT).length, before);
});

test('a check becomes a container as it says, and as the result will be run', async () => {
  const { client, specs } = programClient({ [FAT]: says(''), [SKINNY]: says('') });
  const run = { Entrypoint: ['e'], Cmd: ['c'], User: 'r', WorkingDir: '/r', Env: ['A=a', 'R=r=r'] };
  const common = { entrypoint: 'replace', timeout: 5, text: '' } as const;
  const checks = [
    { ...common, command: ['a', 'b'], user: 'u', env: { A: 'b' }, workingDir: '/w', stdin: 'x' },
    { ...common, command: ['b'], entrypoint: 'keep' as const, network: 'bridge' as const },
    { ...common, command: undefined },
  ];
  const node = () => Promise.reject(new Error('node'));
  await openProof({ client, fatImage: FAT, run, checks, probes: [], node }).prove(SKINNY);
  const given = (image: string): object[] =>
    specs
      .filter((spec) => spec.image === image)
      .map((spec) =>
        JSON.parse(
          JSON.stringify({ ...spec, image: undefined, labels: undefined, hostname: undefined, limits: undefined }),
        ),
      );
  const last = { stdin: false, network: 'none' };
  assert.deepEqual(given(FAT), [
    {
      ...{ entrypoint: ['a', 'b'], command: [], user: 'u', env: { A: 'b', R: 'r=r' }, workingDir: '/w' },
      ...{ stdin: true, network: 'none' },
    },
    {
      ...{ entrypoint: ['e'], command: ['b'], user: 'r', env: { A: 'a', R: 'r=r' }, workingDir: '/r' },
      ...{ stdin: false, network: 'bridge' },
    },
    { entrypoint: ['e'], command: ['c'], user: 'r', env: { A: 'a', R: 'r=r' }, workingDir: '/r', ...last },
  ]);
  assert.deepEqual(given(SKINNY), [
    { ...last, entrypoint: ['a', 'b'], command: [], user: 'u', env: { A: 'b' }, workingDir: '/w', stdin: true },
    { ...last, command: ['b'], network: 'bridge' },
    last,
  ]);
});
