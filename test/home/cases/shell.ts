import type { HomeCase } from '../home-case.ts';

/** Entrypoints and other scripts, as people write them. */
export const shell: readonly HomeCase[] = [
  {
    name: 'shell-wrapped-builtins',
    parent: 'plain',
    files: {
      '/entrypoint.sh': String.raw`#!/bin/sh
set -e
V=$(echo " 2 " | xargs)
find /etc/hostname -exec echo {} \;
env printf ok
timeout 5 true
echo "$V"
`,
    },
    config: { entrypoint: ['/entrypoint.sh'] },
    prints: '/etc/hostname\nok2\n',
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'shell-env-split-string',
    parent: 'plain',
    files: { '/srv/run': '#!/usr/bin/env -S sh -e\necho krill | sed s/krill/whale/ | tr a-z A-Z\n' },
    config: { cmd: ['/srv/run'] },
    prints: 'WHALE\n',
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'shell-sourced-folders',
    parent: 'plain',
    files: {
      '/opt/app/bin/start': `#!/bin/bash
here="$(cd "$(dirname "$0")/.." && pwd)"
. "$here/lib/common.sh"
for f in "$here"/init.d/*.sh; do
  . "$f"
done
source "\${BASH_SOURCE%/*}/../etc/settings.env"
greet "$NAME"
`,
      '/opt/app/lib/common.sh': 'greet() { printf "%s\\n" "$1" | awk \'{ print toupper($0) }\'; }\n',
      '/opt/app/init.d/10-id.sh': 'echo "user $(id -un)"\n',
      '/opt/app/init.d/20-sum.sh': 'echo whale | md5sum | cut -c1-6\n',
      '/opt/app/etc/settings.env': 'NAME=$(basename /x/orca)\n',
    },
    config: { cmd: ['/opt/app/bin/start'] },
    prints: 'user root\ndb187a\nORCA\n',
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'shell-without-x-bit',
    parent: 'plain',
    files: {
      '/srv/jobs/all': `#!/bin/sh\ncd "\${0%/*}"\nsh first && bash ./second.bash\n`,
      '/srv/jobs/first': 'mktemp -d | wc -l\n',
      '/srv/jobs/second.bash': `mapfile -t a < <(seq 3 | shuf | sort -n)\necho "\${a[@]}" | base64\n`,
    },
    config: { cmd: ['/srv/jobs/all'] },
    prints: '1\nMSAyIDMK\n',
    ways: ['parent', 'configured', 'image'],
  },
  {
    name: 'shell-init-wrappers',
    parent: 'services',
    files: {
      '/srv/step.sh': '#!/bin/sh\nset -e\nid -un\nexec nice -n 1 nohup timeout 5 env A=b "$@" 2>/dev/null\n',
      '/srv/last.sh': '#!/bin/sh\nflock /tmp/l stat -c %a /srv/last.sh; stdbuf -oL uname -s | rev\n',
    },
    config: {
      entrypoint: ['tini', '--', 'dumb-init', 'gosu', 'nobody', '/srv/step.sh'],
      cmd: ['setpriv', '--no-new-privs', '/srv/last.sh'],
    },
    prints: 'nobody\n755\nxuniL\n',
  },
  {
    name: 'shell-sudo-su',
    parent: 'services',
    files: {
      '/etc/sudoers.d/app': { text: 'www-data ALL=(nobody) NOPASSWD: ALL\n', mode: 0o440 },
      '/srv/run.sh': `#!/bin/sh
sudo -n -u nobody sha1sum /srv/run.sh | wc -c
su -s /bin/sh nobody -c 'expr 6 "*" 7' 2>&1
sudo -n -l | grep -c NOPASSWD
`,
    },
    config: { cmd: ['/srv/run.sh'], user: 'www-data' },
    prints: /^\d+\n[\s\S]*\n1\n$/,
  },
  {
    name: 'shell-busybox-make',
    parent: 'services',
    files: {
      '/srv/Makefile': `
SHELL := /bin/bash
all: greet
\t@busybox sh -c 'echo from busybox | busybox sed s/from/by/'
\t@comm -12 <(printf 'a\\nb\\n') <(printf 'b\\nc\\n')
greet:
\t@install -D -m 600 Makefile /tmp/d/M && ls -l /tmp/d/M | cut -c1-10
-include extra.mk
`,
      '/srv/extra.mk': 'all: last\nlast:\n\t@date -u -d @86400 +%F\n',
    },
    config: { workdir: '/srv', cmd: ['make'] },
    prints: '-rw-------\n1970-01-02\nby busybox\nb\n',
  },
  {
    name: 'shell-own-authority',
    parent: 'services',
    prepare: [
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null -days 3650 -subj /CN=own -out /usr/local/share/ca-certificates/own.crt 2>/dev/null`,
    ],
    files: {
      '/entrypoint.sh': `#!/bin/sh
set -e
update-ca-certificates > /dev/null 2>&1
grep -c BEGIN /etc/ssl/certs/ca-certificates.crt
openssl verify /usr/local/share/ca-certificates/own.crt
`,
    },
    config: { entrypoint: ['/entrypoint.sh'] },
    prints: /^1\d\d\n.*OK\n$/,
  },
];
