import type { Program } from './program.ts';

const CHECK = `#!/bin/sh
set -e
export HOME=/tmp/home
mkdir /tmp/home && cd /tmp/home
export GIT_AUTHOR_DATE='2024-07-01T12:00:00Z' GIT_COMMITTER_DATE='2024-07-01T12:00:00Z'
git config --global user.name Whale
git config --global user.email whale@example.com
git config --global alias.greet '!f() { echo "hello $1"; }; f'
git init -b main pod
cd pod
echo krill > krill
git add krill
git commit -q -m 'Feed the whale'
git log --format='%H %an %ad %s' --date=iso --stat
git greet krill
printf '#!/bin/sh\\necho "hook in $(basename "$PWD")"\\n' > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
git switch -q -c deep
echo more >> krill
git commit -q -a -m 'More' 2>&1
git switch -q main
git merge -q --no-ff -m 'Merge' deep
git log --oneline --graph
git rebase -q --root && git log --format=%s
git diff HEAD~1 | cat
git clone -q . ../copy && git -C ../copy status --short --branch
git gc -q && git fsck && git archive HEAD | wc -c
git submodule status
git stash list
git rev-parse --verify nothing || exit 9
`;

/** A program that starts a hundred others of its own, hooks and aliases by the shell, and a pager. */
export const git: Program = {
  name: 'git',
  packages: ['git'],
  files: { '/app/check.sh': CHECK },
  prepare: 'chmod +x /app/check.sh',
  run: [
    { command: ['/app/check.sh'], exitCode: 9 },
    { command: ['/app/check.sh'], exitCode: 9, user: 'nobody', env: { GIT_PAGER: 'cat' } },
    { command: ['git', '--version'] },
    { command: ['git', 'clone', '/nowhere'], exitCode: 128 },
  ],
};
