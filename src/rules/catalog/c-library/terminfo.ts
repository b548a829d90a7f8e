import { environmentValue } from '../../../model/image-config.ts';
import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, namesMatching } from '../../toolkit/tree-paths.ts';

/** Terminals that people sit at: those of Debian's ncurses-base, less its hardware. */
const COMMON =
  /^(ansi|dumb|linux|cygwin|hurd|(vt52|vt100|vt102|vt220)|xterm(-(16color|256color|color|mono|r5|r6|vt220|xfree86|kitty|ghostty|direct))?|screen(-256color|[.-]xterm-256color|-bce|-s|-w)?|tmux(-256color)?|rxvt(-basic|-unicode|-unicode-256color)?|alacritty|foot|kitty|konsole|gnome|vte|putty|iterm2|wezterm|st-256color)$/;

const DIRECTORIES = [
  '/etc/terminfo',
  '/lib/terminfo',
  '/usr/lib/terminfo',
  '/usr/share/terminfo',
  '/usr/local/share/terminfo',
];

/** terminfo(5): one file a terminal, in a directory named by its first letter (or its number, on macOS). */
export const terminfo: Rule = {
  name: 'terminfo',
  summary: 'describes the usual terminals',
  default: 'on',
  packages: /^ncurses-(base|bin|term|terminfo.*)$/,
  trigger: {
    soname: /^lib(tinfo|ncurses)w?\.so/,
    imports: ['setupterm', 'tgetent'],
    mentions: ['/usr/share/terminfo', '/lib/terminfo'],
    contains: ['/usr/share/terminfo', '/lib/terminfo'],
  },
  apply: (view) => {
    const own = environmentValue(view.run, 'TERM');
    const letters = [...DIRECTORIES, ...environmentPaths(view, ['TERMINFO', 'TERMINFO_DIRS'])].flatMap((at) =>
      namesMatching(view, at, /^(.|[0-9a-f]{2})$/),
    );
    return {
      paths: letters.flatMap((at) => [
        ...namesMatching(view, at, COMMON),
        ...(own === undefined || own.includes('/') ? [] : [`${at}/${own}`].filter((path) => view.exists(path))),
      ]),
    };
  },
};
