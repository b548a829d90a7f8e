import { SkinnywhaleError } from '../model/errors.ts';
import { RULES } from './catalog/list.ts';
import type { ActiveRule } from './engine/rule.ts';

/**
 * All rules in their order, as the caller switched them: `+name` on whatever the cost, `-name` off.
 * @throws USAGE for a name that is no rule's
 */
export function selectRules(switches: readonly string[]): readonly ActiveRule[] {
  const chosen = new Map<string, string>();
  for (const text of switches) {
    const [, sign, name] = /^([+-])(.+)$/.exec(text) ?? [undefined, '+', text];
    if (name !== 'all' && !RULES.some((rule) => rule.name === name)) throw unknownRule(text);
    for (const rule of RULES) if (name === 'all' || rule.name === name) chosen.set(rule.name, sign as string);
  }
  return RULES.filter((rule) => chosen.get(rule.name) !== '-').map((rule) => ({
    ...rule,
    switched: chosen.get(rule.name) === '+' ? 'on' : undefined,
  }));
}

/** What the rule of this name adds and why; undefined where there is none. */
export function ruleSummary(name: string): string | undefined {
  return RULES.find((rule) => rule.name === name)?.summary;
}

function unknownRule(text: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `there is no rule ${JSON.stringify(text.replace(/^[+-]/, ''))}`, {
    hint: '`skinnywhale --rules` lists them. Write --rule +name or --rule -name.',
  });
}
