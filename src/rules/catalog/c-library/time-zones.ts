import { environmentValue } from '../../../model/image-config.ts';
import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, treePaths } from '../../toolkit/tree-paths.ts';

const DIRECTORY = '/usr/share/zoneinfo';

const IMPORTS = 'localtime localtime_r tzset mktime strftime strftime_l __localtime64_r __mktime64'.split(' ');

/** The zone of the image's Env; what /etc/localtime leads to is kept for every program (tzset(3)). */
export const timeZone: Rule = {
  name: 'time-zone',
  summary: "tells local time in the image's TZ",
  default: 'on',
  trigger: { imports: IMPORTS },
  apply: (view) => {
    const name = (environmentValue(view.run, 'TZ') ?? '').replace(/^:/, '');
    if (name === '') return {};
    return {
      paths: name.startsWith('/')
        ? [name]
        : [DIRECTORY, ...environmentPaths(view, ['TZDIR'])].map((at) => `${at}/${name}`),
    };
  },
};

/**
 * All zones: for a TZ given to `docker run`, and for programs that keep a zone for each user. Copies under `posix` and
 * `right` (with leap seconds) are left out.
 */
export const timeZones: Rule = {
  name: 'time-zones',
  summary: 'tells local time in any zone',
  default: 1_000_000,
  trigger: {
    imports: IMPORTS,
    mentions: ['/usr/share/zoneinfo'],
    contains: ['/usr/share/zoneinfo'],
  },
  apply: (view) => ({ paths: treePaths(view, DIRECTORY, /^(posix|right|leap.*)$/) }),
};
