import { gconv, gconvAll } from './gconv.ts';
import { libgcc } from './libgcc.ts';
import { nss } from './nss.ts';
import { pluginDirectories } from './plugin-directories.ts';
import type { Rule } from './rule.ts';
import { shell } from './shell.ts';

/** All rules, in the order in which they are applied and listed. */
export const RULES: readonly Rule[] = [libgcc, nss, shell, gconv, gconvAll, pluginDirectories];
