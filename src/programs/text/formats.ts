import { configuration } from './configuration.ts';
import { crontab } from './crontab.ts';
import { execline, inittab, procfile, systemdUnit } from './init.ts';
import { logrotate } from './logrotate.ts';
import { sqlClient } from './sql-client.ts';
import { supervisor } from './supervisor.ts';
import type { TextFormat } from './text-format.ts';

/** Formats in the order in which they are looked for; what a file's name does not tell may still be configuration. */
export const FORMATS: readonly TextFormat[] = [
  procfile,
  inittab,
  crontab,
  logrotate,
  supervisor,
  systemdUnit,
  execline,
  sqlClient,
];

/** What is read in addition to one of the others, for the paths in it. */
export const CONFIGURATION: TextFormat = configuration;
