import type { HomeCase } from '../home-case.ts';

/** Tools that need what their packages recommend, and what their users configure. */
export const words: readonly HomeCase[] = [
  {
    name: 'aspell-dictionary',
    ways: ['installed'],
    parent: 'words',
    config: { entrypoint: ['aspell'], cmd: ['-l', 'en', 'list'] },
    stdin: 'whale whhale\n',
    prints: 'whhale\n',
  },
  {
    name: 'hunspell-in-script',
    parent: 'words',
    packages: ['hunspell-en-us'],
    files: { '/srv/check': '#!/bin/sh\nprintf "whale\\nwhhale\\n" | hunspell -d en_US -l\n' },
    config: { cmd: ['/srv/check'] },
    prints: 'whhale\n',
  },
  {
    name: 'gnupg-agent',
    parent: 'words',
    files: {
      '/srv/sign.sh': `#!/bin/sh
set -e
export GNUPGHOME=/tmp/g; mkdir -m 700 $GNUPGHOME
gpg --batch --quiet --passphrase '' --quick-generate-key whale ed25519 sign never 2>/dev/null
echo krill | gpg --batch --quiet --clearsign 2>/dev/null | gpg --verify 2>&1 | grep -c 'Good signature'
gpgconf --list-dirs agent-socket
`,
    },
    config: { cmd: ['/srv/sign.sh'] },
    prints: '1\n/tmp/g/S.gpg-agent\n',
  },
  {
    name: 'git-hooks-aliases',
    parent: 'words',
    files: {
      '/root/.gitconfig': `[user]
\tname = whale
\temail = whale@example.org
[alias]
\tcount = "!git log --format=%s | sort | uniq -c | tr -s ' '"
[core]
\thooksPath = /srv/hooks
\tpager = less -FRX
[init]
\tdefaultBranch = main
`,
      '/srv/hooks/commit-msg': '#!/bin/sh\nfold -w 72 "$1" > "$1.f" && mv "$1.f" "$1"; echo hook >&2\n',
      '/srv/run.sh': `#!/bin/sh
set -e
cd "$(mktemp -d)"
git init -q . && echo a > a && git add a && git commit -q -m one 2>/dev/null
git count
git stash list; git rev-parse --abbrev-ref HEAD
git clone -q "file://$PWD" copy 2>/dev/null && git -C copy log --oneline | wc -l
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: ' 1 one\nmain\n1\n',
  },
  {
    name: 'odbc-drivers',
    parent: 'words',
    files: {
      '/etc/odbc.ini': '[own]\nDriver=SQLite3\nDatabase=/tmp/a.db\n',
      '/srv/run.sh': '#!/bin/sh\nprintf "select 6*7\\n" | isql -b -v own 2>&1 | tr -dc 0-9; echo\nodbcinst -q -d\n',
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: /^\d*42\d*\n(\[SQLite3?\]\n)+$/,
  },
  {
    name: 'vim-script',
    parent: 'words',
    files: {
      '/srv/edit.sh': `#!/bin/sh
cp /srv/in.txt /tmp/in.txt
TERM=xterm vim.tiny -u NONE -es -c '%s/krill/whale/' -c 'wq' /tmp/in.txt < /dev/null
less /tmp/in.txt
TERM=xterm tput cols > /dev/null && infocmp -1 xterm | head -n 1 | cut -c1-4
`,
      '/srv/in.txt': 'krill\n',
    },
    config: { cmd: ['/srv/edit.sh'] },
    prints: /^whale\n#\s/,
  },
];
