import type { Rule } from '../../engine/rule.ts';
import { namedPaths } from '../../toolkit/places.ts';

export const ldapClient: Rule = {
  name: 'ldap-client',
  summary: 'finds LDAP servers as ldap.conf says',
  default: 'on',
  trigger: { soname: /^libldap(_r)?[-.]/ },
  apply: (view, file) => ({ paths: namedPaths(view, file).filter((path) => path.endsWith('/ldap.conf')) }),
};
