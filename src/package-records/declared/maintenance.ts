import type { PackageRecord } from '../database/package-database.ts';
import { isEssential } from './relations.ts';

/**
 * Packages that others depend on for their maintainer scripts and triggers, which don't run in a container: Debian policy
 * 7.2 has packages declare those like any other.
 */
const HELPERS =
  /^(adduser|apk-tools|alpine-(baselayout|base|keys|release).*|appstream|apt(-utils)?|base-(files|passwd)|busybox(-.*)?|c?debconf(-.*)?|coreutils|dictionaries-common|dpkg(-dev)?|emacsen-common|fakeroot|gcc-\d+-base|insserv|install-info|libpam-runtime|lsb-(base|release)|man-db|passwd|sgml-base|ssl-cert|sysvinit-utils|tex-common|ucf|update-inetd|xml-core)$/;

/** What manages a machine's services: the container's own command is the only one. */
const INIT =
  /^(dbus-user-session|default-logind|init|init-system-helpers|initscripts|libpam-systemd|openrc|startpar|systemd(-.*)?|sysv-rc|sysvinit-core|udev)$/;

/** Whether a package that another one declares to need is of no use when programs run, or is asked for by its calls alone. */
export function isForMaintenance(record: PackageRecord): boolean {
  return HELPERS.test(record.name) || INIT.test(record.name) || isEssential(record);
}

/** Whether each command of a package stands for itself: calling one asks for nothing else of it. */
export function isOfSingleCommands(record: PackageRecord): boolean {
  return INIT.test(record.name) || isEssential(record);
}
