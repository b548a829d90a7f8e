import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { Need } from '../../model/reason.ts';

/** What any program may expect of a Unix system, and why. Directories come without their contents. */
const BASE: readonly { readonly path: string; readonly why: string }[] = [
  { path: '/etc/passwd', why: 'names of users' },
  { path: '/etc/group', why: 'names of groups' },
  { path: '/etc/nsswitch.conf', why: 'where names are looked up' },
  { path: '/etc/hosts', why: 'names of hosts' },
  { path: '/etc/host.conf', why: 'how hosts are looked up' },
  { path: '/etc/gai.conf', why: 'order of addresses' },
  { path: '/etc/services', why: 'names of ports' },
  { path: '/etc/protocols', why: 'names of protocols' },
  { path: '/etc/os-release', why: 'what system this is; scanners ask' },
  { path: '/etc/debian_version', why: 'what system this is; scanners ask' },
  { path: '/etc/alpine-release', why: 'what system this is; scanners ask' },
  { path: '/etc/localtime', why: 'the time zone' },
  { path: '/etc/timezone', why: "the time zone's name" },
  { path: '/tmp', why: 'temporary files' },
  { path: '/var/tmp', why: 'temporary files' },
  { path: '/run', why: 'sockets and pid files' },
  { path: '/run/lock', why: 'lock files' },
  { path: '/var/run', why: 'sockets and pid files' },
  { path: '/var/lock', why: 'lock files' },
  { path: '/var/log', why: 'log files' },
  { path: '/var/cache', why: 'caches' },
  { path: '/var/lib', why: 'state' },
  { path: '/root', why: "root's home" },
  { path: '/home', why: "users' homes" },
  { path: '/dev', why: 'mount point' },
  { path: '/proc', why: 'mount point' },
  { path: '/sys', why: 'mount point' },
];

/** The links that merge / and /usr: programs name files by either path. */
const MERGED = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** The short list of what every image gets, where the container has it. */
export function baseRoots({ tree }: AnalysisView): Need[] {
  const needs = BASE.map(({ path, why }): Need => ({ path, reason: { rule: `base: ${why}`, by: null } }));
  for (const path of MERGED) {
    if (tree.resolve(path, { followLast: false }).entry?.type === 'symlink') {
      needs.push({ path, reason: { rule: 'base: merged /usr', by: null } });
    }
  }
  return needs;
}
