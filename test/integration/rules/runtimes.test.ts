import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { after, before, test } from 'node:test';
import { debianTree } from '../../debian/debian-tree.ts';
import { RUNTIMES } from '../../debian/systems.ts';
import { type Engine, provideEngine } from '../../fixture/engine.ts';
import { skinnywhale } from '../../fixture/slim.ts';
import { behaviour } from '../../real-programs/compare.ts';

/** The runtimes are in the parent image: a container of it adds no more than the files of programs. */
interface RuntimeCase {
  readonly name: string;
  /** Env of the image */
  readonly env?: readonly string[];
  /** the image's Cmd is the only one of them, or a script that runs all of them */
  readonly commands: readonly (readonly string[])[];
  readonly files: Readonly<Record<string, string>>;
}

const START = '/app/start';

const PREPARE = `echo 'de_DE.UTF-8 UTF-8' > /etc/locale.gen && locale-gen
  python3 -m venv --without-pip --system-site-packages /opt/venv
  mkdir -p /srv/node/node_modules/krill && cd /srv/node/node_modules/krill
  echo '{"name":"krill","main":"k.js"}' > package.json && echo 'module.exports = "krill"' > k.js`;

const PYTHON = `
import concurrent.futures, datetime, json, sqlite3, ssl, subprocess, sys, zoneinfo
import requests, idna
print(sys.prefix, ssl.create_default_context().cert_store_stats()['x509_ca'] > 50)
print(sqlite3.connect(':memory:').execute('select upper("krill")').fetchone(), json.dumps({'ä': 1}))
when = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.timezone.utc)
for zone in ('Europe/Berlin', 'Asia/Kathmandu'):
    print(when.astimezone(zoneinfo.ZoneInfo(zone)).isoformat())
print(subprocess.run('echo shell; exit 3', shell=True, capture_output=True, text=True))
with concurrent.futures.ProcessPoolExecutor(2) as pool:
    print(list(pool.map(abs, (-1, -2))))
print(requests.Session().headers['User-Agent'], idna.encode('ä.example'), 'ä'.encode('euc_jp', 'replace'))
sys.exit(5)
`;

const PERL = `
use strict; use warnings; use utf8;
use Encode; use JSON::PP; use POSIX qw(strftime); use Digest::SHA qw(sha256_hex); use Time::Local; use File::Temp; use List::Util 'sum';
use Unicode::Normalize; use charnames ':full'; use Storable 'dclone'; use Data::Dumper; use Text::Wrap; use IO::Socket; use DB_File;
print length(encode('shiftjis', "\\x{9be8}")), ' ', encode('iso-2022-jp', "\\x{9be8}") ne '', "\\n";
print JSON::PP->new->canonical->encode({ whale => [1, undef] }), sha256_hex('krill'), "\\n";
$ENV{TZ} = 'Europe/Berlin'; POSIX::tzset();
print strftime('%F %T %Z', localtime(1719835200)), ' ', sum(1 .. 4), "\\n";
print length(NFD("\\N{LATIN SMALL LETTER E WITH ACUTE}")), ' ', "\\x{df}" =~ /\\p{Lowercase}/, "\\n";
print \`echo shell;\`; exit 4;
`;

const PHP = `<?php
$db = new PDO('sqlite::memory:');
echo $db->query('select 6 * 7')->fetchColumn(), ' ', mb_strtoupper('größe'), ' ', curl_version()['version_number'] > 0, "\\n";
$xml = new DOMDocument(); $xml->loadXML('<a><b>krill</b></a>');
echo (new DOMXPath($xml))->evaluate('string(//b)'), ' ', simplexml_load_string('<w x="1"/>')['x'], "\\n";
echo (new NumberFormatter('de_DE', NumberFormatter::CURRENCY))->formatCurrency(1234.5, 'EUR'), ' ';
echo (new Collator('sv'))->compare('ä', 'z'), "\\n";
$image = imagecreatetruecolor(8, 8); imagefilledrectangle($image, 0, 0, 7, 7, 0xff0000);
ob_start(); imagepng($image); imagejpeg($image); imagewebp($image); $data = ob_get_clean();
echo strlen($data) > 300, ' ', (new DateTime('2024-07-01 12:00 UTC'))->setTimezone(new DateTimeZone('Asia/Kathmandu'))->format('c'), "\\n";
echo openssl_digest('krill', 'sha256'), ' ', iconv('UTF-8', 'ISO-8859-15//TRANSLIT', '€') === "\\xa4", "\\n";
$loaded = get_loaded_extensions(); sort($loaded); echo implode(',', $loaded), ' ', shell_exec('echo shell');
exit(3);
`;

const RUBY = `
require 'json'; require 'set'; require 'openssl'; require 'yaml'; require 'erb'; require 'digest'; require 'bigdecimal'; require 'zlib'
require 'socket'; require 'net/http'; require 'psych'; require 'date'; require 'open3'; require 'rake'; require 'io/console'
puts JSON.dump('wal' => [1, nil]), YAML.dump('a' => 1), ERB.new('<%= 6 * 7 %>').result, Digest::SHA256.hexdigest('krill')
store = OpenSSL::X509::Store.new.tap(&:set_default_paths)
puts OpenSSL::SSL::SSLContext.new.class, File.exist?(OpenSSL::X509::DEFAULT_CERT_DIR), 'ä'.encode('Shift_JIS', undef: :replace).bytes.inspect
ENV['TZ'] = 'Asia/Kathmandu'
puts Time.at(0).to_s, BigDecimal('1.1').to_s, Gem::Specification.map(&:name).sort.join(','), Rake::VERSION, \`echo shell;\`
exit 6
`;

