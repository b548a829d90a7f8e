import { addCommandLine } from './command-line.ts';
import { contentLines, type TextFormat } from './text-format.ts';

/** `Exec*=` of systemd's units (systemd.service(5)), of which the prefixes say how and not what. */
export const systemdUnit: TextFormat = {
  name: 'systemd unit',
  files: /\.(service|socket|mount|swap)(\.d\/[^/]+\.conf)?$|\.desktop$/,
  read: (text, sheet) => {
    for (const line of contentLines(text)) {
      const [, value] = /^\s*(?:Exec\w*)\s*=\s*[@\-:+!|]*(\/?\S.*)$/.exec(line) ?? [];
      if (value !== undefined) for (const one of value.split(/\s;\s/)) addCommandLine(one.replace(/%\w/g, 'x'), sheet);
    }
  },
};

/** `id:levels:action:process` of sysvinit's and busybox's init. */
export const inittab: TextFormat = {
  name: 'inittab',
  files: /(^|\/)inittab$/,
  read: (text, sheet) => {
    for (const line of contentLines(text)) {
      const [, process] = /^[^:]*:[^:]*:[^:]*:[-+]*\s*(\S.*)$/.exec(line) ?? [];
      if (process !== undefined) sheet.add('scripts', process);
    }
  },
};

/** `name: command` of foreman, honcho and their like. */
export const procfile: TextFormat = {
  name: 'Procfile',
  files: /(^|\/)Procfile[^/]*$/,
  read: (text, sheet) => {
    for (const line of contentLines(text)) {
      const [, command] = /^[\w-]+:\s*(\S.*)$/.exec(line) ?? [];
      if (command !== undefined) sheet.add('scripts', command);
    }
  },
};

/** Command lines of s6-rc, and scripts of execline: a program that runs the next one, and so on. */
export const execline: TextFormat = {
  name: 'execline',
  files: /(^|\/)s6-rc\.d\/[^/]+\/(up|down)$/,
  read: (text, sheet) => {
    for (const line of contentLines(text, /^\s*#/)) {
      for (const word of line.split(/[\s{}"]+/)) if (/^[\w./+-]+$/.test(word)) sheet.add('lookups', word);
    }
  },
};
