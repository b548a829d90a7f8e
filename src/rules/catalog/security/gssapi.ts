import type { Rule } from '../../engine/rule.ts';
import { readIncluding } from '../../toolkit/configuration.ts';
import { directoriesNear } from '../../toolkit/places.ts';

/** mech(5): a mechanism, its object identifier, and the library that has it, alone or by absolute path. */
export const gssapi: Rule = {
  name: 'gssapi',
  summary: 'finds GSS-API mechanisms as /etc/gss says',
  default: 'on',
  trigger: { soname: /^libgssapi(_krb5)?\.so/ },
  apply: (view, file) => {
    const texts = readIncluding(view, ['/etc/gss/mech', '/etc/gss/mech.d', '/usr/etc/gss/mech.d'], () => []);
    const libraries = [...texts.values()]
      .flatMap((text) => text.split('\n'))
      .flatMap((line) => /^\s*[^#\s]+\s+[\d.]+\s+(\S+)/.exec(line)?.[1] ?? []);
    const directories = directoriesNear(view, file, 'gss');
    return {
      paths: [...texts.keys(), '/etc/gss/mech.d', ...directories.flatMap((at) => libraries.map((n) => `${at}/${n}`))],
      libraries: libraries.filter((name) => name.startsWith('/')),
    };
  },
};
