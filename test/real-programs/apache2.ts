import type { Program } from './program.ts';

const SITE = `
Listen 127.0.0.1:{port}
ServerName whale.example
<VirtualHost 127.0.0.1:{port}>
  DocumentRoot /srv/www
  ErrorLog /proc/self/fd/2
  <Directory /srv/www>
    Require all granted
    AllowOverride All
    Options +Indexes
  </Directory>
  <Directory /srv/www/secret>
    AuthType Basic
    AuthName whales
    AuthUserFile /srv/passwords
    Require valid-user
  </Directory>
  RewriteEngine on
  RewriteRule ^/a(\\d+)$ /index.php?q=$1 [L]
</VirtualHost>
`;

const PAGE = `<?php
session_start();
header('X-Powered-By: whale');
$xml = simplexml_load_string('<w name="Fin"/>');
echo $xml['name'], ' ', $_GET['q'] ?? 'nothing', ' ', PHP_SAPI, ' ', mb_strtoupper('größe'), ' ', posix_getpwuid(posix_geteuid())['name'], "\\n";
`;

const START = `#!/bin/sh
set -e
. /etc/apache2/envvars
mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"
exec apache2 -D FOREGROUND
`;

/** A server whose modules are named by links in its configuration, one of them a language. */
export const apache2: Program = {
  name: 'apache2',
  packages: ['apache2', 'libapache2-mod-php', 'php-xml', 'php-mbstring'],
  files: {
    '/etc/apache2/ports.conf': '\n',
    '/etc/apache2/sites-available/000-default.conf': SITE,
    '/srv/www/index.php': PAGE,
    '/srv/www/page.html': '<!doctype html><title>Skinny</title><p>A starving whale.\n',
    '/srv/www/list/krill.txt': 'krill\n',
    '/srv/www/secret/index.html': 'secret\n',
    '/srv/www/.htaccess': 'Header set X-Krill yes\nRedirect 410 /gone\n',
    '/usr/local/bin/apache2-foreground': START,
  },
  prepare: `chmod +x /usr/local/bin/apache2-foreground
    a2enmod -q rewrite headers
    htpasswd -bcB /srv/passwords whale krill`,
  run: [
    { command: ['apache2ctl', '-t'] },
    { command: ['apache2ctl', '-M'] },
    { command: ['apache2ctl', '-t', '-f', '/nowhere'], exitCode: 1 },
  ],
  service: {
    command: ['apache2-foreground'],
    fetch: [
      'http://127.0.0.1:{port}/page.html',
      'http://127.0.0.1:{port}/',
      'http://127.0.0.1:{port}/a42',
      'http://127.0.0.1:{port}/list/?F=0',
      'http://127.0.0.1:{port}/gone',
      'http://127.0.0.1:{port}/secret/',
      'http://127.0.0.1:{port}/missing',
    ],
  },
};
