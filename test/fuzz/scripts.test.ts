import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envProgram, parseShebang } from '../../src/programs/script.ts';
import { shellWords } from '../../src/shell/shell-commands.ts';
import { check, soup } from './budget.ts';

const LANGUAGE = [
  ...'if |then |else |elif |fi|while |until |for a in |do |done|case x in |a) |;;|esac|{ |}|( |)|function f |f() |time |! |coproc |select x in '.split(
    '|',
  ),
  ..."$(|$((|))|${|${a:-|`|\"|'|$'|<(|>(|<<E|<<-'E'|\nE\n|<<<|[[ |]]|=~|&&|;|&|\n|\\\n|# |>| > /dev/null|2>&1|$[|a=(|a[1]=|@(|*|~".split(
    '|',
  ),
  ...'echo |/bin/ls |sh -c |. /etc/x |exec |env A=b |xargs |sudo |\0|\r|é|\xff|{a,b}|{1..9}| '.split('|'),
];

test('any text is read as a shell script, and gives nothing but words of it', () => {
  check(soup(LANGUAGE), 3000, (text) => {
    const { commands, paths, sourced } = shellWords(text);
    for (const word of [...commands, ...paths, ...sourced])
      assert.ok(typeof word === 'string' && word.length <= text.length);
    assert.ok(paths.every((path) => path.startsWith('/')));
  });
});

/** Openings that are never closed, chains, and the like: an eighth of what is read of a script at all. */
const PIECES =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  '(|{ |$(|"$(|`|$((|${a:-|"${a:-|if |while a; do |case a in a) |a \\| |a && |a;|cat <<E\n|<<E |"|\'|\\|! |f() |f(){ |@(|[[ ( |<(|a{|{a,|a |a=(|((1+|((1?|a[|\n|# a\n|if a; then b; elif |>|&|coproc |time |<<|cat <<E\n$(cat <<E\n|$[|$\'|$"|\0|[[ a && |a$(a)|`a`|${a}|a=b |$(a |"$(a "|<<E\nE\n'
    .split(/(?<!\\)\|/)
    .map((piece) => piece.replaceAll('\\|', '|'));

test('scripts without an end neither hang nor overflow', () => {
  for (const piece of PIECES) {
    const started = performance.now();
    shellWords(piece.repeat(Math.ceil((1 << 15) / piece.length)));
    const took = performance.now() - started;
    assert.ok(took < 4000, `${JSON.stringify(piece)}: ${Math.round(took)} ms`);
  }
});

test('what stands before the trouble is still read', () => {
  const { commands } = shellWords(`/bin/first; second\n${'a && '.repeat(30_000)} last`);
  assert.deepEqual(commands, ['/bin/first', 'second', 'a', 'last']);
  assert.deepEqual(shellWords(`first\n${'"$(a '.repeat(20_000)}`).commands.slice(0, 1), ['first']);
});

test('a first line of any bytes', () => {
  check(
    soup([
      '#!',
      '#! ',
      '/usr/bin/env',
      ' ',
      '\t',
      '-S',
      '-vS',
      '-i',
      '-u',
      'A=b',
      '--',
      "'",
      '"',
      '\\',
      '\r',
      '\n',
      '\0',
      'sh',
    ]),
    3000,
    (text) => {
      const line = parseShebang(text);
      if (line === undefined) return;
      assert.ok(text.startsWith('#!') && line.interpreter !== '' && !/[\n\0 \t]/.test(line.interpreter));
      const program = envProgram(line.argument);
      assert.ok(program === undefined || line.argument.includes(program.slice(0, 1)));
    },
  );
  for (const piece of [' ', '\t', "'", '"', 'A=b ', '-S ', '-u ']) envProgram(`-S${piece.repeat(200_000)}`);
});
