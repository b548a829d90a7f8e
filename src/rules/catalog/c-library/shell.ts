import type { Rule } from '../../engine/rule.ts';

/** system(3) and popen(3) run `/bin/sh -c`, wordexp(3) does for command substitution. */
export const shell: Rule = {
  name: 'shell',
  summary: 'runs commands through /bin/sh',
  default: 'on',
  trigger: { imports: ['system', 'popen', 'wordexp'] },
  apply: () => ({ paths: ['/bin/sh'] }),
};
