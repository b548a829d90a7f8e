import type { PackageRecord } from '../database/package-database.ts';
import { isEssential } from './relations.ts';

/**
 * Packages that others depend on for their maintainer scripts and triggers, or for an init system, neither of which runs
 * in a container: Debian policy 7.2 has packages declare those like any other.
 */
const HELPERS =
  /^(adduser|apk-tools|alpine-(baselayout|base|keys|release).*|appstream|apt(-utils)?|base-(files|passwd)|busybox(-.*)?|c?debconf(-.*)?|coreutils|dictionaries-common|dpkg(-dev)?|emacsen-common|fakeroot|gcc-\d+-base|init|init-system-helpers|initscripts|install-info|insserv|dbus-user-session|default-logind|libpam-(systemd|runtime)|lsb-(base|release)|man-db|passwd|sgml-base|ssl-cert|startpar|systemd(-.*)?|sysv-rc|sysvinit-utils|tex-common|ucf|udev|update-inetd|xml-core)$/;

/** Whether a package that another one declares to need is of no use when programs run, or is asked for by its calls alone. */
export function isForMaintenance(record: PackageRecord): boolean {
  return HELPERS.test(record.name) || isEssential(record);
}
