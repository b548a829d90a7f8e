import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bufferSource } from '../../src/elf/byte-source.ts';
import { type ElfFile, readElf } from '../../src/elf/elf-file.ts';
import { RULES } from '../../src/rules/catalog/list.ts';
import type { Rule, RuleView } from '../../src/rules/engine/rule.ts';
import { buildElf } from '../builders/elf.ts';
import { file, fixture, program, symlink } from '../builders/tar.ts';
import { check, soup } from './budget.ts';

/** What configurations are made of: keywords, references to themselves and to all around, globs, and what breaks lines. */
const WORDS = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: text of configurations
  ...' |\n|\t|=|:|;|,|{|}|(|)|[|]|<|>|"|\'|#|\\|\\\n|\0|$|${A}|*|?|[a|**|..|/|//|@|%|!|\xff'.split('|'),
  ...'include |Include |IncludeOptional |@include |.include = |#includedir |includedir |LoadModule a |load_module |extension=|zend_extension=|auth required |session optional |[NOTFOUND=return]|files compat ldap|passwd:|hosts:|moduleload |modulepath |ServerRoot |<dir>|</dir>|</include>|<include>|<fontconfig>|TypesConfig |require |use |import |from a import b|source '.split(
    '|',
  ),
  ...'/etc/a|/etc/*|/etc/a/../a|/etc/circle/a|/usr/lib/x.so|x.so|/bin/sh|root:x:0:0::/root:/bin/sh|de_DE.UTF-8|Europe/Berlin'.split(
    '|',
  ),
];

const TRIGGER = buildElf({
  soname: 'libtrigger.so.1',
  needed: ['libc.so.6'],
  imports: ['dlopen'],
  strings: ['/etc', '/usr/lib', '/usr/share/x', 'x.so', '/etc/a', '%s/modules'],
});

/** Every small text that a rule asks for is the same hostile one, wherever it looks. */
function hostileView(text: string, target: string): { view: RuleView; elf: ElfFile } {
  const { tree, content } = fixture(
    program('usr/bin/trigger', TRIGGER),
    file('etc/a', text),
    file('etc/b', text),
    file('etc/gnutls/pkcs11.conf', text),
    file('etc/p11-kit/modules/a.module', text),
    file('usr/share/p11-kit/modules/a.module', text),
    file('etc/apache2/apache2.conf', text),
    file('etc/ldap/slapd.conf', text),
    file('etc/php/8.2/cli/php.ini', text),
    file('etc/php/8.2/cli/conf.d/a.ini', text),
    file('etc/sudoers', text),
    file('usr/lib/x.so', TRIGGER),
    file(`etc/${'a'.repeat(200)}`, ''),
    symlink('etc/circle', '.'),
    symlink('etc/link', target),
    symlink('etc/loop', 'loop'),
  );
  const elf = readElf(bufferSource(TRIGGER));
  assert.ok(!('defect' in elf));
  const view: RuleView = {
    tree,
    content,
    run: { Env: ['LANG=de_DE', 'TZ=x', 'JAVA_HOME=/etc/circle', 'A=/etc'], WorkingDir: '/etc' },
    libraryDirectories: () => ['/usr/lib'],
    text: () => text,
    names: (directory) => {
      const { status, path } = tree.resolve(directory);
      return status === 'found'
        ? tree.children(path).map((child) => child.path.slice(path.length === 0 ? 0 : path.length + 1))
        : [];
    },
    exists: (path) => tree.resolve(path).entry !== undefined,
  };
  return { view, elf };
}

function applyAll(text: string, target = '/etc/a'): void {
  const { view, elf } = hostileView(text, target);
  for (const path of ['usr/bin/trigger', 'etc/a', 'etc/circle']) {
    const { entry } = view.tree.resolve(path, { followLast: false });
    assert.ok(entry !== undefined);
    const isProgram = path === 'usr/bin/trigger';
    for (const rule of RULES) {
      const started = performance.now();
      const wanted = apply(rule, view, { entry, elf: isProgram ? elf : undefined });
      const took = performance.now() - started;
      assert.ok(took < 1000, `${rule.name}: ${Math.round(took)} ms`);
      const all = [...(wanted.paths ?? []), ...(wanted.trees ?? []), ...(wanted.libraries ?? [])];
      assert.ok(
        all.length < 20_000 && all.every((one) => typeof one === 'string'),
        `${rule.name} wants ${all.length} files`,
      );
    }
  }
}

function apply(rule: Rule, view: RuleView, trigger: Parameters<Rule['apply']>[1]): ReturnType<Rule['apply']> {
  try {
    return rule.apply(view, trigger);
  } catch (error) {
    throw new Error(`${rule.name} on /${trigger.entry.path}`, { cause: error });
  }
}

test('every rule bears any text in place of the configuration that it reads', () => {
  check(fc.tuple(soup(WORDS, 200), fc.constantFrom('/etc/a', '..', '/', 'loop', '/none')), 250, ([text, target]) => {
    applyAll(text, target);
  });
});

test('and long ones of one kind', () => {
  const PIECES = [
    '/etc/*',
    'include /etc/a\n',
    '{',
    '(',
    '<dir>',
    '"',
    '\\\n',
    ' ',
    '/',
    'a',
    'a=',
    '[',
    '#',
    '\t',
    '@include a\n',
    'hosts: ',
    'x:',
    ' \n',
  ];
  for (const piece of PIECES) applyAll(piece.repeat(Math.floor(60_000 / piece.length)));
  applyAll(
    `Include /etc/${'*a'.repeat(40)}*b\n@include /etc/${'*a'.repeat(40)}*b\ninclude /etc/${'*a'.repeat(40)}*b;\n`,
  );
});
