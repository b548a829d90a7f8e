import type { Program } from './program.ts';

const START = `#!/bin/sh
set -e
initdb --locale=C.UTF-8 --auth=trust -D /tmp/data > /tmp/initdb.log
echo "unix_socket_directories = '/tmp'" >> /tmp/data/postgresql.conf
exec postgres -D /tmp/data -c listen_addresses=127.0.0.1
`;

const BACKUP = `#!/bin/sh
set -e
pg_dump -h /tmp --no-owner krill > /tmp/krill.sql
createdb -h /tmp copy
psql -h /tmp -q -v ON_ERROR_STOP=1 -f /tmp/krill.sql copy
psql -h /tmp -At -c 'select count(*) from whales' copy
`;

function query(text: string, database = 'krill'): { command: readonly string[] } {
  return { command: ['psql', '-h', '/tmp', '-v', 'ON_ERROR_STOP=1', '-c', text, database] };
}

/** A database: it makes its first files from templates of its own, loads languages and extensions, and forks. */
export const postgresql15: Program = {
  name: 'postgresql-15',
  packages: ['postgresql-15'],
  files: { '/usr/local/bin/start': START, '/usr/local/bin/backup': BACKUP },
  prepare: `chmod +x /usr/local/bin/start /usr/local/bin/backup
    for program in initdb postgres; do ln -s "/usr/lib/postgresql/15/bin/$program" /usr/local/bin/; done`,
  run: [
    { command: ['postgres', '--version'], user: 'postgres' },
    { command: ['initdb', '-D', '/tmp/refused'], exitCode: 1 },
    { command: ['pg_lsclusters', '--no-header'] },
  ],
  service: {
    user: 'postgres',
    command: ['start'],
    probes: ['tcp:5432'],
    talk: [
      { command: ['createdb', '-h', '/tmp', 'krill'] },
      query('create table whales (name text primary key, born date, weight numeric)'),
      query("insert into whales values ('Blå', '1990-02-03', 150.5), ('Fin', '2001-12-24', 70) returning *"),
      query(
        "create function double(n int) returns int language plpgsql as 'begin return n * 2; end'; select double(21)",
      ),
      query("select timestamptz '2024-07-01 12:00Z' at time zone 'Europe/Berlin', to_tsvector('german', 'Die Wale')"),
      query('select name collate "de-x-icu" from whales order by 1 desc; select xmlelement(name whale)'),
      query('create extension pgcrypto; create extension hstore; select digest($$krill$$, $$sha256$$)'),
      query('set jit_above_cost = 0; set jit = on; select sum(n), pg_jit_available() from generate_series(1, 9) n'),
      query("select convert_to('é', 'LATIN1'), convert_to('鯨', 'EUC_JP'), 'krill' ~ '^k\\w+$', upper('größe')"),
      query('select nothing'),
      { command: ['backup'] },
    ],
  },
};
