import type { Rule } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { directoriesNear } from '../../toolkit/places.ts';

/** krb5.conf(5): `include`, `includedir`, and modules of [plugins] by absolute path. */
export const kerberos: Rule = {
  name: 'kerberos',
  summary: 'gets Kerberos tickets as /etc/krb5.conf says',
  default: 1_000_000,
  trigger: { soname: /^libkrb5\.so/ },
  apply: (view, file) => {
    const texts = readIncluding(view, ['/etc/krb5.conf', '/usr/local/etc/krb5.conf'], (line) => {
      const [, path] = /^\s*include(?:dir)?\s+(\/\S+)/.exec(line) ?? [];
      return path === undefined ? [] : [path];
    });
    return {
      paths: [
        ...texts.keys(),
        '/etc/krb5.conf.d',
        '/etc/krb5.keytab',
        ...mentionedFiles(view, [...texts.values()].join('\n')),
      ],
      trees: directoriesNear(view, file, 'krb5/plugins'),
    };
  },
};
