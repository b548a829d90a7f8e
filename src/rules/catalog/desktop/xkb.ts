import type { Rule } from '../../engine/rule.ts';

/** Geometries are for servers and pictures of keyboards; a compiled keymap has none. */
export const xkb: Rule = {
  name: 'xkb',
  summary: 'reads keyboard layouts',
  default: 4_000_000,
  trigger: { soname: /^libxkbcommon\.so|^libxkbfile\.so/, path: /(^|\/)bin\/xkbcomp$/ },
  packages: /^(xkb-data|xkeyboard-config)$/,
  apply: () => ({
    paths: ['/usr/share/X11/xkb'],
    trees: ['compat', 'keycodes', 'rules', 'symbols', 'types'].flatMap((name) =>
      ['/usr/share/X11/xkb', '/etc/xkb', '/usr/share/xkeyboard-config-2'].map((root) => `${root}/${name}`),
    ),
  }),
};
