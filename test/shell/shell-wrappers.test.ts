import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWords } from '../../src/shell/shell-commands.ts';

const CASES: readonly (readonly [script: string, commands: readonly string[]])[] = [
  ['sudo -u nobody id -un', ['sudo', 'id']],
  ['sudo -n id krill', ['sudo', 'id']],
  ['sudo --user=nobody A=b -- id', ['sudo', 'id']],
  ['sudo -u "$USER" -n id', ['sudo', 'id']],
  ['sudo -i -u whale sh -c "pwd -P; ls | sort"', ['sudo', 'sh', 'ls', 'sort']],
  ["su whale -c 'id -un; groups'", ['su', 'id', 'groups']],
  ['runuser -u whale -- ls krill', ['runuser', 'ls']],
  ['gosu "$USER" nginx -g daemon', ['gosu', 'nginx']],
  ['chroot /srv ls /krill', ['chroot', 'ls']],
  ['find . | xargs -0 -n 1 grep krill', ['find', 'xargs', 'grep']],
  ['exec -a whale nice -n 5 timeout -k 9 5s env -i A=b LANG=C sort krill', ['nice', 'timeout', 'env', 'sort']],
  ["flock -w 3 /run/lock -c 'ls; cat'", ['flock', 'ls', 'cat']],
  ['exec 3>&1; exec "$@"; nohup', ['nohup']],
];

for (const [script, commands] of CASES) {
  test(`the commands of ${script}`, () => {
    assert.deepEqual([...shellWords(script).commands].sort(), [...commands].sort());
  });
}
