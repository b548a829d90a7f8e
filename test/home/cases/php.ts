import type { HomeCase } from '../home-case.ts';

/** PHP from the command line and behind a server. */
export const php: readonly HomeCase[] = [
  {
    name: 'php-shell-exec',
    parent: 'php',
    files: {
      '/var/www/app/cli.php':
        String.raw`<?php
echo shell_exec('echo whale | md5sum | cut -c1-6'), exec('uname -s'), "\n", trim(` +
        '`head -c 5 /var/www/app/cli.php`' +
        String.raw`), "\n";
$process = proc_open(['tail', '-n', '+2'], [['pipe', 'r'], ['pipe', 'w']], $pipes);
fwrite($pipes[0], "a\nb\n"); fclose($pipes[0]); echo stream_get_contents($pipes[1]); echo proc_close($process), "\n";
passthru('stat -c %F /var/www'); system('printf "%s\n" x | xargs -n1 echo');
echo iconv('UTF-8', 'KOI8-R//TRANSLIT', 'a'), bin2hex(iconv('UTF-8', 'ISO-2022-JP', "\u{3042}")), mb_strtoupper('ä'), "\n";
`,
    },
    config: { cmd: ['php', '/var/www/app/cli.php'] },
    prints: 'db187a\nLinux\n<?php\nb\n0\ndirectory\nx\na1b244224221b2842Ä\n',
  },
  {
    name: 'php-fpm-nginx',
    parent: 'php',
    files: {
      '/etc/supervisor/conf.d/web.conf': `[program:fpm]
command=/usr/sbin/php-fpm8.2 -F
[program:nginx]
command=bash -c 'until [ -S /run/php/php8.2-fpm.sock ]; do sleep 0.2; done; exec nginx -g "daemon off;"'
`,
      '/etc/nginx/sites-enabled/default': `server {
  listen 127.0.0.1:8080;
  root /var/www/site;
  location ~ \\.php$ { include snippets/fastcgi-php.conf; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
}
`,
      '/var/www/site/a.php':
        '<?php echo PHP_SAPI, " ", trim(shell_exec("ls /var/www/site | wc -l")), " ", (new PDO("sqlite::memory:"))->query("select 6*7")->fetchColumn();',
      '/var/www/site/b.txt': 'text',
    },
    config: { cmd: ['supervisord', '-n', '-c', '/etc/supervisor/supervisord.conf'] },
    service: { fetch: ['8080/b.txt', '8080/a.php'] },
    prints: '200 text\n200 fpm-fcgi 2 42\n',
  },
];
