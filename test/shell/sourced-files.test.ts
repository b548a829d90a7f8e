import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWords } from '../../src/shell/shell-commands.ts';

/** What a script reads in by a whole path or a relative one, and by a path from its own directory. */
function read(script: string): { sourced: readonly string[]; beside: readonly string[] } {
  const { sourced, beside } = shellWords(script);
  return { sourced, beside };
}

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own */
test('files that are read in, in the forms in which scripts name them', () => {
  const whole: readonly (readonly [string, string])[] = [
    ['. /etc/x.sh', '/etc/x.sh'],
    ['source ./x.sh', './x.sh'],
    ['for f in /d/*.sh; do . "$f"; done', '/d/*.sh'],
    ['for f in /d/*.sh; do [ -r "$f" ] && source $f; done', '/d/*.sh'],
    ['D=/opt/lib; . "$D/x.sh"', '/opt/lib/x.sh'],
    ['. "${D:-/opt}/x.sh"', '/opt/x.sh'],
    ['. "$PWD/x.sh"', './x.sh'],
  ];
  for (const [script, path] of whole) assert.deepEqual(read(script).sourced, [path], script);
});

test('files beside the script itself', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['. "$(dirname "$0")/lib/x.sh"', 'lib/x.sh'],
    ['. `dirname $0`/x.sh', 'x.sh'],
    ['. "${0%/*}/x.sh"', 'x.sh'],
    ['source "${BASH_SOURCE%/*}/x.sh"', 'x.sh'],
    ['source "${BASH_SOURCE[0]%/*}/../x.sh"', '../x.sh'],
    ['source "$(dirname -- "$(readlink -f -- "$0")")/x.sh"', 'x.sh'],
    ['D=$(cd "$(dirname "$0")" && pwd); . "$D/x.sh"', 'x.sh'],
    ['D="$( cd -- "$( dirname -- "${BASH_SOURCE[0]}" )" &> /dev/null && pwd -P )"; . $D/x.sh', 'x.sh'],
    ['D=$(cd "$(dirname "$0")/.." && pwd); . "$D/x.sh"', '../x.sh'],
    ['D=$(dirname "$(realpath "$0")"); for f in "$D"/lib/*.sh; do . "$f"; done', 'lib/*.sh'],
    ['exec "$(dirname "$0")/run" x', 'run'],
  ];
  for (const [script, path] of cases) assert.ok(read(script).beside.includes(path), script);
});
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own */

test('a `find` in a `find` does not take forever', () => {
  const started = performance.now();
  shellWords(`${'find . -exec '.repeat(2_000)} ls`);
  shellWords('a=x; '.repeat(100) + 'b="$a$a$a$a$a$a$a$a"; a="$b$b$b"; '.repeat(30));
  assert.ok(performance.now() - started < 5000);
});
