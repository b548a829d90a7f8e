import type { Rule } from './engine/rule.ts';

/** Bytes up to which declared packages are kept. */
export interface DeclaredLimits {
  /** of a package that another one can't do without, or whose command is called */
  readonly package: number;
  /** of a package that most users of another one want */
  readonly recommended: number;
  /** of all together */
  readonly all: number;
}

/** The heuristic that takes package managers at their word; listed and switched like the rules about files. */
export const DECLARED: Pick<Rule, 'name' | 'summary' | 'default'> & { readonly limits: DeclaredLimits } = {
  name: 'declared',
  summary: 'has at hand what the packages of kept programs and libraries declare to need, and the rest of called ones',
  default: 32_000_000,
  limits: { package: 32_000_000, recommended: 8_000_000, all: 96_000_000 },
};
