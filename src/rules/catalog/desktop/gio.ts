import type { Rule } from '../../engine/rule.ts';
import { directoriesNear } from '../../toolkit/places.ts';

/** Modules count with their cache; of the schemas and of the types of files only what is compiled is read. */
export const gio: Rule = {
  name: 'gio',
  summary: 'loads GIO modules (TLS, settings, proxies), settings schemas and types of files',
  default: 1_000_000,
  trigger: { soname: /^libgio-2\.0\.so/ },
  apply: (view, file) => ({
    paths: ['/usr/local/share', '/usr/share'].flatMap((share) => [
      `${share}/glib-2.0/schemas/gschemas.compiled`,
      `${share}/mime/mime.cache`,
      `${share}/applications/mimeinfo.cache`,
    ]),
    trees: [...directoriesNear(view, file, 'gio/modules'), '/etc/glib-2.0/settings'],
  }),
};
