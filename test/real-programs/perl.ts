import type { Program } from './program.ts';

const CHECK = `
use strict;
use warnings;
use utf8;
use DBI;
use Digest::SHA qw(sha256_hex);
use Encode qw(decode encode);
use File::Temp qw(tempfile);
use JSON::XS;
use POSIX qw(setlocale LC_ALL strftime);
use Socket;
use Storable qw(dclone);
use Unicode::Normalize;
use XML::LibXML;
binmode STDOUT, ':encoding(UTF-8)';

my $document = XML::LibXML->load_xml(string => '<?xml version="1.0" encoding="ISO-8859-15"?><pod><w n="Blå">2</w><w n="&#xe9;">5</w></pod>');
print join(',', map { $_->getAttribute('n') . '=' . $_->textContent } $document->findnodes('//w[. > 1]')), "\\n";
print eval { XML::LibXML->load_xml(string => '<pod>') } // 'malformed', "\\n";

my ($handle, $file) = tempfile();
my $base = DBI->connect("dbi:SQLite:dbname=$file", '', '', { RaiseError => 1, sqlite_unicode => 1 });
$base->do('create table whales (name text, krill integer)');
$base->do('insert into whales values (?, ?)', undef, @$_) for ['Blå', 3], ['Fin', 4];
print join('|', $base->selectrow_array('select group_concat(name), sum(krill) from whales')), "\\n";
$base->do('create virtual table notes using fts5(body)');
print $base->selectrow_array('select count(*) from notes'), ' ', $base->{sqlite_version} ? 'sqlite' : '', "\\n";

print JSON::XS->new->canonical->encode(dclone({ whale => [1, undef, \\1], 'ä' => 2.5 })), "\\n";
print length(encode('shiftjis', "\\x{9be8}")), ' ', decode('iso-2022-jp', encode('iso-2022-jp', "\\x{9be8}")), "\\n";
print sha256_hex('krill'), ' ', length(NFD('é')), ' ', "\\N{GREEK SMALL LETTER ALPHA}", ' ', uc('straße'), "\\n";
$ENV{TZ} = 'UTC';
print strftime('%F %T %Z', localtime(1719835200)), ' ', (getpwuid($<))[0], "\\n";
for my $name ('localhost', 'whale.example', 'no-such-name.invalid') {
  my $address = gethostbyname($name);
  print "$name ", defined $address ? inet_ntoa($address) : 'unknown', "\\n";
}
print \`echo shell;\`, system('exit 4;') >> 8, "\\n";
print eval { require No::Such::Module } // 'no such module', "\\n";
exit 5;
`;

/** Modules in C from packages, over the interpreter's own, which are in the base image for a part. */
export const perl: Program = {
  name: 'perl',
  packages: ['perl', 'libxml-libxml-perl', 'libdbd-sqlite3-perl', 'libjson-xs-perl'],
  files: { '/app/check.pl': CHECK },
  run: [
    { command: ['perl', '/app/check.pl'], exitCode: 5 },
    { command: ['perl', '/app/check.pl'], exitCode: 5, user: 'nobody', env: { LANG: 'C.UTF-8' } },
    { command: ['perl', '-pe', 's/(\\w+)/\\u$1/'], stdin: 'whale\nkrill\n' },
  ],
};
