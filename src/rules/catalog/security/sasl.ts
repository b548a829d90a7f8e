import type { Rule } from '../../engine/rule.ts';
import { directoriesNear } from '../../toolkit/places.ts';

export const sasl: Rule = {
  name: 'sasl',
  summary: 'authenticates to servers and clients by SASL mechanisms',
  default: 1_000_000,
  trigger: { soname: /^libsasl2\.so/ },
  apply: (view, file) => ({
    paths: ['/etc/sasldb2'],
    trees: [...directoriesNear(view, file, 'sasl2'), '/etc/sasl2', '/usr/lib/sasl2'],
  }),
};
