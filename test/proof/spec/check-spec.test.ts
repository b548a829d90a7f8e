import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseCheckFile } from '../../../src/proof/spec/check-file.ts';
import { parseCheck } from '../../../src/proof/spec/check-spec.ts';
import { quoteWords, shellWords } from '../../../src/shell/shell-words.ts';

describe('a check in an option', () => {
  test('words as for a shell', () => {
    const words: Readonly<Record<string, readonly string[]>> = {
      'php -v': ['php', '-v'],
      "  sh -c 'a | b > $c' ": ['sh', '-c', 'a | b > $c'],
      'a "b c" d\\ e': ['a', 'b c', 'd e'],
      'a "" \'\'': ['a', '', ''],
      'a"b"\'c\'d': ['abcd'],
      'a "\\$x \\" \\\\ \\n"': ['a', '$x " \\ \\n'],
      'a \\$x \\| 5$ $': ['a', '$x', '|', '5$', '$'],
      '[ -f /etc/passwd ]': ['[', '-f', '/etc/passwd', ']'],
      'ls *.c ~ a?': ['ls', '*.c', '~', 'a?'],
      'a \\\n b': ['a', 'b'],
      'a\nb\tc': ['a', 'b', 'c'],
    };
    for (const [text, expected] of Object.entries(words)) {
      const { command, entrypoint, timeout } = parseCheck(text);
      assert.deepEqual([command, entrypoint, timeout], [expected, 'replace', 60], text);
    }
    assert.equal(parseCheck(' php -v ').text, 'php -v');
    assert.equal(parseCheck("sh -c 'echo 1\necho 2'").text, "sh -c 'echo 1 ...");
  });

  test('a JSON array', () => {
    assert.deepEqual(parseCheck('["a b", "$c", ""]').command, ['a b', '$c', '']);
  });

  test('what is refused, and why', () => {
    const refused: Readonly<Record<string, RegExp>> = {
      '': /nothing to run/,
      '  ': /nothing to run/,
      "''": /nothing to run/,
      '[]': /nothing to run/,
      "a 'b": /single quote/,
      'a "b': /double quote/,
      'a \\': /backslash/,
      'a | b': /don't run in a shell.*"\|"/,
      'a > b': /don't run in a shell/,
      'a && b': /don't run in a shell/,
      'a $HOME': /don't run in a shell.*"\$"/,
      'a "$HOME"': /don't run in a shell/,
      'a "`b`"': /don't run in a shell/,
      'a $(b)': /don't run in a shell/,
      '["a", 1]': /not an array of texts/,
      '["a"': /not an array of texts/,
      'a\0b': /zero byte/,
    };
    for (const [text, message] of Object.entries(refused)) {
      assert.throws(() => parseCheck(text), { code: 'USAGE', message, hint: /sh -c/ }, text);
    }
  });

  test('what is quoted for people is what they would have to write', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary-ascii' }), { minLength: 1 }), (words) => {
        assert.deepEqual(shellWords(quoteWords(words)), { words });
      }),
    );
  });
});

describe('a file of checks', () => {
  test('everything that can be said', () => {
    const text = `
# a comment
- php -v
- command: [sh, -c, 'exit 3', 08]
  entrypoint: keep
  user: 1000:1000
  env: {A: b c, N: 1.10, E:}
  stdin: |
    one
    two
  workingDir: /srv
  network: bridge
  exitCode: 3
  timeout: 1.5
- timeout: 5
`;
    const common = { entrypoint: 'replace', timeout: 60 };
    assert.deepEqual(parseCheckFile(text, 'checks.yaml').checks, [
      { ...common, command: ['php', '-v'], text: 'php -v' },
      {
        command: ['sh', '-c', 'exit 3', '08'],
        text: "sh -c 'exit 3' 08",
        entrypoint: 'keep',
        user: '1000:1000',
        env: { A: 'b c', N: '1.10', E: '' },
        stdin: 'one\ntwo\n',
        workingDir: '/srv',
        network: 'bridge',
        exitCode: 3,
        timeout: 1.5,
      },
      { ...common, command: undefined, text: "the image's own command", timeout: 5 },
    ]);
  });

  test('JSON is YAML, too; and anchors work', () => {
    const json = JSON.stringify(['a', { command: 'b c', exitCode: 0 }], undefined, 2);
    assert.deepEqual(
      parseCheckFile(json, 'c.json').checks.map(({ command }) => command),
      [['a'], ['b', 'c']],
    );
    const anchors = '- command: a\n  env: &e {X: y}\n- {command: b, env: *e}\n';
    assert.deepEqual(parseCheckFile(anchors, 'c').checks[1]?.env, { X: 'y' });
  });

  test('what is wrong is told with the line', () => {
    const wrong: readonly (readonly [text: string, message: RegExp])[] = [
      ['', /^c\.yaml, line 1: there is no list/],
      ['command: a', /line 1: there is no list/],
      ['[]', /line 1: .*empty/],
      ['- a\n- 3\n', /line 2: a check is a command or a map/],
      ['- a\n- null\n', /line 2: a check is/],
      ['- a\n-\n  - b\n', /line 3: a check is/],
      ['- a\n- command: b\n  exit: 3\n', /line 3: a check has no field "exit"; its fields are command, .*exitCode/],
      ['- command: b\n  exitCode: 256\n', /line 2: a whole number from 0 to 255/],
      ['- command: b\n  exitCode: "3"\n', /line 2: a whole number/],
      ['- command: b\n  timeout: 0\n', /line 2: a number from/],
      ['- command: b\n  timeout: .inf\n', /line 2: a number from/],
      ['- command: b\n  entrypoint: none\n', /line 2: .*replace, keep/],
      ['- entrypoint: keep\n', /line 1: entrypoint is of use/],
      ['- command: b\n  network: container:x\n', /line 2: .*none, bridge, host/],
      ['- command: b\n  workingDir: srv\n', /line 2: .*absolute/],
      ['- command: b\n  user: ""\n', /line 2: a text/],
      ['- command: b\n  stdin: 3\n', /line 2: stdin is a text/],
      ['- command: b\n  env: [A=b]\n', /line 2: env is a map/],
      ['- command: b\n  env:\n    A: [b]\n', /line 3: the value of A/],
      ['- command: b\n  env:\n    "A=": b\n', /line 3: .*variable's name/],
      ['- a\n- "b | c"\n', /line 2: checks don.t run in a shell/],
      ['- command: []\n', /line 1: nothing to run|line 1: there is nothing/],
      ['- command:\n  - a\n  - [b]\n', /line 3: a word is a text/],
      ['- command: a\n  command: b\n', /line 2: .*unique/i],
      ['- a\n- "b\n', /line \d: /],
      ['- a\n---\n- b\n', /line \d: /],
      ['- *none\n', /line 1: /],
    ];
    for (const [text, message] of wrong) {
      assert.throws(() => parseCheckFile(text, 'c.yaml'), { code: 'USAGE', message }, text);
    }
  });
});
