import { SERVERS } from '../../debian/systems.ts';
import { type ParentProgram, testOnParent } from './parent-image.ts';

const PHP = `<?php
header('Content-Type: text/plain');
echo strrev('elahw'), ' ', PHP_SAPI, ' ', json_encode(['a' => [1, null]]), ' ', gethostbyname('localhost'), "\\n";
echo hash('sha3-256', 'whale'), ' ', preg_replace('/k(r)ill/u', '$1', 'krill'), ' ', date('Y', 0), "\\n";
`;

const apache: ParentProgram = {
  name: 'apache2-mod-php',
  command: ['apache2ctl', '-D', 'FOREGROUND'],
  files: {
    '/var/www/html/whale.php': PHP,
    '/etc/apache2/ports.conf': 'Listen 127.0.0.1:{port}\n',
    '/etc/apache2/conf-enabled/name.conf': 'ServerName localhost\n',
  },
  run: [{ command: ['apache2ctl', '-t'] }],
  service: {
    command: ['apache2ctl', '-D', 'FOREGROUND'],
    fetch: [
      'http://127.0.0.1:{port}/whale.php',
      'http://127.0.0.1:{port}/missing',
      'http://127.0.0.1:{port}/icons/folder.gif',
    ],
  },
};

const nginx: ParentProgram = {
  name: 'nginx-echo',
  command: ['nginx', '-g', 'daemon off;'],
  files: {
    '/etc/nginx/sites-available/default': `server {
      listen 127.0.0.1:{port};
      root /var/www/html;
      location /echo { echo "whale $request_method"; }
    }`,
  },
  run: [{ command: ['nginx', '-t'] }],
  service: {
    command: ['nginx', '-g', 'daemon off;'],
    fetch: [
      'http://127.0.0.1:{port}/echo',
      'http://127.0.0.1:{port}/index.nginx-debian.html',
      'http://127.0.0.1:{port}/missing',
    ],
  },
};

const QUERIES = `
create extension pgcrypto;
create table whales (name text, seen timestamptz);
insert into whales values ('Ähm', '2024-07-01 12:00 UTC');
select upper(name collate "und-x-icu"), seen at time zone 'Europe/Berlin' from whales;
select encode(digest('whale', 'sha256'), 'hex'), to_tsvector('english', 'whales starving');
do $$ begin raise notice 'plpgsql'; end $$;
`;

const postgresql: ParentProgram = {
  name: 'postgresql-15',
  files: {
    '/app/queries.sql': QUERIES,
    '/app/run.sh': `#!/bin/sh
      set -e
      bin=/usr/lib/postgresql/15/bin
      /usr/lib/postgresql/15/bin/initdb -D /tmp/db --auth=trust | grep -e locale -e collat -e encoding -e 'time zone'
      /usr/lib/postgresql/15/bin/pg_ctl -D /tmp/db -o "-c listen_addresses= -k /tmp" -l /tmp/log -w start > /dev/null
      psql -h /tmp -At -f /app/queries.sql postgres
      /usr/lib/postgresql/15/bin/pg_ctl -D /tmp/db -w stop
    `,
  },
  run: [{ command: ['/app/run.sh'], user: 'postgres', env: { LANG: 'C.UTF-8' } }],
};

const MARIADB = `#!/bin/sh
mariadb-install-db --user=mysql --datadir=/tmp/db --auth-root-authentication-method=normal > /tmp/log 2>&1 || exit 3
mariadbd --datadir=/tmp/db --socket=/tmp/s --skip-networking --pid-file=/tmp/p > /tmp/log2 2>&1 &
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  mariadb -S /tmp/s -u root -e 'select 1' > /dev/null 2>&1 && break
  sleep 1
done
mariadb -S /tmp/s -u root -e "select upper('whale'), convert('Ä' using latin2) = 'Ä', count(*) > 100 from mysql.help_topic"
mariadb -S /tmp/s -u root -e 'select * from nothing.nowhere' 2>&1
mariadb-admin -S /tmp/s -u root shutdown
wait
`;

const mariadb: ParentProgram = {
  name: 'mariadb',
  files: { '/app/run.sh': MARIADB },
  run: [{ command: ['/app/run.sh'], user: 'mysql' }],
};

const DRAW = `#!/bin/sh
set -e
convert -size 160x40 xc:white -fill navy -font DejaVu-Sans -pointsize 24 -annotate +10+30 Whale /tmp/whale.png
identify -format '%m %w %h %#\\n' /tmp/whale.png
convert /tmp/whale.png -resize 50% /tmp/whale.jpg
identify -format '%m %w %h\\n' /tmp/whale.jpg
`;

const SSH = `#!/bin/sh
set -e
ssh-keygen -q -t ed25519 -N '' -f /tmp/host_key
ssh-keygen -q -t ed25519 -N '' -f /tmp/key
mkdir -p /run/sshd /root/.ssh
chmod 700 /root/.ssh
cp /tmp/key.pub /root/.ssh/authorized_keys
/usr/sbin/sshd -h /tmp/host_key -p 2222 -o UsePAM=yes
ssh -i /tmp/key -o StrictHostKeyChecking=no -o LogLevel=ERROR -p 2222 root@127.0.0.1 /usr/bin/id -un
echo 'ls /app' | sftp -q -i /tmp/key -o StrictHostKeyChecking=no -P 2222 -b - root@127.0.0.1
`;

const tools: ParentProgram = {
  name: 'tools',
  files: {
    '/app/draw.sh': DRAW,
    '/app/ssh.sh': SSH,
    '/app/ldap.sh': '#!/bin/sh\nmkdir -p /var/run/slapd\nslaptest -u 2>&1\n',
    '/app/sudo.sh': `#!/bin/sh
      sudo -u nobody /usr/bin/id -un
      sudo -n /usr/bin/id -un
      su -s /bin/sh nobody -c /usr/bin/id
    `,
    '/etc/sudoers.d/app': 'www-data ALL=(nobody) NOPASSWD: /usr/bin/id\n',
  },
  run: [
    { command: ['/app/draw.sh'] },
    { command: ['/app/ssh.sh'] },
    { command: ['/app/ldap.sh'] },
    { command: ['/app/sudo.sh'] },
    { command: ['/app/sudo.sh'], user: 'www-data' },
  ],
};

testOnParent(SERVERS, [apache, nginx, postgresql, mariadb, tools]);
