import type { Program } from './program.ts';

const CHECK = `@load "time"
@load "filefuncs"
BEGIN {
  when = 1719835200
  print strftime("%A, %d. %B %Y, %H:%M %Z", when), strftime("%c", when)
  print length("Größe"), toupper("größe"), match("größe", /[[:alpha:]]+$/)
  printf "%'d %'.2f\\n", 1234567, 3.14
  print mktime("2024 12 24 18 00 00")
  n = split("Zebra Ärger apfel", words)
  asort(words)
  for (i = 1; i <= n; i++) print words[i]
  reader = "while read -r line; do echo \\"<$line>\\"; done"
  print "b\\na" | reader
  close(reader)
  "echo $TZ" | getline zone
  print zone, (gettimeofday() > when), stat("/app", data), data["type"]
  getline line < "/nowhere"
  print ERRNO
  exit 9
}
`;

/** A locale that was generated and a time zone, of which only the environment speaks. */
export const gawk: Program = {
  name: 'gawk',
  packages: ['gawk', 'locales', 'tzdata'],
  files: { '/app/check.awk': CHECK },
  prepare: "echo 'de_DE.UTF-8 UTF-8' > /etc/locale.gen && locale-gen",
  run: [
    { command: ['gawk', '-f', '/app/check.awk'], exitCode: 9, env: { LANG: 'de_DE.UTF-8', TZ: 'Europe/Berlin' } },
    { command: ['gawk', '-f', '/app/check.awk'], exitCode: 9, env: { LC_ALL: 'C.UTF-8', TZ: 'America/St_Johns' } },
    { command: ['gawk', '-f', '/app/check.awk'], exitCode: 9, user: 'nobody' },
  ],
};
