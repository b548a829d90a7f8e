import { expandGlob } from '../../../filesystem/expand-glob.ts';
import type { Rule, RuleView } from '../../engine/rule.ts';
import { readIncluding } from '../../toolkit/configuration.ts';
import { directoriesNear, namedDirectories, stateDirectories } from '../../toolkit/places.ts';

const SCRIPTS = /(^|\/)bin\/(mariadb-install-db|mysql_install_db|mariadbd-safe|mysqld_safe)$/;

/** MariaDB and MySQL servers: messages, character sets and the scripts of a new database. */
export const mariadb: Rule = {
  name: 'mariadb',
  summary: 'runs a MariaDB or MySQL server: messages, character sets and plugins',
  default: 'on',
  trigger: {
    path: /(^|\/)(s?bin|libexec)\/(mariadbd|mysqld)$|bin\/(mariadb-install-db|mysql_install_db|mariadbd-safe|mysqld_safe)$/,
  },
  eachFile: true,
  apply: (view, file) => {
    if (SCRIPTS.test(file.entry.path)) return { paths: [...SERVER_PROGRAMS, ...newDatabase(view)] };
    const named = namedDirectories(view, file);
    const share = [...named, '/usr/share/mysql', '/usr/share/mariadb'].filter((at) => view.exists(`${at}/charsets`));
    const state = stateDirectories(view, ['/var/lib/mysql', '/var/log/mysql', '/run/mysqld', '/var/lib/mysql-files']);
    return {
      paths: [...settings(view), ...(state.paths ?? [])],
      trees: [
        ...(state.trees ?? []),
        ...share.flatMap((at) => [`${at}/charsets`, `${at}/english`]),
        ...named.filter((at) => /\/plugin$/.test(at)),
      ],
    };
  },
};

export const mariadbClient: Rule = {
  name: 'mariadb-client',
  summary: 'connects to MariaDB or MySQL: settings and authentication plugins',
  default: 'on',
  trigger: { soname: /^lib(mariadb|mysqlclient)\.so/ },
  apply: (view, file) => ({
    paths: settings(view),
    trees: ['libmariadb3/plugin', 'mariadb/plugin', 'mysql/plugin']
      .flatMap((name) => directoriesNear(view, file, name))
      .slice(0, 1),
  }),
};

/** What mariadb-install-db calls by names that it puts together. */
const SERVER_PROGRAMS = ['my_print_defaults', 'resolveip', 'mariadbd', 'mysqld', 'mariadb'].flatMap((name) => [
  `/usr/bin/${name}`,
  `/usr/sbin/${name}`,
]);

/** The statements that make the system tables. */
function newDatabase(view: RuleView): string[] {
  return ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mysql'].flatMap((at) =>
    expandGlob(view, `${at}/*.sql`),
  );
}

/** Option files, with `!include` and `!includedir`. */
function settings(view: RuleView): string[] {
  const texts = readIncluding(view, ['/etc/my.cnf', '/etc/mysql/my.cnf'], (line) => {
    const [, path] = /^\s*!include(?:dir)?\s+(\/\S+)/.exec(line) ?? [];
    return path === undefined ? [] : [path];
  });
  return [...texts.keys(), '/etc/my.cnf.d', '/etc/mysql/conf.d', '/etc/mysql/mariadb.conf.d'];
}
