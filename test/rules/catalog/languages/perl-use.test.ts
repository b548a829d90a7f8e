import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modulesNamedIn } from '../../../../src/rules/catalog/languages/perl-use.ts';

test('modules that a Perl source names, its documentation and data left out', () => {
  const source = [
    '#!/usr/bin/perl -w',
    'use strict; use v5.10;',
    "use parent qw(-norequire My::Base), 'Other';",
    'package X { require Deep::Module; no warnings; }',
    '=head1 NAME',
    '',
    'use In::Documentation;',
    '',
    '=cut',
    'use Getopt::Long qw(GetOptions);',
    "my $x = 'use In::String;';",
    '__END__',
    'use In::Data;',
  ].join('\n');
  const names = modulesNamedIn(source);
  for (const name of ['strict', 'My::Base', 'Other', 'Deep::Module', 'warnings', 'Getopt::Long']) {
    assert.ok(names.includes(name), name);
  }
  for (const name of ['In::Documentation', 'In::Data', 'In::String']) assert.ok(!names.includes(name), name);
});
