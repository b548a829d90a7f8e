import type { Rule } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { directoriesNear } from '../../toolkit/places.ts';

const SETTINGS = ['/etc/samba/smb.conf', '/etc/samba/lmhosts', '/usr/local/samba/etc/smb.conf'];

export const samba: Rule = {
  name: 'samba',
  summary: 'reads smb.conf',
  default: 'on',
  trigger: { soname: /^libsmbconf\.so|^libsmbclient\.so/ },
  apply: (view) => {
    const texts = readIncluding(view, SETTINGS, (line) => {
      const [, path] = /^\s*include\s*=\s*(\/\S+)/.exec(line) ?? [];
      return path === undefined ? [] : [path];
    });
    return { paths: [...texts.keys(), ...mentionedFiles(view, [...texts.values()].join('\n'))] };
  },
};

/** Its modules are in directories of one kind each, beside libraries that headers name. */
export const sambaModules: Rule = {
  name: 'samba-modules',
  summary: 'serves SMB and Active Directory: modules of all kinds',
  default: 8_000_000,
  eachFile: true,
  trigger: { path: /(^|\/)sbin\/(smbd|nmbd|winbindd|samba)$/ },
  packages: /^samba(-vfs|-dsdb)-modules$/,
  apply: (view, file) => ({
    paths: ['/var/lib/samba', '/var/lib/samba/private', '/var/cache/samba', '/var/log/samba', '/run/samba'],
    // Scripts beside them, and the services of a domain controller, need Python.
    trees: [
      ...[...directoriesNear(view, file, 'samba'), '/usr/libexec/samba'].flatMap((at) =>
        view
          .names(at)
          .filter(
            (name) => !(file.entry.path.endsWith('/samba') ? /\.|script/ : /\.|script|^(bind9|service)$/).test(name),
          )
          .map((name) => `${at}/${name}`),
      ),
      ...directoriesNear(view, file, 'ldb'),
    ],
  }),
};
