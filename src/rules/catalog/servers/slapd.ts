import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { readIncluding } from '../../toolkit/configuration.ts';
import { namedDirectories, stateDirectories } from '../../toolkit/places.ts';

const SETTINGS = ['/etc/ldap', '/etc/openldap'];

/** Modules by `moduleload` of slapd.conf(5) or `olcModuleLoad` of slapd-config(5); libltdl tries a name's endings. */
export const slapd: Rule = {
  name: 'slapd',
  summary: 'serves LDAP: schemas, and the modules that the configuration loads',
  default: 'on',
  // All of its tools are the same program by other names.
  trigger: { path: /(^|\/)(s?bin|libexec)\/slap(d|acl|add|auth|cat|dn|index|modify|passwd|schema|test)$/ },
  apply: (view, file) => {
    const state = stateDirectories(view, ['/var/lib/ldap', '/var/lib/openldap', '/var/run/slapd', '/run/openldap']);
    return { paths: [...(state.paths ?? []), ...modules(view, file)], trees: [...(state.trees ?? []), ...SETTINGS] };
  },
};

function modules(view: RuleView, file: TriggerFile): string[] {
  const text = [...readIncluding(view, SETTINGS, () => []).values()].join('\n');
  const named = namedDirectories(view, file).filter((path) => /\/(open)?ldap$/.test(path) && path.includes('/lib'));
  const configured = words(text, 'modulepath|olcModulePath:').flatMap((list) => list.split(':'));
  const directories = [...new Set([...configured, ...named])];
  return words(text, 'moduleload|olcModuleLoad:').flatMap((word) => {
    const stem = word.replace(/^\{\d+\}/, '').replace(/\.(la|so)$/, '');
    const stems = stem.startsWith('/') ? [stem] : directories.map((directory) => `${directory}/${stem}`);
    return stems.flatMap((path) => [path, `${path}.la`, `${path}.so`]);
  });
}

function words(text: string, names: string): string[] {
  return [...text.matchAll(new RegExp(`^[ \\t]*(?:${names})\\s+(\\S+)`, 'gim'))].map(([, word = '']) => word);
}
