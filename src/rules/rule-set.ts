import { SkinnywhaleError } from '../model/errors.ts';
import { RULES } from './catalog/list.ts';
import { DECLARED, type DeclaredLimits } from './declared.ts';
import type { ActiveRule, Rule } from './engine/rule.ts';
import { COMMON_TOOLS, MENTIONS, STARTS } from './heuristics.ts';
import { OWN_FILES } from './own-files.ts';

/** What is listed of a rule, and switched by its name. */
export type RuleHead = Pick<Rule, 'name' | 'summary' | 'default'>;

/** What reads packages' declarations and whole files. */
export const HEURISTICS: readonly RuleHead[] = [DECLARED, OWN_FILES, MENTIONS, STARTS, COMMON_TOOLS];

/** Everything with a name that can be switched, in the order in which it is listed. */
export const NAMED: readonly RuleHead[] = [...HEURISTICS, ...RULES];

/** The rules as one run takes them. */
export interface RuleSet {
  /** about single files, in their order */
  readonly rules: readonly ActiveRule[];
  /** undefined where it is switched off */
  readonly declared: DeclaredPolicy | undefined;
  /** what no package owns is the user's */
  readonly ownFiles: boolean;
  readonly code: CodePolicy;
}

/** How far code and configuration are taken at their word: bytes up to which each heuristic adds something; 0: off. */
export interface CodePolicy {
  readonly mentions: number;
  readonly starts: number;
  readonly commonTools: number;
}

/** How far declarations of packages are followed. */
export interface DeclaredPolicy {
  readonly name: string;
  readonly switched: ActiveRule['switched'];
  readonly limits: DeclaredLimits;
  /** true for the packages that an active rule knows better than their declarations */
  readonly answered: (packageName: string) => boolean;
}

/**
 * All rules as the caller switched them: `+name` on without a limit, `-name` off.
 * @throws USAGE for an unknown rule
 */
export function selectRules(switches: readonly string[]): RuleSet {
  const chosen = new Map<string, string>();
  for (const text of switches) {
    const [, sign, name] = /^([+-])(.+)$/.exec(text) ?? [undefined, '+', text];
    if (name !== 'all' && !NAMED.some((rule) => rule.name === name)) throw unknownRule(text);
    for (const rule of NAMED) if (name === 'all' || rule.name === name) chosen.set(rule.name, sign as string);
  }
  const switched = ({ name }: RuleHead): ActiveRule['switched'] => (chosen.get(name) === '+' ? 'on' : undefined);
  const isOff = ({ name }: RuleHead): boolean => chosen.get(name) === '-';
  const limitOf = (head: RuleHead): number => {
    if (isOff(head)) return 0;
    return switched(head) === 'on' || typeof head.default !== 'number' ? Number.POSITIVE_INFINITY : head.default;
  };
  const rules = RULES.filter((rule) => !isOff(rule)).map((rule) => ({ ...rule, switched: switched(rule) }));
  const experts = rules.flatMap(({ packages }) => packages ?? []);
  const answered = (name: string): boolean => experts.some((pattern) => pattern.test(name));
  const { name, limits } = DECLARED;
  return {
    rules,
    declared: isOff(DECLARED) ? undefined : { name, limits, switched: switched(DECLARED), answered },
    ownFiles: !isOff(OWN_FILES),
    code: { mentions: limitOf(MENTIONS), starts: limitOf(STARTS), commonTools: limitOf(COMMON_TOOLS) },
  };
}

/** What the rule of this name adds and why; undefined where there is none. */
export function ruleSummary(name: string): string | undefined {
  return RULES.find((rule) => rule.name === name)?.summary;
}

function unknownRule(text: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `there is no rule ${JSON.stringify(text.replace(/^[+-]/, ''))}`, {
    hint: '`skinnywhale rules` lists them. Write --rule +name or --rule -name.',
  });
}
