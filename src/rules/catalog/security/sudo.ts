import type { Rule } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedDirectories } from '../../toolkit/places.ts';

/** sudo loads its policy from its plugin directory (sudo.conf(5)); the policy reads sudoers(5). */
export const sudo: Rule = {
  name: 'sudo',
  summary: 'lets users run programs as /etc/sudoers says',
  default: 'on',
  trigger: { path: /(^|\/)s?bin\/(sudo|visudo)$/ },
  apply: (view, file) => {
    const sudoers = readIncluding(view, ['/etc/sudoers', '/usr/local/etc/sudoers'], (line) => {
      const [, path] = /^\s*[#@]include(?:dir)?\s+"?([^\s"]+)/.exec(line) ?? [];
      return path === undefined ? [] : [path.startsWith('/') ? path : `/etc/${path}`];
    });
    const configuration = view.text('/etc/sudo.conf');
    const [, directory] = /^[ \t]*Path\s+plugin_dir\s+(\S+)/m.exec(configuration) ?? [];
    return {
      paths: [
        '/etc/sudo.conf',
        '/etc/sudoers.d',
        '/var/lib/sudo',
        '/var/db/sudo',
        '/run/sudo',
        ...sudoers.keys(),
        ...mentionedFiles(view, configuration),
      ],
      trees: [
        ...namedDirectories(view, file).filter((path) => /\/(lib|libexec)\/.*sudo$/.test(path)),
        ...(directory === undefined ? [] : [directory]),
      ],
    };
  },
};
