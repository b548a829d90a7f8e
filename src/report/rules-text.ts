import { formatBytes } from './sizes.ts';

/** A rule as `skinnywhale rules` lists it. */
export interface RuleSummary {
  /** for `--rule +name` and `--rule -name` */
  readonly name: string;
  /** `off`: reported, not added; a number: added where it is at most so many bytes, else reported */
  readonly default: 'on' | 'off' | number;
  readonly summary: string;
}

/** The rules for a person, one a line, with a newline at the end. */
export function renderRules(rules: readonly RuleSummary[]): string {
  const rows = rules.map(({ name, default: state, summary }) => ({
    name,
    state: typeof state === 'number' ? `up to ${formatBytes(state)}` : state,
    summary,
  }));
  const names = Math.max(...rows.map(({ name }) => name.length));
  const states = Math.max(...rows.map(({ state }) => state.length));
  const lines = rows.map(({ name, state, summary }) => `${name.padEnd(names)}  ${state.padEnd(states)}  ${summary}`);
  return `${lines.join('\n')}\n`;
}
