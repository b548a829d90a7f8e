import type { Rule } from '../../engine/rule.ts';
import { directoriesNear } from '../../toolkit/places.ts';

const LIBRARY = /^libasound\.so/;

export const alsa: Rule = {
  name: 'alsa',
  summary: 'plays and records sound as alsa.conf says',
  default: 'on',
  trigger: { soname: LIBRARY },
  apply: (view) => ({
    paths: ['/etc/asound.conf'],
    trees: [
      ...view
        .names('/usr/share/alsa')
        .filter((name) => !/^(ucm2?|topology|init|utils\.sh|speaker-test)$/.test(name))
        .map((name) => `/usr/share/alsa/${name}`),
      '/etc/alsa',
    ],
  }),
};

/** With what they need (JACK, FFmpeg) they are a hundred times their own size. */
export const alsaPlugins: Rule = {
  name: 'alsa-plugins',
  summary: 'plays sound through servers and converters',
  default: 'off',
  trigger: { soname: LIBRARY },
  apply: (view, file) => ({ trees: directoriesNear(view, file, 'alsa-lib') }),
};
