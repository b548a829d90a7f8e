import type { Rule } from '../../engine/rule.ts';

export const dbus: Rule = {
  name: 'dbus',
  summary: 'connects programs over D-Bus',
  default: 'on',
  trigger: { soname: /^libdbus-1\.so/, path: /(^|\/)bin\/(dbus-daemon|dbus-broker-launch)$/ },
  eachFile: true,
  apply: (_view, { entry }) => {
    // To a client the machine has to have an identity.
    const paths = ['/etc/machine-id', '/var/lib/dbus/machine-id'];
    if (!entry.path.includes('bin/')) return { paths };
    return {
      paths: [...paths, '/var/lib/dbus', '/run/dbus', '/usr/lib/dbus-1.0/dbus-daemon-launch-helper'],
      trees: ['/usr/share/dbus-1', '/etc/dbus-1'],
    };
  },
};
