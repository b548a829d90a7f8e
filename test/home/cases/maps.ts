import type { HomeCase } from '../home-case.ts';

/** Geographic data beside libraries. */
export const maps: readonly HomeCase[] = [
  {
    name: 'proj-command',
    parent: 'maps',
    files: {
      '/srv/run.sh':
        '#!/bin/sh\necho 48 9 | cs2cs -f %.0f EPSG:4326 EPSG:25832 | cut -f1,2\nprojinfo -o PROJ -q EPSG:3857 | head -c 5\n',
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: /^500000\t5316300/,
  },
  {
    name: 'sqlite-command-extension',
    parent: 'maps',
    files: {
      '/srv/q.sql': '.load mod_spatialite\nselect st_astext(makepoint(1, 2));\n.shell echo whale | tr a-z A-Z\n',
    },
    config: { cmd: ['sqlite3', ':memory:', '-init', '/srv/q.sql', 'select 1'] },
    prints: /POINT\(1 2\)\nWHALE\n1\n/,
  },
];
