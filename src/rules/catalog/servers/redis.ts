import type { Rule } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { stateDirectories } from '../../toolkit/places.ts';

const SETTINGS = ['/etc/redis', '/etc/redis.conf', '/etc/valkey', '/usr/local/etc/redis', '/usr/local/etc/valkey'];

/** The configuration is named on the command line; `loadmodule` and other files in it by absolute paths. */
export const redis: Rule = {
  name: 'redis',
  summary: 'stores data: the settings and modules of a Redis or Valkey server',
  default: 'on',
  trigger: { path: /(^|\/)bin\/(redis|valkey)-(server|check-rdb)$/ },
  apply: (view) => {
    const texts = readIncluding(view, SETTINGS, (line) => [...(/^\s*include\s+(\/\S+)/.exec(line) ?? [])].slice(1));
    const state = stateDirectories(view, ['/var/lib/redis', '/var/log/redis', '/run/redis', '/var/lib/valkey']);
    return {
      paths: [...texts.keys(), ...(state.paths ?? []), ...mentionedFiles(view, [...texts.values()].join('\n'))],
      trees: [...(state.trees ?? []), ...SETTINGS.filter((path) => !path.endsWith('.conf'))],
    };
  },
};