const NODE = `
const krill = require('krill');
const undici = require('undici');
console.log(krill, typeof undici.request, typeof fetch, require('crypto').createHash('md5').update('x').digest('hex'));
console.log(new Date(0).toLocaleString('de-DE', { timeZone: 'Asia/Kathmandu' }), require('child_process').execSync('echo shell').toString());
import('./module.mjs').then((module) => { console.log(module.default); process.exitCode = 2; });
`;

const GAWK = `BEGIN {
  print strftime("%A, %d. %B %Y %H:%M %Z", 1719835200), length("Größe"), toupper("größe")
  printf "%'d\\n", 1234567; "echo shell" | getline line; print line; getline < "/app"; print ERRNO; exit 9 }
`;

const TOOLS = `#!/bin/sh
set -e
cd /tmp && git init -q -b main whale && cd whale
git config user.name W && git config user.email w@example.com && git config alias.greet '!echo hello'
echo krill > krill && git add . && git commit -qm first && git log --format='%an %s' && git greet
git submodule status && git clone -q . ../copy && git -C ../copy show --stat --format=%s
gcc -O2 -o hello /app/hello.c -lm && ./hello
lua5.4 -e 'print(("krill"):rep(2))' && echo 'puts [clock format 0 -gmt 1]' | tclsh
`;

const HELLO_C = `#include <math.h>
#include <stdio.h>
int main(int n, char **words) { printf("%.3f %s\\n", sqrt(n + 1), words[0]); return 0; }
`;

const CASES: readonly RuntimeCase[] = [
  {
    name: 'python-in-a-virtual-environment',
    env: ['PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin'],
    commands: [['python', '/app/check.py']],
    files: { '/app/check.py': PYTHON },
  },
  { name: 'php', commands: [['php', '/app/check.php']], files: { '/app/check.php': PHP } },
  {
    name: 'perl-and-gawk',
    env: ['LANG=de_DE.UTF-8', 'TZ=Europe/Berlin'],
    commands: [
      ['perl', '/app/check.pl'],
      ['gawk', '-f', '/app/check.awk'],
    ],
    files: { '/app/check.pl': PERL, '/app/check.awk': GAWK },
  },
  {
    name: 'ruby-and-node',
    commands: [
      ['ruby', '/app/check.rb'],
      ['node', '/srv/node/check.js'],
    ],
    files: {
      '/app/check.rb': RUBY,
      '/srv/node/check.js': NODE,
      '/srv/node/module.mjs': 'export default import.meta.url;\n',
    },
  },
  {
    name: 'java-and-tools',
    commands: [['keytool', '-list', '-cacerts', '-storepass', 'changeit'], ['/app/tools']],
    files: { '/app/tools': TOOLS, '/app/hello.c': HELLO_C },
  },
];

let engine: (Engine & AsyncDisposable) | undefined;
let parent = '';

before(async () => {
  engine = await provideEngine();
  const { docker } = engine;
  const system = docker.imageName('runtimes-system');
  const { archive } = await debianTree(RUNTIMES);
  await docker.docker(['import', '-', system], { stdin: createReadStream(archive) });
  const container = await docker.start(system);
  parent = docker.imageName('runtimes-parent');
  try {
    await docker.sh(container, PREPARE);
    await docker.docker(['commit', container, parent]);
  } finally {
    await docker.remove({ containers: [container], images: [system] });
  }
});

after(async () => {
  await engine?.docker.remove({ images: [parent] });
  await engine?.[Symbol.asyncDispose]();
});

for (const one of CASES) {
  test(`${one.name}: the parent image has all that runs the programs of the change layer`, async () => {
    assert.ok(engine !== undefined);
    const { docker, host } = engine;
    const names = ['image', 'fat', 'skinny'].map((part) => docker.imageName(`runtimes-${one.name}-${part}`));
    const [image, fatImage, skinnyImage] = names as [string, string, string];
    const [only, ...others] = one.commands;
    const start = `#!/bin/sh\n${one.commands.map((command) => command.join(' ')).join('\n')}\n`;
    const changes = [
      `CMD ${JSON.stringify(others.length === 0 ? only : [START])}`,
      ...(one.env ?? []).map((text) => `ENV ${text}`),
    ];
    const plain = (await docker.docker(['create', parent, 'true'])).trim();
    await docker.docker(['commit', ...changes.flatMap((change) => ['--change', change]), plain, image]);
    const container = await docker.start(image);
    try {
      const files = others.length === 0 ? one.files : { ...one.files, [START]: start };
      for (const [path, text] of Object.entries(files)) await docker.write(container, path, text);
      await docker.sh(container, 'cd /app && for file in start tools; do [ ! -e $file ] || chmod +x $file; done');
      await docker.docker(['kill', container]);
      await docker.docker(['commit', container, fatImage]);
      const slimmed = await skinnywhale(['--tag', skinnyImage, container], { host });
      assert.equal(slimmed.exitCode, 0, slimmed.stderr);

      const program = { name: one.name, packages: [], run: one.commands.map((command) => ({ command })) };
      const fat = await behaviour(docker, program, fatImage);
      const skinny = await behaviour(docker, program, skinnyImage);
      const told = `it behaves differently; stderr from the skinny image:\n${skinny.stderr}`;
      assert.deepEqual(skinny.steps, fat.steps, told);
      assert.ok(
        fat.steps.every(({ stdout }) => stdout.length > 20),
        'the programs did not get far',
      );
    } finally {
      await docker.remove({ containers: [container, plain], images: [skinnyImage, fatImage, image] });
    }
  });
}
