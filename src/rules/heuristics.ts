import type { Rule } from './engine/rule.ts';

/** What is listed of a heuristic that reads whole files, and switched like the rules about single ones. */
type Head = Pick<Rule, 'name' | 'summary' | 'default'>;

/** Bytes up to which a directory that code or configuration names is kept with all that is in it. */
const MENTIONED_DIRECTORY = 8_000_000;

export const MENTIONS: Head = {
  name: 'mentions',
  summary: 'opens files, libraries and directories that code and configuration name',
  default: MENTIONED_DIRECTORY,
};

export const STARTS: Head = {
  name: 'starts',
  summary: 'starts programs that code and texts name',
  default: 'on',
};

export const COMMON_TOOLS: Head = {
  name: 'common-tools',
  summary: "starts programs that can't be told from its code: the usual tools are at hand",
  default: 12_000_000,
};
