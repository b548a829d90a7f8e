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

const MORE: readonly (readonly [script: string, commands: readonly string[]])[] = [
  ['ls | xargs', ['ls', 'xargs', 'echo']],
  ['ls | xargs -n 1 echo', ['ls', 'xargs', 'echo']],
  ['find . -type f -exec echo {} \\; -exec sha256sum {} +', ['find', 'echo', 'sha256sum']],
  ['find . -execdir sh -c \'wc -l "$1"\' _ {} \\;', ['find', 'sh', 'wc']],
  ['find . -ok printf x \\;', ['find', 'printf']],
  ['env printf %s x', ['env', 'printf']],
  ["env -S 'A=b sort -u'", ['env', 'sort']],
  ['timeout 5 true', ['timeout', 'true']],
  ['exec echo x', ['echo']],
  ['nice test -f x; test -f y', ['nice', 'test']],
  ['command echo x; builtin echo y', []],
  ['command -v convert', []],
  ['/bin/echo x', ['/bin/echo']],
  ['watch "df -h | sort"', ['watch', 'df', 'sort']],
  ['watch -n 1 date', ['watch', 'date']],
  ["parallel 'gzip {}' ::: a b", ['parallel', 'gzip']],
  ['strace -f -e trace=file -o x ls', ['strace', 'ls']],
  ['unshare -r id', ['unshare', 'id']],
  ['taskset 0x1 sort x', ['taskset', 'sort']],
  ['chrt -f 10 sort x', ['chrt', 'sort']],
  ['tini -- redis-server --port 1', ['tini', 'redis-server']],
  ['xvfb-run -a -s "-screen 0 1x1x8" convert x', ['xvfb-run', 'convert']],
  ["faketime '2020-01-01' date", ['faketime', 'date']],
  ['start-stop-daemon --start --exec /usr/sbin/nginx -- -g x', ['start-stop-daemon', '/usr/sbin/nginx']],
  ['busybox wget x', ['busybox']],
  ["trap 'rm -f x' EXIT", ['rm']],
  ['eval "sort x | head"', ['sort', 'head']],
  ["script -qc 'ls -l' /dev/null", ['script', 'ls']],
  ['set -- redis-server "$@"; exec "$@"', ['redis-server']],
  ['CMD="gzip -9"; $CMD x', ['gzip']],
  ['TOOL=/usr/bin/convert; "$TOOL" x', ['/usr/bin/convert']],
  ['flock /tmp/l stat -c %a x', ['flock', 'stat']],
  ["flock -w 1 /tmp/l -c 'stat x'", ['flock', 'stat']],
  ['bash -o pipefail -c "ls | sort"', ['bash', 'ls', 'sort']],
  ['sh /srv/x -c ls', ['sh']],
  ['if a; then T=x; else T=y; fi; $T', ['a', 'x', 'y']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  ['${TOOL:-convert} x', ['convert']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  ['J=${JH:+$JH/bin/}java; "$J" x', ['java']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  ['A=(tar -c -z); "${A[@]}" x', ['tar']],
  ['F=$(command -v gawk || true); $F x', ['gawk']],
];

for (const [script, commands] of MORE) {
  test(`the commands of ${script}`, () => {
    assert.deepEqual([...shellWords(script).commands].sort(), [...commands].sort());
  });
}

test('what runs under another name is told only where it can be', () => {
  assert.equal(shellWords('"$TOOL" x').runsUnknown, true);
  assert.equal(shellWords('xargs "$TOOL" x').runsUnknown, true);
  assert.equal(shellWords('exec "$@"').runsUnknown, false);
  assert.equal(shellWords('TOOL=convert; "$TOOL" x').runsUnknown, false);
  assert.equal(
    shellWords('$TOOL x', { environment: (name) => (name === 'TOOL' ? 'wc' : undefined) }).runsUnknown,
    false,
  );
});
