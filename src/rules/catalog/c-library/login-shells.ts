import type { Rule } from '../../engine/rule.ts';

/** sshd refuses a user whose shell is not there (allowed_user in auth.c); su, login and runuser start it. */
export const loginShells: Rule = {
  name: 'login-shells',
  summary: "starts the users' shells that /etc/passwd names",
  default: 'on',
  trigger: { path: /(^|\/)s?bin\/(sshd|su|login|runuser|dropbear|in\.telnetd)$/ },
  apply: (view) => ({
    paths: [
      ...new Set(
        view
          .text('/etc/passwd')
          .split('\n')
          .flatMap((line) => line.split(':')[6] ?? []),
      ),
    ].filter((shell) => shell.startsWith('/')),
  }),
};
