import { mentionsAny } from '../../../elf/strings.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';

const LOOKUPS =
  `getpwnam getpwuid getpwnam_r getpwuid_r getpwent getgrnam getgrgid getgrnam_r getgrgid_r getgrent getgrouplist
  initgroups getspnam getspnam_r getaddrinfo getnameinfo gethostbyname gethostbyname_r gethostbyname2 gethostbyname2_r
  gethostbyaddr gethostbyaddr_r getservbyname getservbyname_r getservbyport getservbyport_r getprotobyname getnetgrent
  innetgr getnetbyname`.split(/\s+/);

/** Names of users, groups, hosts and services: nsswitch.conf names the modules (nsswitch.conf(5)). */
export const nss: Rule = {
  name: 'nss',
  summary: 'looks up users, groups, hosts and services as /etc/nsswitch.conf says',
  default: 'on',
  trigger: { imports: LOOKUPS, contains: ['/etc/nsswitch.conf', 'libnss_%s'] },
  packages: /^libidn2(-0)?$/,
  eachFile: true,
  per: ({ elf, entry }) => (elf?.dynamic === true ? '' : entry.path),
  apply: (view, file) => ({
    paths: [
      '/etc/nsswitch.conf',
      '/etc/passwd',
      '/etc/group',
      '/etc/hosts',
      '/etc/services',
      '/etc/protocols',
      '/etc/resolv.conf',
    ],
    libraries: !opensModules(file, view)
      ? []
      : [...services(view.text('/etc/nsswitch.conf'))].map((service) => `libnss_${service}.so.2`),
  }),
};

/** Go's resolver reads the files by itself; a program with glibc linked in opens the modules, too. */
function opensModules({ elf, entry }: TriggerFile, view: RuleView): boolean {
  return elf?.dynamic === true || (elf !== undefined && mentionsAny(view.content.content(entry), elf, ['libnss_%s']));
}

/** The words of nsswitch.conf that name modules; `files` and `dns` where it says nothing. */
function services(text: string): Set<string> {
  const words = new Set(['files', 'dns']);
  for (const line of text.split('\n')) {
    const [, list] = /^\s*\w+:(.*)$/.exec(line.replace(/#.*/, '')) ?? [];
    for (const word of withoutActions(list ?? '').split(/\s+/)) if (/^\w+$/.test(word)) words.add(word);
  }
  return words;
}

/** Between two services stand actions such as `[NOTFOUND=return]`. */
function withoutActions(list: string): string {
  const [first = '', ...rest] = list.split('[');
  return [first, ...rest.map((part) => part.slice(part.indexOf(']') + 1))].join(' ');
}
