import type { Rule } from '../../engine/rule.ts';

const SHARE = '/usr/share/X11';

/** Names of locales and errors; the tables of composed characters are large, and only this one is common. */
export const x11: Rule = {
  name: 'x11',
  summary: 'talks to X servers: locales and texts of errors',
  default: 'on',
  trigger: { soname: /^libX11\.so/ },
  packages: /^libx11-(data|common)$/,
  apply: () => ({
    paths: [
      ...['XErrorDB', 'XKeysymDB', 'rgb.txt', 'Xcms.txt'].map((name) => `${SHARE}/${name}`),
      ...['locale.dir', 'locale.alias', 'compose.dir'].map((name) => `${SHARE}/locale/${name}`),
      ...['C', 'en_US.UTF-8', 'iso8859-1'].map((name) => `${SHARE}/locale/${name}/XLC_LOCALE`),
    ],
  }),
};

export const x11Input: Rule = {
  name: 'x11-input',
  summary: 'composes characters typed in all X locales',
  default: 'off',
  trigger: x11.trigger,
  apply: () => ({ trees: [`${SHARE}/locale`] }),
};
