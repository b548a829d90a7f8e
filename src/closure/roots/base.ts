import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { BasePurpose, Need } from '../../model/reason.ts';

/** What any program may expect of a Unix system, and why. Directories come without their contents. */
const BASE: readonly { readonly path: string; readonly what: BasePurpose }[] = [
  { path: '/etc/passwd', what: 'user-names' },
  { path: '/etc/group', what: 'group-names' },
  { path: '/etc/nsswitch.conf', what: 'name-lookup' },
  { path: '/etc/hosts', what: 'host-names' },
  { path: '/etc/host.conf', what: 'host-lookup' },
  { path: '/etc/gai.conf', what: 'address-order' },
  { path: '/etc/services', what: 'port-names' },
  { path: '/etc/protocols', what: 'protocol-names' },
  { path: '/etc/os-release', what: 'system-version' },
  { path: '/etc/debian_version', what: 'system-version' },
  { path: '/etc/alpine-release', what: 'system-version' },
  { path: '/etc/localtime', what: 'time-zone' },
  { path: '/etc/timezone', what: 'time-zone-name' },
  { path: '/tmp', what: 'temporary-files' },
  { path: '/var/tmp', what: 'temporary-files' },
  { path: '/run', what: 'sockets' },
  { path: '/run/lock', what: 'locks' },
  { path: '/var/run', what: 'sockets' },
  { path: '/var/lock', what: 'locks' },
  { path: '/var/log', what: 'logs' },
  { path: '/var/cache', what: 'caches' },
  { path: '/var/lib', what: 'state' },
  { path: '/root', what: 'home-of-root' },
  { path: '/home', what: 'homes' },
  { path: '/dev', what: 'mount-point' },
  { path: '/proc', what: 'mount-point' },
  { path: '/sys', what: 'mount-point' },
];

/** The links that merge / and /usr: programs name files by either path. */
const MERGED = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** The short list of what every image gets, where the container has it. */
export function baseRoots({ tree }: AnalysisView): Need[] {
  const needs = BASE.map(({ path, what }): Need => ({ path, reason: { kind: 'base', what } }));
  for (const path of MERGED) {
    if (tree.resolve(path, { followLast: false }).entry?.type === 'symlink') {
      needs.push({ path, reason: { kind: 'base', what: 'merged-usr' } });
    }
  }
  return needs;
}
