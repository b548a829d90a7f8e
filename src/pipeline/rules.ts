import type { RuleSummary } from '../report/rules-text.ts';
import { NAMED } from '../rules/rule-set.ts';

/** All rules about what programs open at run time, in the order in which they are applied. */
export function listRules(): RuleSummary[] {
  return NAMED.map(({ name, default: state, summary }) => ({ name, default: state, summary }));
}
