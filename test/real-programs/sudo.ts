import type { Program } from './program.ts';

const CHECK = `#!/bin/sh
sudo -u nobody id -un
sudo -n -l -U nobody > /dev/null
sudo -u nobody sh -c 'echo "$SUDO_USER $HOME"; exit 3'
echo "exit code $?"
sudo -i -u whale pwd
su whale -c 'id -un; id -Gn'
`;

const AS_USER = `#!/bin/sh
echo krill | sudo -S -p '' id -un
echo "exit code $?"
echo plankton | sudo -S -k -p '' id -un
echo "exit code $?"
echo krill | su shrimp -c 'id -un' 2> /dev/null
echo "exit code $?"
echo plankton | su shrimp -c 'id -un' 2> /dev/null
`;

/** Set-user-ID programs that ask PAM: policy files, modules, and passwords. */
export const sudo: Program = {
  name: 'sudo',
  packages: ['sudo'],
  files: { '/app/check.sh': CHECK, '/app/as-user.sh': AS_USER },
  prepare: `chmod +x /app/*.sh
    useradd --create-home --shell /bin/sh --groups sudo whale
    useradd --shell /bin/sh shrimp
    printf 'whale:krill\\nshrimp:krill\\n' | chpasswd`,
  run: [
    { command: ['/app/check.sh'] },
    { command: ['/app/as-user.sh'], exitCode: 1, user: 'whale' },
    { command: ['sudo', '-n', 'id'], exitCode: 1, user: 'shrimp' },
  ],
};
