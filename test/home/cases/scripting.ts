import type { HomeCase } from '../home-case.ts';

/** Perl, Ruby, Lua, Tcl and awk: what their scripts start, and what the interpreters load by themselves. */
export const scripting: readonly HomeCase[] = [
  {
    name: 'perl-backticks',
    parent: 'scripting',
    files: {
      '/app/main.pl': `
print((split /\\n/, \`sort --version\`)[0] =~ /coreutils/ ? "coreutils\\n" : "other\\n");
print "shell ", qx(echo whale | tr a-z A-Z);
open(my $pipe, '-|', 'seq 3 | tail -n 1') or die; print <$pipe>; close $pipe;
open(my $out, '|-', 'cut', '-c1-3') or die; print $out "orcas\\n"; close $out;
system('fold', '-w', '2', '/app/text') == 0 or die "fold: $?";
`,
      '/app/text': 'krill\n',
    },
    config: { cmd: ['perl', '/app/main.pl'] },
    prints: 'coreutils\nshell WHALE\n3\norc\nkr\nil\nl\n',
  },
  {
    name: 'perl-json-xs',
    ways: ['installed'],
    parent: 'scripting',
    config: {
      cmd: ['perl', '-MJSON::XS', '-e', 'print JSON::XS->new->canonical->encode({a => [1, undef], b => "x"}), "\\n"'],
    },
    prints: '{"a":[1,null],"b":"x"}\n',
  },
  {
    name: 'perl-implicit-modules',
    parent: 'scripting',
    files: {
      '/srv/implicit.pl': String.raw`#!/usr/bin/perl
use strict; use warnings; use feature 'say';
sub counted : lvalue { my $x } 
'whale=7' =~ /(?<name>\w+)=(?<n>\d)/; say join ',', map { "$_:$+{$_}" } sort keys %+;
open my $in, '<:encoding(UTF-16LE)', \"a\0b\0" or die; say scalar <$in>;
open my $koi, '<:encoding(koi8-r)', \"\xc1" or die; say ord <$koi>;
say join ' ', map { s{.*/}{}r } glob('/srv/*.pl');
say $!{ENOENT} ? 'set' : 'unset' if !-e '/nowhere' || 1;
my $io = IO::File->new('/srv/implicit.pl', 'r'); say defined $io;
say "\N{GREEK SMALL LETTER ALPHA}" eq "\x{3b1}", lc("\x{130}") ne '', "\x{e9}" =~ /\p{Latin}/;
printf "%vd %s\n", v1.22.333, sprintf('%b', 5);
STDOUT->autoflush(1); say sprintf '%s', -t STDIN ? 'tty' : 'no tty';
`,
    },
    config: { cmd: ['/srv/implicit.pl'] },
    prints: /^n:7,name:whale\nab\n1072\nimplicit\.pl\nset\n1\n111\n1\.22\.333 101\nno tty\n$/,
  },
  {
    name: 'perl-mojolicious',
    parent: 'scripting',
    files: {
      '/home/app/app.pl': `#!/usr/bin/env perl
use Mojolicious::Lite -signatures;
get '/' => sub ($c) { $c->stash(uptime => scalar \`stat -c %a /home/app/app.pl\`); $c->render(template => 'index') };
get '/json' => sub ($c) { $c->render(json => {date => Mojo::Date->new(0)->to_datetime}) };
app->secrets(['x']); app->log->level('fatal'); app->start;
`,
      '/home/app/templates/index.html.ep': 'mode <%= stash "uptime" %>and <%= 6 * 7 %>\n',
      '/home/app/public/a.txt': 'static\n',
    },
    config: { workdir: '/home/app', cmd: ['./app.pl', 'daemon', '-l', 'http://127.0.0.1:8080'] },
    service: { fetch: ['8080/', '8080/json', '8080/a.txt'] },
    prints: /^200 mode 755\nand [\s\S]*200 \{"date":"1970-01-01T00:00:00Z"\}\n200 static\n\n$/,
  },
  {
    name: 'ruby-backticks-open3',
    parent: 'scripting',
    files: {
      '/srv/app.rb': `
require 'open3'
puts \`printf whale | wc -c\`.strip, %x(basename /a/orca).strip
out, status = Open3.capture2('sort', '-u', stdin_data: "b\\na\\nb\\n")
puts out.inspect, status.success?
puts system('grep', '-q', 'capture2', __FILE__)
IO.popen(%w[nl -b a], 'r+') { |io| io.puts 'x'; io.close_write; puts io.read.strip.inspect }
pid = spawn('cmp', __FILE__, __FILE__); Process.wait(pid); puts $?.exitstatus
puts 'whale'.encode('EUC-JP').encoding, "\\u00e4".encode('ISO-8859-2').bytes.inspect
begin; nil.foo; rescue => e; puts e.message.lines.first[0, 20]; end
`,
    },
    config: { cmd: ['ruby', '/srv/app.rb'] },
    prints: /^5\norca\n"a\\nb\\n"\ntrue\ntrue\n"1\\tx"\n0\nEUC-JP\n\[228\]\nundefined method `fo\n$/,
  },
  {
    name: 'ruby-sinatra',
    parent: 'scripting',
    files: {
      '/opt/shop/config.ru': "require_relative 'lib/shop'\nrun Shop\n",
      '/opt/shop/lib/shop.rb': `
require 'sinatra/base'
require 'nokogiri'
class Shop < Sinatra::Base
  set :environment, :production
  set :root, File.expand_path('..', __dir__)
  get('/') { erb :index, locals: { lines: \`cat #{settings.root}/data.txt | wc -l\`.strip } }
  get('/xml') { Nokogiri::XML('<a><b>whale</b></a>').at('b').text }
end`,
      '/opt/shop/views/index.erb': 'lines <%= lines %>',
      '/opt/shop/public/a.css': 'a{}',
      '/opt/shop/data.txt': 'a\nb\n',
      '/opt/shop/server.rb': `
require 'webrick'
require 'rack'
app, = Rack::Builder.parse_file('/opt/shop/config.ru')
server = WEBrick::HTTPServer.new(Port: 8080, AccessLog: [], Logger: WEBrick::Log.new(nil, 0))
server.mount '/', Rack::Handler::WEBrick, app
server.start`,
    },
    packages: ['ruby-webrick'],
    config: { workdir: '/opt/shop', cmd: ['ruby', 'server.rb'] },
    service: { fetch: ['8080/', '8080/xml', '8080/a.css'] },
    prints: '200 lines 2\n200 whale\n200 a{}\n',
  },
  {
    name: 'lua-execute-popen',
    parent: 'scripting',
    files: {
      '/srv/a.lua': `
local pipe = io.popen('echo whale | sha1sum | head -c 6'); print(pipe:read('a')); pipe:close()
print(os.execute('test -f /srv/a.lua && expr 1 + 1 > /tmp/n'))
for line in io.lines('/tmp/n') do print(line) end
package.path = '/srv/lua/?.lua;' .. package.path
print(require('whale.song').sing())
`,
      '/srv/lua/whale/song.lua': "return { sing = function() return io.popen('dirname /a/b'):read() end }\n",
    },
    config: { cmd: ['lua5.4', '/srv/a.lua'] },
    prints: 'fc9743\ntrue\texit\t0\n2\n/a\n',
  },
  {
    name: 'luajit-ffi-magic',
    parent: 'scripting',
    files: {
      '/srv/m.lua': `
local ffi = require('ffi')
ffi.cdef('typedef struct m m; m *magic_open(int); int magic_load(m *, const char *); const char *magic_buffer(m *, const char *, size_t);')
local lib = ffi.load('libmagic.so.1')
local cookie = lib.magic_open(0)
print(lib.magic_load(cookie, nil), ffi.string(lib.magic_buffer(cookie, '\\137PNG\\r\\n\\26\\n', 8)))
`,
    },
    config: { cmd: ['luajit', '/srv/m.lua'] },
    prints: /^0\t.+\n$/,
  },
  {
    name: 'tcl-exec',
    parent: 'scripting',
    files: {
      '/srv/a.tcl': `
puts [exec echo whale | tr a-z A-Z]
set pipe [open "|sort -n" r+]; puts $pipe "10\\n9"; flush $pipe; close $pipe write; puts [gets $pipe]
puts [exec /usr/bin/env realpath /srv/../srv/a.tcl]
puts [encoding convertto shiftjis a] ; puts [clock format 0 -gmt 1 -format %Y]
package require msgcat; puts [msgcat::mc whale]
`,
    },
    config: { cmd: ['tclsh', '/srv/a.tcl'] },
    prints: 'WHALE\n9\n/srv/a.tcl\na\n1970\nwhale\n',
  },
  {
    name: 'gawk-getline',
    parent: 'scripting',
    files: {
      '/srv/report.awk': `#!/usr/bin/gawk -f
@load "time"
BEGIN {
  "date -u -d @0 +%Y" | getline year; close("date -u -d @0 +%Y")
  print year; print "b\\na" | "sort"; close("sort")
  print system("cksum /srv/report.awk > /tmp/c"); while ((getline line < "/tmp/c") > 0) print (line ~ /report/)
  cmd = "bc"; print "6*7" |& cmd; close(cmd, "to"); cmd |& getline answer; print answer
}
`,
    },
    config: { cmd: ['/srv/report.awk'] },
    prints: '1970\na\nb\n0\n1\n42\n',
  },
  {
    name: 'scripting-jq-pipeline',
    parent: 'scripting',
    files: {
      '/srv/etl/run': `#!/usr/bin/env bash
set -euo pipefail
readonly HERE=\${BASH_SOURCE%/*}
trap 'rm -f "$tmp"' EXIT
tmp=$(mktemp)
jq -r '.[] | [.name, .n] | @tsv' "$HERE/in.json" | sort -k2n | tee "$tmp"
perl -lane 'print $F[1] * 2' "$tmp" | paste -sd+ | bc
ruby -rjson -e 'puts JSON.parse(File.read(ARGV[0])).size' "$HERE/in.json"
`,
      '/srv/etl/in.json': '[{"name":"b","n":2},{"name":"a","n":1}]',
    },
    config: { cmd: ['/srv/etl/run'] },
    prints: /^a\s+1\nb\s+2\n6\n2\n$/,
  },
];
