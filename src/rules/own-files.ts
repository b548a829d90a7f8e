import type { Rule } from './engine/rule.ts';

/** The heuristic that takes what no package owns for the user's; listed and switched like the rules about files. */
export const OWN_FILES: Pick<Rule, 'name' | 'summary' | 'default'> = {
  name: 'own-files',
  summary: 'is part of an application that no package owns: all of its directory, and what its links lead to',
  default: 'on',
};
