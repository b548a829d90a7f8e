import { debianTree } from '../../debian/debian-tree.ts';
import { RUNTIMES } from '../../debian/systems.ts';
import { once, testOptionalRules, testRules } from './rule-case.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';
const PYTHON = '/usr/lib/python3.11';
const JAVA = '/usr/lib/jvm/java-17-openjdk-amd64';
const GCC = '/usr/lib/gcc/x86_64-linux-gnu/12';

const system = once(() => debianTree(RUNTIMES));

testRules(system, [
  {
    rule: 'python',
    seed: '/usr/bin/python3',
    keeps: [
      `${PYTHON}/os.py`,
      `${PYTHON}/encodings/utf_8.py`,
      `${PYTHON}/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so`,
      '/usr/lib/python3/dist-packages/setuptools/__init__.py',
      '/etc/python3.11/sitecustomize.py',
    ],
    leaves: [`${PYTHON}/test`, '/usr/lib/python3/dist-packages/pip/__init__.py'],
  },
  {
    rule: 'perl-use',
    seed: '/usr/bin/perl',
    keeps: [`${LIB}/perl-base/strict.pm`, `${LIB}/perl-base/IO/Handle.pm`, `${LIB}/perl-base/auto/IO/IO.so`],
    leaves: ['/usr/share/perl/5.36/JSON/PP.pm'],
  },
  {
    // A script of the system's names what it uses, and its modules do.
    rule: 'perl-use',
    seed: '/usr/bin/prove',
    keeps: ['/usr/share/perl/5.36/App/Prove.pm', '/usr/share/perl/5.36/TAP/Harness.pm'],
    leaves: ['/usr/share/perl/5.36/unicore/Name.pl'],
  },
  {
    rule: 'perl',
    seed: '/usr/bin/perl',
    run: { Cmd: ['perl', '/app/x.pl'] },
    without: ['perl-use'],
    keeps: [
      `${LIB}/perl-base/strict.pm`,
      '/usr/share/perl/5.36/JSON/PP.pm',
      `${LIB}/perl/5.36/auto/Encode/JP/JP.so`,
      '/usr/share/perl/5.36/unicore/Name.pl',
      '/usr/share/perl5/Git.pm',
      '/etc/perl/Net/libnet.cfg',
    ],
  },
  {
    rule: 'ruby',
    seed: '/usr/bin/ruby',
    keeps: [
      '/usr/lib/ruby/3.1.0/set.rb',
      `${LIB}/ruby/3.1.0/openssl.so`,
      '/usr/lib/ruby/vendor_ruby/rubygems.rb',
      '/usr/share/rubygems-integration/all/specifications/rake-13.0.6.gemspec',
    ],
    without: ['plugin-directories'],
  },
  {
    rule: 'php',
    seed: '/usr/bin/php',
    keeps: [
      '/etc/php/8.2/cli/php.ini',
      '/etc/php/8.2/cli/conf.d/20-gd.ini',
      '/usr/lib/php/20220829/gd.so',
      '/usr/lib/php/20220829/pdo_sqlite.so',
      '/usr/lib/php/20220829/opcache.so',
    ],
    leaves: ['/usr/lib/php/php-helper', '/usr/lib/php/8.2/php.ini-development'],
  },
  {
    rule: 'java',
    seed: '/usr/bin/java',
    keeps: [
      `${JAVA}/lib/modules`,
      `${JAVA}/lib/server/libjvm.so`,
      `${JAVA}/conf/security/java.security`,
      '/etc/java-17-openjdk/security/java.security',
      '/etc/java-17-openjdk/jvm-amd64.cfg',
      '/etc/ssl/certs/java/cacerts',
    ],
    leaves: [`${JAVA}/man`],
  },
  {
    rule: 'nodejs',
    seed: '/usr/bin/node',
    keeps: ['/usr/share/nodejs/undici/undici-fetch.js', '/usr/share/nodejs/cjs-module-lexer/lexer.js'],
    without: ['node-global-modules'],
  },
  {
    rule: 'node-global-modules',
    seed: '/usr/bin/node',
    keeps: ['/usr/share/nodejs/busboy/package.json'],
    leaves: ['/usr/share/nodejs/@types/node/package.json'],
  },
  {
    rule: 'erlang',
    seed: '/usr/bin/erl',
    keeps: ['/usr/lib/erlang/bin/start.boot', '/usr/lib/erlang/releases/RELEASES'],
  },
  { rule: 'tcl', seed: '/usr/bin/tclsh', keeps: ['/usr/share/tcltk/tcl8.6/init.tcl', '/usr/share/tcltk/tcl8.6/tcl8'] },
  {
    rule: 'git',
    seed: '/usr/bin/git',
    keeps: [
      '/usr/lib/git-core/git-remote-http',
      '/usr/lib/git-core/git-submodule',
      '/usr/share/git-core/templates/hooks',
    ],
    leaves: ['/usr/bin/perl', '/usr/share/git-core/templates/hooks/update.sample'],
  },
  {
    rule: 'gcc',
    seed: '/usr/bin/gcc',
    keeps: [
      `${GCC}/cc1`,
      `${GCC}/crtbegin.o`,
      `${LIB}/crt1.o`,
      `${LIB}/libc.so`,
      `${LIB}/libc_nonshared.a`,
      '/usr/include/stdio.h',
      '/usr/include/linux/types.h',
      '/usr/bin/as',
      '/usr/bin/ld',
    ],
    leaves: [`${GCC}/lto1`, `${LIB}/libc.a`, `${LIB}/libtcl8.6.so`],
  },
]);

testOptionalRules(system, [
  { rule: 'perl-library', seed: '/usr/bin/perl', keeps: ['/usr/share/perl/5.36/JSON/PP.pm'] },
  {
    rule: 'python-tools',
    seed: '/usr/bin/python3',
    keeps: ['/usr/lib/python3/dist-packages/pip/__init__.py'],
    isQuiet: true,
  },
  { rule: 'git-extras', seed: '/usr/bin/git', keeps: ['/usr/lib/git-core/git-daemon'] },
  { rule: 'gcc-extras', seed: '/usr/bin/gcc', keeps: [`${GCC}/lto1`, `${LIB}/libc.a`] },
]);
