import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyChanges, checkChanges } from '../../src/dockerfile/change-instruction.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import type { RunConfig } from '../../src/model/image-config.ts';

interface Golden {
  readonly bases: Readonly<Record<string, RunConfig>>;
  readonly cases: readonly {
    readonly base: string;
    readonly changes: readonly string[];
    /** the configuration that `docker commit` made */
    readonly engine?: RunConfig;
    readonly engineError?: string;
    /** where this differs on purpose: what it makes, or null for an error */
    readonly ours?: RunConfig | null;
    readonly because?: string;
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/commit-change.json', import.meta.url), 'utf8')) as Golden;

function base(name: string): RunConfig {
  const found = golden.bases[name];
  assert.ok(found, name);
  return found;
}

test('instructions do what docker commit --change was seen to do', async (t) => {
  assert.ok(golden.cases.length > 100);
  for (const { base: name, changes, engine, engineError, ours, because } of golden.cases) {
    await t.test(`${name}: ${changes.join(' | ')}${because === undefined ? '' : ` (differs: ${because})`}`, () => {
      assert.notEqual(engine === undefined, engineError === undefined);
      const expected = ours === undefined ? engine : (ours ?? undefined);
      if (ours !== undefined) assert.notDeepEqual(ours ?? undefined, engine, 'not a difference');
      const run = base(name);
      if (expected === undefined) {
        assert.throws(() => applyChanges(run, changes), { name: 'SkinnywhaleError', code: 'USAGE' });
      } else {
        assert.deepEqual(applyChanges(run, changes), expected);
      }
    });
  }
});

test('the configuration given stays as it is', () => {
  const run = base('full');
  const before = structuredClone(run);
  applyChanges(run, [
    'ENV A=2',
    'LABEL a=b',
    'EXPOSE 1',
    'VOLUME /x',
    'ENTRYPOINT ["x"]',
    'HEALTHCHECK NONE',
    'ONBUILD RUN x',
  ]);
  assert.deepEqual(run, before);
  assert.deepEqual(applyChanges(run, []), before);
});

test('the shell form goes through the Shell that is set, also by an earlier instruction', () => {
  assert.deepEqual(applyChanges({ Shell: ['/bin/ash', '-ec'] }, ['CMD x y']).Cmd, ['/bin/ash', '-ec', 'x y']);
  assert.deepEqual(applyChanges({}, ['SHELL ["/bin/bash", "-c"]', 'ENTRYPOINT x y']).Entrypoint, [
    '/bin/bash',
    '-c',
    'x y',
  ]);
});

test('a new command drops ArgsEscaped, which spoke of the old one', () => {
  assert.deepEqual(applyChanges({ ArgsEscaped: true, Cmd: ['a'] }, ['CMD ["b"]']), { Cmd: ['b'] });
});

test('values are data: quotes, newlines and dollars in them start no instruction', () => {
  const run = { Env: ['A=x\nUSER root', 'B=$A'] };
  assert.deepEqual(applyChanges(run, ['LABEL a="$A" b="$B"']).Labels, { a: 'x\nUSER root', b: '$A' });
  assert.equal(applyChanges(run, ['LABEL a="$A"']).User, undefined);
});

test('a backslash at the end of one instruction does not swallow the next', () => {
  assert.deepEqual(applyChanges({}, ['ENV A=1 \\', 'USER u']), { Env: ['A=1'], User: 'u' });
});

test('names from the prototype are not instructions, flags or variables', () => {
  for (const text of [
    'constructor x',
    'toString',
    '__proto__ x',
    'HEALTHCHECK --constructor=1 CMD x',
    'ENV A=$toString',
  ]) {
    if (text.startsWith('ENV')) assert.deepEqual(applyChanges({}, [text]), { Env: ['A='] });
    else assert.throws(() => applyChanges({}, [text]), { code: 'USAGE' });
  }
});

test('signals by name and number', () => {
  for (const signal of ['9', 'KILL', 'sigterm', 'SIGRTMIN+3', 'RTMAX-14', '64']) {
    assert.equal(applyChanges({}, [`STOPSIGNAL ${signal}`]).StopSignal, signal);
  }
  assert.equal(applyChanges({ Env: ['S=SIGINT'] }, ['STOPSIGNAL $S']).StopSignal, 'SIGINT');
  for (const signal of ['', '0', '65', 'SIGNOPE', '-1', 'SIGRTMIN+16']) {
    assert.throws(() => applyChanges({}, [`STOPSIGNAL ${signal}`]), { code: 'USAGE' });
  }
});

test('SHELL takes a JSON array and nothing else', () => {
  for (const text of ['SHELL', 'SHELL /bin/sh -c', 'SHELL []', 'SHELL [1]']) {
    assert.throws(() => applyChanges({}, [text]), { code: 'USAGE' });
  }
});

test('an error names the instruction, what is wrong, and how it is written', () => {
  assert.throws(
    () => applyChanges({}, ['ENV A="x']),
    (error) => {
      assert.ok(error instanceof SkinnywhaleError);
      assert.equal(error.message, '--change: in `ENV A="x`: a double quote is not closed');
      assert.match(error.hint ?? '', /CMD, ENTRYPOINT/);
      return true;
    },
  );
  assert.throws(() => applyChanges({}, ['run apt-get update']), {
    message: /"RUN" is not an instruction that changes/,
  });
  assert.throws(() => applyChanges({}, ['COPY a b']), { message: /"COPY"/ });
});

test('instructions are checked before the configuration is known, as far as that goes', () => {
  const fine = [
    'USER $APP_USER',
    'WORKDIR $HOME',
    'EXPOSE $PORT',
    'ENV A=$B',
    'STOPSIGNAL $S',
    'CMD echo $HOME',
    'ENV A=1\nUSER $A',
  ];
  for (const text of fine) checkChanges([text]);
  const wrong = [
    '',
    'RUN $x',
    'CMD',
    'CMD ["$A", 1]',
    'USER',
    'EXPOSE x',
    'HEALTHCHECK --x=1 CMD $A',
    'USER $A\nNOPE',
    'ONBUILD FROM $x',
  ];
  for (const text of wrong) assert.throws(() => checkChanges(['USER u', text]), { code: 'USAGE' }, text);
});

test('defaults within defaults are followed to a depth that the stack bears', () => {
  const nested = (depth: number): string => `ENV A=${'${B:-'.repeat(depth)}x${'}'.repeat(depth)}`;
  assert.deepEqual(applyChanges({}, [nested(100)]).Env, ['A=x']);
  for (const depth of [101, 100_000]) assert.throws(() => applyChanges({}, [nested(depth)]), { code: 'USAGE' });
});
