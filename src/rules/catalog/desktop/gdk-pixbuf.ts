import type { Rule } from '../../engine/rule.ts';
import { directoriesNear } from '../../toolkit/places.ts';

/** The directory with loaders and their generated cache is named after the library's binary version, 2.10.0 to date. */
export const gdkPixbuf: Rule = {
  name: 'gdk-pixbuf',
  summary: 'reads kinds of images by loaders',
  default: 1_000_000,
  trigger: { soname: /^libgdk_pixbuf-2\.0\.so/ },
  apply: (view, file) => ({
    trees: directoriesNear(view, file, 'gdk-pixbuf-2.0').flatMap((at) =>
      view
        .names(at)
        .filter((name) => /^\d/.test(name))
        .map((version) => `${at}/${version}`),
    ),
  }),
};
