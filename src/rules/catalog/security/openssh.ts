import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView } from '../../engine/rule.ts';
import { isLastingFile, mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedPaths } from '../../toolkit/places.ts';

const HOST_KEY = /\/ssh_host_[^/]*$/;

/** Host keys are left to the change layer: a private key that many images share identifies nobody. */
export const openssh: Rule = {
  name: 'openssh',
  summary: 'connects by SSH: settings, and the programs that ssh and sshd hand over to',
  default: 'on',
  trigger: { path: /(^|\/)(s?bin\/(ssh|sshd)|(openssh|ssh|libexec)\/(sshd-session|sshd-auth))$/ },
  eachFile: true,
  apply: (view, file) => {
    const isServer = baseName(file.entry.path) !== 'ssh';
    const name = isServer ? 'sshd_config' : 'ssh_config';
    const settings = readIncluding(view, [`/etc/ssh/${name}`, `/usr/etc/ssh/${name}`], includes);
    const text = [...settings.values()].join('\n');
    return {
      paths: [
        ...settings.keys(),
        ...(isServer ? ['/run/sshd', '/var/empty', '/var/empty/sshd', '/run/lock'] : []),
        `/etc/ssh/${name}.d`,
        ...helpers(view, isServer),
        ...[
          ...mentionedFiles(view, text),
          ...(isServer ? namedPaths(view, file) : []).filter((path) => isLastingFile(view, path)),
        ].filter((path) => !HOST_KEY.test(path) && !/\/(sh|passwd|xauth|ssh-askpass|ssh-sk-helper)$/.test(path)),
      ],
    };
  },
};

function includes(line: string): string[] {
  const [, list = ''] = /^\s*Include\s+(.+)$/i.exec(line) ?? [];
  return list.split(/\s+/).flatMap((path) => (path === '' ? [] : [path.startsWith('/') ? path : `/etc/ssh/${path}`]));
}

function helpers(view: RuleView, isServer: boolean): string[] {
  const names = isServer ? ['sshd-session', 'sshd-auth', 'sftp-server'] : ['ssh-keysign'];
  return ['/usr/lib/openssh', '/usr/libexec/openssh', '/usr/lib/ssh', '/usr/libexec', '/usr/local/libexec']
    .flatMap((directory) => names.map((name) => `${directory}/${name}`))
    .filter((path) => view.exists(path));
}
