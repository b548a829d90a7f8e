import { baseName, parentPath } from '../../../model/image-path.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedDirectories } from '../../toolkit/places.ts';

const SERVER = /(^|\/)bin\/(postgres|initdb|pg_ctl)$/;
const TYPES_OF_JIT = /^(llvmjit|bitcode)/;
/** parts of the share and library directories that no server reads */
const UNREAD = /^(man|doc|locale|pgxs)$/;
const WRAPPER = /(^|\/)postgresql-common\/pg_wrapper$/;

/**
 * initdb and pg_ctl look for `postgres` beside themselves (find_other_exec in src/common/exec.c), and the server for its
 * share and library directories where they were compiled to be, or at the same place relative to itself.
 */
export const postgresql: Rule = {
  name: 'postgresql',
  summary: "runs a PostgreSQL server: its catalogue's files, extensions and time zones",
  default: 'on',
  trigger: { path: SERVER },
  packages: /^postgresql-[\d.]+$/,
  eachFile: true,
  apply: (view, file) => {
    const programs = `/${parentPath(file.entry.path)}`;
    const { share, library } = directories(view, file);
    const settings = readIncluding(view, ['/etc/postgresql'], () => []);
    return {
      paths: [
        ...['postgres', 'initdb', 'pg_ctl'].map((name) => `${programs}/${name}`),
        // initdb takes the collations from `locale -a`.
        '/usr/bin/locale',
        '/var/lib/postgresql',
        '/var/run/postgresql',
        '/var/log/postgresql',
        ...mentionedFiles(view, [...settings.values()].join('\n')),
        ...[...library].flatMap((at) => inside(view, at, (name) => !TYPES_OF_JIT.test(name) && name.endsWith('.so'))),
      ],
      trees: [
        '/etc/postgresql',
        ...share.flatMap((at) => inside(view, at, (name) => !UNREAD.test(name))),
        ...inside(view, '/usr/share/zoneinfo', (name) => !/^(right|posix)$/.test(name)),
      ],
    };
  },
};

export const postgresqlJit: Rule = {
  name: 'postgresql-jit',
  summary: 'compiles long PostgreSQL queries by LLVM',
  default: 'off',
  trigger: { path: /(^|\/)bin\/postgres$/ },
  packages: /^(libllvm[\d.]+|postgresql-[\d.]+-jit.*)$/,
  eachFile: true,
  apply: (view, file) => ({
    trees: directories(view, file).library.flatMap((at) => inside(view, at, (name) => TYPES_OF_JIT.test(name))),
  }),
};

/** Debian's and Ubuntu's `psql` and the like are links to a Perl script that runs the newest version's, or a cluster's. */
export const postgresqlClients: Rule = {
  name: 'postgresql-clients',
  summary: 'runs the PostgreSQL client of each version that is there',
  default: 'on',
  trigger: { link: /(^|\/)bin\/[a-z_]+$/, path: WRAPPER },
  eachFile: true,
  apply: (view, { entry }) => {
    if (WRAPPER.test(entry.path)) {
      return { paths: MODULE_PLACES.map((at) => `${at}/PgCommon.pm`), trees: ['/etc/postgresql-common'] };
    }
    if (!entry.target.endsWith('/pg_wrapper')) return {};
    const name = baseName(entry.path);
    return { paths: view.names(VERSIONS).map((version) => `${VERSIONS}/${version}/bin/${name}`) };
  },
};

const VERSIONS = '/usr/lib/postgresql';
const MODULE_PLACES = ['/usr/share/postgresql-common', '/usr/share/perl5'];

/** What tells the directories from others: each version's catalogue, and the library that every server has. */
function directories(view: RuleView, file: TriggerFile): { share: string[]; library: string[] } {
  const prefix = `/${parentPath(parentPath(file.entry.path))}`;
  const beside = ['share', 'share/postgresql', 'lib', 'lib/postgresql'].map((name) => `${prefix}/${name}`);
  const all = [...new Set([...namedDirectories(view, file), ...beside])];
  return {
    share: all.filter((at) => view.exists(`${at}/postgres.bki`)),
    library: all.filter((at) => view.exists(`${at}/plpgsql.so`)),
  };
}

function inside(view: RuleView, directory: string, isWanted: (name: string) => boolean): string[] {
  return view
    .names(directory)
    .filter(isWanted)
    .map((name) => `${directory}/${name}`);
}
