import { addCommandLine } from './command-line.ts';
import { contentLines, type TextFormat } from './text-format.ts';

/** `command=` of programs and event listeners (supervisord.org/configuration.html), `cmd =` of circus's watchers. */
export const supervisor: TextFormat = {
  name: 'supervisor',
  files: /(^|\/)(supervisord?|circus)[^/]*\/.*\.(conf|ini)$|(^|\/)(supervisord?|circus)[^/]*\.(conf|ini)$/,
  read: (text, sheet) => {
    let section = '';
    for (const line of contentLines(text)) {
      section = /^\s*\[([^\]]*)\]/.exec(line)?.[1] ?? section;
      const [, value] = /^\s*(?:command|cmd)\s*=\s*(\S.*)$/.exec(line) ?? [];
      if (value === undefined || !/^(program|eventlistener|fcgi-program|watcher):/.test(section)) continue;
      addCommandLine(value.replace(/\s;.*$/, ''), sheet);
    }
  },
};
