import type { HomeCase } from '../home-case.ts';

/** Programs that other programs start by their own configuration. */
export const services: readonly HomeCase[] = [
  {
    name: 'services-supervisor',
    parent: 'services',
    files: {
      '/etc/supervisor/conf.d/m.conf': `[program:m]
command=/usr/bin/memcached -u nobody -l 127.0.0.1
[program:web]
command=lighttpd -D -f /srv/web.conf
redirect_stderr=true
`,
      '/srv/web.conf': `server.document-root = "/srv/www"
server.port = 8080
include_shell "echo 'index-file.names = ( \\"start.html\\" )' | cat"
`,
      '/srv/www/start.html': 'whale\n',
    },
    config: { cmd: ['supervisord', '-n', '-c', '/etc/supervisor/supervisord.conf'] },
    service: { log: /(?=[\s\S]*success: m entered RUNNING)(?=[\s\S]*success: web entered RUNNING)/ },
    prints: '',
  },
  {
    name: 'services-supervisor-memcached',
    parent: 'services',
    files: {
      '/etc/supervisor/conf.d/m.conf': '[program:m]\ncommand=/usr/bin/memcached -u nobody -s /tmp/m\n',
    },
    config: { cmd: ['/usr/bin/supervisord', '-n'] },
    service: { log: /m entered RUNNING state/ },
    prints: 'm entered RUNNING state',
  },
  {
    name: 'services-cron-logrotate',
    parent: 'plain',
    packages: ['cron', 'logrotate'],
    // gzip(1) warns of a file that is as old as the epoch.
    prepare: ['touch /var/log/a.log'],
    files: {
      '/etc/logrotate.d/a': '/var/log/a.log {\n  rotate 2\n  compress\n  missingok\n}\n',
      '/etc/cron.d/a': '* * * * * root find /etc/hostname | xargs md5sum > /tmp/sum\n',
      '/var/log/a.log': 'line\n',
      '/srv/run.sh': `#!/bin/bash
logrotate -f /etc/logrotate.conf
echo /var/log/a.log*
line=$(</etc/cron.d/a)
sh -c "\${line#* root }" && test -s /tmp/sum && echo summed
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: '/var/log/a.log /var/log/a.log.1.gz\nsummed\n',
    ways: ['installed', 'image'],
  },
  {
    name: 'services-cron-daily',
    parent: 'services',
    files: {
      '/etc/cron.d/b': 'SHELL=/bin/bash\n* * * * * root shuf -n1 -e whale | tee /tmp/cron.out > /dev/null; sync\n',
      '/etc/cron.daily/own': '#!/bin/sh\nnproc > /tmp/n && echo daily\n',
      '/srv/run.sh': `#!/bin/bash
run-parts --regex '^own$' /etc/cron.daily
while read -r a b c d e user command; do [ "$user" = root ] && $SHELL -c "$command"; done < /etc/cron.d/b
read -r word < /tmp/cron.out; echo "$word"
cron && echo started
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: 'daily\nwhale\nstarted\n',
  },
  {
    name: 'services-runit',
    parent: 'services',
    files: {
      '/etc/service/app/run':
        "#!/bin/sh\nexec 2>&1\nexec chpst -u nobody stdbuf -oL sh -c 'id -un; seq 2 | paste -sd+ ; exec sleep 60'\n",
      '/etc/service/app/log/run': '#!/bin/sh\nexec sed -u s/^/log:/ > /proc/1/fd/1\n',
      '/etc/service/app/log/.keep': '',
    },
    config: { cmd: ['runsvdir', '-P', '/etc/service'] },
    service: { log: /log:nobody\nlog:1\+2/ },
    prints: 'log:nobody\nlog:1+2',
  },
  {
    name: 'services-s6',
    parent: 'services',
    files: {
      '/srv/s6/redis/run': '#!/bin/sh\nexec redis-server --port 0 --unixsocket /tmp/r.sock --save "" 2>&1\n',
      '/srv/s6/redis/finish': { text: 'true\n', mode: 0o755 },
      '/srv/s6/ask/run':
        '#!/bin/sh\nuntil redis-cli -s /tmp/r.sock set a whale > /dev/null 2>&1; do sleep 1; done\nredis-cli -s /tmp/r.sock get a | tr a-z A-Z\nexec sleep 60\n',
    },
    config: { cmd: ['s6-svscan', '/srv/s6'] },
    service: { log: /^WHALE$/m },
    prints: 'WHALE',
  },
  {
    name: 'services-rsyslog',
    parent: 'services',
    files: {
      '/etc/rsyslog.d/10-own.conf':
        'module(load="imfile")\ninput(type="imfile" File="/srv/in.log" Tag="own:")\nif $programname == "own" then action(type="omfile" file="/proc/1/fd/1")\n',
      '/srv/in.log': 'whale line\n',
    },
    config: { cmd: ['rsyslogd', '-n', '-iNONE'] },
    service: { log: /own: whale line/ },
    prints: 'own: whale line',
  },
  {
    name: 'services-mail',
    parent: 'services',
    files: {
      '/etc/mail.rc': 'set sendmail=/srv/bin/deliver\n',
      '/etc/msmtprc': 'account default\nhost 127.0.0.1\nfrom a@whale.example\n',
      '/srv/bin/deliver':
        '#!/bin/sh\nsed -n "/^Subject/p;\\$p" | tee /tmp/mail; msmtp --pretend -a default x@y 2>&1 < /tmp/mail | grep -c "host = 127"\n',
      '/srv/run.sh': '#!/bin/sh\necho body | mail -s whale root@localhost\nsleep 1\n',
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: 'Subject: whale\nbody\n1\n',
  },
  {
    name: 'services-lighttpd-include',
    parent: 'services',
    files: {
      '/srv/web.conf': `server.modules += ( "mod_cgi", "mod_dirlisting", "mod_deflate" )
server.document-root = "/srv/www"
server.port = 8080
include_shell "/usr/share/lighttpd/create-mime.conf.pl"
include "/srv/conf.d/*.conf"
`,
      '/srv/conf.d/cgi.conf': 'cgi.assign = ( ".sh" => "/bin/sh", ".pl" => "/usr/bin/perl" )\n',
      '/srv/www/a.sh': 'echo "Content-Type: text/plain"; echo; cat /srv/conf.d/cgi.conf | wc -l; tac /srv/www/b.txt\n',
      '/srv/www/b.txt': 'one\ntwo\n',
      '/srv/www/c.pl': 'use POSIX; print "Content-Type: text/plain\\n\\n", strftime("%Y", gmtime 0), `expr 1 + 1`;',
    },
    config: { cmd: ['lighttpd', '-D', '-f', '/srv/web.conf'] },
    service: { fetch: ['8080/a.sh', '8080/b.txt', '8080/c.pl'] },
    prints: /^200 1\ntwo\none\n\n200 one\ntwo\n\n200 19702\n\n$/,
  },
];
