/** A parent image of several cases: what a team's base image has installed. */
export interface HomeParent {
  /** Debian packages, without what they recommend */
  readonly packages: readonly string[];
  /** packages that bring what they recommend: where that is the point */
  readonly withRecommends?: readonly string[];
  /** shell script, run as root after the packages are installed */
  readonly prepare?: string;
}

/** By name. Cases share them, since installing takes most of the time. */
export const PARENTS = {
  /** Debian itself. */
  plain: { packages: [] },
  /** What compiles the cases' own programs in C; no case has it as its parent, nor the next one. */
  compiler: { packages: ['gcc', 'libc6-dev'] },
  /** What makes the cases' other programs. */
  toolchain: {
    packages: ['gcc', 'libc6-dev', 'g++', 'make', 'default-jdk-headless', 'mono-mcs', 'ocaml-nox', 'rustc', 'npm'],
  },
  node: { packages: ['nodejs', 'npm', 'curl', 'fonts-dejavu-core', 'fontconfig-config', 'ca-certificates'] },
  python: {
    packages: ['python3', 'python3-venv', 'ca-certificates', 'file', 'libmagic1', 'locales', 'tzdata', 'procps'],
    prepare: 'sed -i "s/^# de_DE.UTF-8/de_DE.UTF-8/" /etc/locale.gen && locale-gen',
  },
  desktop: {
    packages: [
      'python3-gi',
      'python3-gi-cairo',
      'gir1.2-pango-1.0',
      'gir1.2-rsvg-2.0',
      'python3-pil',
      'fonts-dejavu-core',
    ],
  },
  maps: { packages: ['python3-gdal', 'libsqlite3-mod-spatialite', 'sqlite3', 'proj-bin'] },
  scripting: {
    packages: [
      'perl',
      'libjson-xs-perl',
      'libmojolicious-perl',
      'ruby',
      'ruby-sinatra',
      'ruby-nokogiri',
      'lua5.4',
    ].concat(['luajit', 'libmagic1', 'tcl', 'gawk', 'bc', 'jq']),
  },
  php: { packages: ['php-cli', 'php-fpm', 'php-mbstring', 'php-sqlite3', 'nginx-light', 'supervisor', 'curl'] },
  java: { packages: ['openjdk-17-jre-headless', 'libh2-java', 'libjna-java'] },
  services: {
    packages: [
      'supervisor',
      'memcached',
      'cron',
      'logrotate',
      'rsyslog',
      'runit',
      'curl',
      'lighttpd',
      'tini',
      'dumb-init',
    ].concat([
      'gosu',
      'sudo',
      'msmtp',
      'bsd-mailx',
      'openssl',
      'ca-certificates',
      'busybox',
      'make',
      'redis-server',
      's6',
    ]),
  },
  logic: {
    packages: ['guile-3.0', 'swi-prolog-nox', 'sbcl', 'mono-runtime', 'libmono-system-core4.0-cil', 'ocaml-nox'],
  },
  graphics: {
    packages: ['gnuplot-nox', 'imagemagick', 'ghostscript', 'graphviz', 'poppler-utils', 'tesseract-ocr', 'sox'].concat(
      ['fonts-dejavu-core', 'librsvg2-bin', 'poppler-data'],
    ),
  },
  words: {
    packages: ['git', 'vim-tiny', 'less', 'hunspell', 'unixodbc', 'odbcinst', 'libsqliteodbc', 'sqlite3'],
    withRecommends: ['aspell', 'gnupg'],
    prepare:
      'printf "[SQLite3]\\nDescription=SQLite\\nDriver=libsqlite3odbc.so\\n" > /tmp/o && odbcinst -i -d -f /tmp/o; rm /tmp/o',
  },
  web: {
    packages: [
      'python3-venv',
      'python3-flask',
      'gunicorn',
      'python3-django',
      'apache2',
      'libcgi-pm-perl',
      'cron',
    ].concat([
      'postgresql',
      'git',
      'make',
      'rsync',
      'openssh-server',
      'openssh-client',
      'sqlite3',
      'imagemagick',
      'ghostscript',
      'librsvg2-bin',
      'fonts-dejavu-core',
      'tzdata',
      'locales',
    ]),
    prepare: 'sed -i "s/^# de_DE.UTF-8/de_DE.UTF-8/" /etc/locale.gen && locale-gen',
  },
  statistics: { packages: ['r-base-core'] },
} as const satisfies Readonly<Record<string, HomeParent>>;

export type ParentName = keyof typeof PARENTS;
