/** Words of a command, each undefined where it is not plain text. */
export type CommandWords = readonly (string | undefined)[];

/** How a command holds another one: its options that take a value of their own, and its operands before that command. */
interface Wrapper {
  readonly valued: ReadonlySet<string>;
  readonly operands: number;
}

/** name, options with a value in the next word, operands: from the manual pages. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map(
  [
    'exec -a',
    'command',
    'builtin',
    'env -u -C --unset --chdir',
    'nohup',
    'nice -n --adjustment',
    'ionice -c -n --class --classdata',
    'chrt -T -P -D --sched-runtime --sched-period --sched-deadline 1',
    'taskset 1',
    'numactl -m -N -C -i --membind --cpunodebind --physcpubind --interleave',
    'prlimit',
    'setsid',
    'time -f -o --format --output',
    'timeout -k -s --kill-after --signal 1',
    'stdbuf -i -o -e --input --output --error',
    'unbuffer',
    'xargs -a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-chars --max-procs --replace',
    'parallel -j -P -a -S -n -N --jobs --arg-file --colsep --joblog --timeout --retries --delay',
    'sem -j --id',
    'sudo -a -C -c -D -g -h -p -R -r -T -t -U -u --chdir --chroot --group --host --prompt --user --other-user',
    'doas -C -u',
    'chroot 1',
    'runuser -g -G -u -w --group --supp-group --user --whitelist-environment',
    'setpriv --reuid --ruid --euid --regid --rgid --egid --groups --inh-caps --ambient-caps --bounding-set',
    'capsh',
    'flock -E -w --conflict-exit-code --timeout 1',
    'su-exec 1',
    'gosu 1',
    'setuidgid 1',
    's6-setuidgid 1',
    's6-envdir 1',
    's6-env',
    's6-softlimit',
    'envdir 1',
    'envuidgid 1',
    'softlimit -a -c -d -f -l -m -n -o -p -r -s -t',
    'chpst -u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -t',
    'setlock 1',
    'with-contenv',
    'fdmove 2',
    'foreground',
    'background',
    'tini -p -e',
    'tini-static -p -e',
    'docker-init -p -e',
    'catatonit',
    'dumb-init -r --rewrite',
    'pid1',
    'strace -e -o -p -s -u -E -P -a -b -I -O -S -X',
    'ltrace -e -o -p -s -u -x -l -n -a -A',
    'watch -n --interval',
    'unshare -S -G -R -w --setuid --setgid --root --wd --propagation',
    'nsenter -t -S -G --target --setuid --setgid',
    'ip',
    'setarch 1',
    'linux32',
    'linux64',
    'dbus-run-session --config-file --dbus-daemon',
    'dbus-launch --config-file',
    'xvfb-run -e -f -n -p -s -w --error-file --auth-file --server-num --xauth-protocol --server-args --wait',
    'faketime -f 1',
    'fakeroot -l -s -i -b',
    'fakechroot',
    'eatmydata',
    'torsocks',
    'tsocks',
    'proxychains -f',
    'proxychains4 -f',
    'run-one',
    'chronic',
    'cpulimit -l -e -p --limit',
    'valgrind',
    'gdb --args',
    'catchsegv',
    'systemd-run',
    'systemd-cat',
    'bundle 1',
    'poetry 1',
    'pipenv 1',
    'uv 1',
    'newrelic-admin 1',
    'npx -p --package',
    'ddtrace-run',
    'opentelemetry-instrument',
    'pm2-runtime',
    'coproc',
    'not',
    'busybox',
    'toybox',
  ].map((line) => {
    const [name = '', ...words] = line.split(' ');
    const operands = Number(words.find((word) => /^\d$/.test(word)) ?? 0);
    return [name, { valued: new Set(words.filter((word) => word.startsWith('-'))), operands }];
  }),
);

/** Wrappers that the shell itself acts on: what they hold may be a builtin or a function. */
const BY_SHELL = /^(command|builtin|time|coproc|not)$/;
/** What has the programs that it runs in itself. */
const MULTI_CALL = /^(busybox|toybox)$/;
/** Programs with `-c SCRIPT`. */
const SHELLS = /^((ba|da|z|k|mk|a|pdk|y)?sh|su|runuser|flock|script|sg|newgrp)$/;

/** What a command holds: further commands, and texts that a shell runs. */
export interface Held {
  readonly commands: readonly { readonly words: CommandWords; readonly byShell: boolean; readonly present: boolean }[];
  readonly scripts: readonly string[];
}

/** Words of a command that are looked through for further commands. */
const MOST_WORDS = 256;

/** Stands for a script's own arguments: what runs them is the caller's to tell. */
export const OWN_ARGUMENTS = '\x03';

const NOTHING: Held = { commands: [], scripts: [] };

