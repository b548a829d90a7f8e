import type { RuleSummary } from '../report/rules-text.ts';
import { RULES } from '../rules/catalog/list.ts';

/** All rules about what programs open at run time, in the order in which they are applied. */
export function listRules(): RuleSummary[] {
  return RULES.map(({ name, default: state, summary }) => ({ name, default: state, summary }));
}
