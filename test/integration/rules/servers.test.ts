import { debianTree } from '../../debian/debian-tree.ts';
import { SERVERS } from '../../debian/systems.ts';
import { once, testOptionalRules, testRules } from './rule-case.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';
const POSTGRESQL = '/usr/lib/postgresql/15';

const system = once(() => debianTree(SERVERS));

testRules(system, [
  {
    rule: 'pam',
    seed: '/usr/bin/sudo',
    keeps: [
      '/etc/pam.d/sudo',
      '/etc/pam.d/common-auth',
      `${LIB}/security/pam_unix.so`,
      `${LIB}/security/pam_deny.so`,
      `${LIB}/security/pam_limits.so`,
      '/usr/sbin/unix_chkpwd',
      '/etc/security/limits.conf',
      '/etc/shadow',
      '/etc/login.defs',
    ],
    leaves: [`${LIB}/security/pam_debug.so`, `${LIB}/security/pam_timestamp.so`, '/etc/security/namespace.init'],
  },
  {
    rule: 'sudo',
    seed: '/usr/bin/sudo',
    keeps: [
      '/etc/sudoers',
      '/etc/sudoers.d/README',
      '/etc/sudo.conf',
      '/usr/libexec/sudo/group_file.so',
      '/var/lib/sudo',
    ],
  },
  { rule: 'sasl', seed: `${LIB}/libldap-2.5.so.0`, keeps: [`${LIB}/sasl2/libscram.so`, `${LIB}/sasl2/libplain.so.2`] },
  {
    rule: 'kerberos',
    seed: `${LIB}/libgssapi_krb5.so.2.2`,
    keeps: ['/etc/krb5.conf', `${LIB}/krb5/plugins/preauth/spake.so`],
  },
  { rule: 'gssapi', seed: `${LIB}/libgssapi_krb5.so.2.2`, keeps: ['/etc/gss/mech.d'] },
  {
    rule: 'openssh',
    seed: '/usr/sbin/sshd',
    keeps: ['/etc/ssh/sshd_config', '/etc/ssh/moduli', '/usr/lib/openssh/sftp-server'],
    leaves: ['/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_config'],
  },
  {
    rule: 'openssh',
    seed: '/usr/bin/ssh',
    keeps: ['/etc/ssh/ssh_config'],
    leaves: ['/etc/ssh/moduli', '/usr/lib/openssh/sftp-server'],
  },
  { rule: 'login-shells', seed: '/usr/bin/su', keeps: ['/usr/bin/bash', '/usr/sbin/nologin'] },
  {
    rule: 'dbus',
    seed: '/usr/bin/dbus-daemon',
    keeps: ['/usr/share/dbus-1/system.conf', '/etc/dbus-1/system.d', '/usr/lib/dbus-1.0/dbus-daemon-launch-helper'],
  },
  {
    rule: 'apache',
    seed: '/usr/sbin/apache2',
    keeps: [
      '/etc/apache2/mods-enabled/mpm_prefork.load',
      '/usr/lib/apache2/modules/mod_mpm_prefork.so',
      '/usr/lib/apache2/modules/libphp8.2.so',
      '/etc/apache2/envvars',
      '/etc/mime.types',
      '/var/log/apache2',
    ],
    leaves: ['/usr/lib/apache2/modules/mod_proxy.so', '/usr/share/apache2/error/HTTP_NOT_FOUND.html.var'],
  },
  {
    rule: 'nginx',
    seed: '/usr/sbin/nginx',
    keeps: [
      '/etc/nginx/sites-enabled/default',
      '/etc/nginx/mime.types',
      '/usr/lib/nginx/modules/ngx_http_echo_module.so',
      '/var/lib/nginx',
      '/var/log/nginx',
    ],
  },
  { rule: 'web-content', seed: '/usr/sbin/nginx', keeps: ['/var/www/html/index.nginx-debian.html'] },
  {
    rule: 'web-content',
    seed: '/usr/sbin/apache2',
    keeps: ['/var/www/html/index.html', '/usr/share/apache2/icons/a.gif'],
  },
  {
    rule: 'postgresql',
    seed: `${POSTGRESQL}/bin/initdb`,
    keeps: [
      `${POSTGRESQL}/bin/postgres`,
      `${POSTGRESQL}/lib/plpgsql.so`,
      '/usr/share/postgresql/15/postgres.bki',
      '/usr/share/postgresql/15/extension/plpgsql.control',
      '/usr/share/postgresql/15/tsearch_data/english.stop',
      '/etc/postgresql/15/main/pg_hba.conf',
    ],
    leaves: [`${POSTGRESQL}/lib/llvmjit.so`, `${POSTGRESQL}/bin/pg_dump`, '/usr/share/postgresql/15/man'],
  },
  {
    rule: 'postgresql-clients',
    seed: '/usr/bin/psql',
    keeps: [`${POSTGRESQL}/bin/psql`, '/usr/share/perl5/PgCommon.pm', '/etc/postgresql-common'],
    leaves: [`${POSTGRESQL}/bin/pg_dump`],
    without: ['perl', 'perl-library', 'perl-use'],
  },
  {
    rule: 'mariadb',
    seed: '/usr/sbin/mariadbd',
    keeps: [
      '/etc/mysql/mariadb.conf.d/50-server.cnf',
      '/usr/share/mysql/english/errmsg.sys',
      '/usr/share/mysql/charsets/Index.xml',
      '/usr/lib/mysql/plugin/auth_ed25519.so',
      '/var/lib/mysql',
    ],
    leaves: ['/usr/share/mysql/german/errmsg.sys', '/usr/share/mysql/fill_help_tables.sql'],
  },
  {
    rule: 'mariadb',
    seed: '/usr/bin/mariadb-install-db',
    keeps: ['/usr/share/mysql/fill_help_tables.sql', '/usr/bin/resolveip'],
  },
  {
    rule: 'mariadb-client',
    seed: `${LIB}/libmariadb.so.3`,
    keeps: ['/etc/mysql/mariadb.cnf', `${LIB}/libmariadb3/plugin/dialog.so`],
  },
  { rule: 'redis', seed: '/usr/bin/redis-check-rdb', keeps: ['/etc/redis/redis.conf', '/var/lib/redis'] },
  {
    rule: 'slapd',
    seed: '/usr/sbin/slapd',
    keeps: [
      '/usr/lib/ldap/back_mdb.so',
      '/etc/ldap/slapd.d/cn=config.ldif',
      '/etc/ldap/schema/core.schema',
      '/var/lib/ldap',
    ],
    leaves: ['/usr/lib/ldap/back_ldap.so', '/usr/lib/ldap/syncprov.so'],
  },
  {
    rule: 'postfix',
    seed: '/usr/sbin/postfix',
    keeps: [
      '/usr/lib/postfix/sbin/master',
      '/usr/lib/postfix/sbin/smtpd',
      '/etc/postfix/postfix-files',
      '/usr/sbin/postdrop',
    ],
    leaves: ['/usr/lib/postfix/configure-instance.sh'],
  },
  {
    rule: 'imagemagick',
    seed: '/usr/bin/convert',
    keeps: [
      `${LIB}/ImageMagick-6.9.11/modules-Q16/coders/png.so`,
      `${LIB}/ImageMagick-6.9.11/config-Q16/configure.xml`,
      '/etc/ImageMagick-6/policy.xml',
      '/usr/share/ImageMagick-6/english.xml',
    ],
  },
]);

testOptionalRules(system, [
  {
    rule: 'postgresql-jit',
    seed: `${POSTGRESQL}/bin/postgres`,
    keeps: [`${POSTGRESQL}/lib/llvmjit.so`, `${LIB}/libLLVM-14.so.1`],
  },
]);