/** The last component of a command's name. */
function commandName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** The commands and scripts that a command's arguments hold. */
export function heldBy(words: CommandWords, byShell: boolean): Held {
  const [name = '', ...rest] = words;
  const last = commandName(name);
  const scripts = [...scriptArguments(last, rest)];
  const options = new Set(rest);
  if (last === 'find') return { commands: findActions(rest), scripts };
  if (last === 'start-stop-daemon') return { commands: startStopDaemon(rest), scripts };
  if (last === 'set') {
    const at = rest.indexOf('--');
    return at < 0 ? NOTHING : { commands: [{ words: rest.slice(at + 1), byShell: false, present: true }], scripts };
  }
  if (scripts.length > 0 && (SHELLS.test(last) || last === 'env')) return { commands: [], scripts };
  if (byShell && last === 'command' && (options.has('-v') || options.has('-V'))) return NOTHING;
  const inner = wrapped(WRAPPERS.get(last), rest);
  const holds = [{ words: inner, byShell: byShell && BY_SHELL.test(name), present: !MULTI_CALL.test(last) }];
  // Without a command of its own it runs echo (xargs(1)).
  if (last === 'xargs' && inner.length === 0)
    return { commands: [{ words: ['echo'], byShell: false, present: true }], scripts };
  if (inner.length === 0) return { commands: [], scripts };
  // A whole line in one word goes to a shell: watch(1), parallel(1).
  if (/^(watch|parallel|sem)$/.test(last) && inner[0]?.includes(' ')) return { commands: [], scripts: [inner[0]] };
  return { commands: holds, scripts };
}

/** The place of a program's own `-c`, not of one that belongs to what it runs; -1 where there is none. */
function ownScriptOption(name: string, rest: CommandWords): number {
  const at = rest.findIndex((word) => word !== undefined && (/^-[a-zA-Z]*c$/.test(word) || word === '--command'));
  if (/^(su|script|sg|newgrp)$/.test(name)) return at;
  const wrapper = WRAPPERS.get(name);
  if (wrapper !== undefined) return at < rest.length - wrapped(wrapper, rest).length ? at : -1;
  const isOwn = rest.slice(0, Math.max(0, at)).every((word, index) => {
    const isValue = /^([-+][oO]|--rcfile|--init-file)$/.test(rest[index - 1] ?? '');
    // execlp("sh", "sh", "-c", ...) has its name twice.
    return isValue || word === undefined || /^[-+]/.test(word) || commandName(word) === name;
  });
  return isOwn ? at : -1;
}

function* scriptArguments(name: string, rest: CommandWords): Generator<string> {
  if (SHELLS.test(name)) {
    const at = ownScriptOption(name, rest);
    const script = at < 0 ? undefined : rest.slice(at + 1).find((word) => word === undefined || !/^-/.test(word));
    const joined = rest.find((word) => word?.startsWith('--command='));
    if (script !== undefined) yield script;
    if (joined !== undefined) yield joined.slice('--command='.length);
  } else if (name === 'eval') {
    if (rest.every((word) => word !== undefined)) yield rest.join(' ');
    else if (rest[0] !== undefined) yield rest[0];
  } else if (name === 'trap' && rest[0] !== undefined && !/^-/.test(rest[0])) {
    yield rest[0];
  } else if (name === 'env') {
    const at = rest.findIndex((word) => word !== undefined && /^(-[a-zA-Z]*S|--split-string(=|$))/.test(word));
    if (at < 0) return;
    const word = (rest[at] ?? '').replace(/^(-[a-zA-Z]*S|--split-string=?)/, '');
    const split = word === '' ? rest[at + 1] : word;
    if (split !== undefined) yield `env ${split}`;
  }
}

/** `-exec COMMAND ;` and its like (find(1)). */
function findActions(words: CommandWords): Held['commands'] {
  const rest = words.slice(0, MOST_WORDS);
  return rest.flatMap((word, at) =>
    word !== undefined && /^-(exec|execdir|ok|okdir)$/.test(word)
      ? [{ words: untilEnd(rest.slice(at + 1)), byShell: false, present: true }]
      : [],
  );
}

function untilEnd(words: CommandWords): CommandWords {
  const end = words.findIndex((word) => word === ';' || word === '+');
  return end < 0 ? words : words.slice(0, end);
}

function startStopDaemon(rest: CommandWords): Held['commands'] {
  return rest.flatMap((word, at) => {
    const [, joined] = /^--(?:exec|startas)=(.*)$/.exec(word ?? '') ?? [];
    const program = joined ?? (/^(-x|-a|--exec|--startas)$/.test(word ?? '') ? rest[at + 1] : undefined);
    return program === undefined ? [] : [{ words: [program], byShell: false, present: true }];
  });
}

/** The words of the command that a wrapper's arguments hold; empty where there is none. */
function wrapped(wrapper: Wrapper | undefined, words: CommandWords): CommandWords {
  let operands = wrapper?.operands ?? 0;
  for (let at = 0; wrapper !== undefined && at < words.length; at++) {
    const word = words[at];
    if (word !== undefined && wrapper.valued.has(word)) at++;
    else if (word !== undefined && (word.startsWith('-') || /^\w+=/.test(word))) continue;
    else if (operands > 0) operands--;
    else return words.slice(at);
  }
  return [];
}
