import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../../src/closure/closure.ts';
import { imagePath } from '../../../src/model/image-path.ts';
import { readPackages } from '../../../src/package-records/read-packages.ts';
import { buildElf } from '../../builders/elf.ts';
import { directory, file, program, type TarMember } from '../../builders/tar.ts';
import { viewOf } from '../../closure/view.ts';
import { exe, glibc, lib } from '../../loader/image.ts';

const DATA: readonly TarMember[] = [
  file('etc/fonts/fonts.conf', '<fontconfig><dir>/usr/share/fonts</dir></fontconfig>'),
  file('usr/share/fonts/sans.ttf'),
  file('etc/ssl/certs/ca-certificates.crt'),
  file('usr/share/zoneinfo/Europe/Berlin'),
  file('etc/services'),
  file('usr/lib/python3.11/os.py'),
  file('usr/lib/ruby/vendor_ruby/set.rb'),
  directory('usr/lib/x86_64-linux-gnu'),
  lib('usr/lib/x86_64-linux-gnu/libicuuc.so.72'),
  lib('usr/lib/x86_64-linux-gnu/libicudata.so.72'),
  file('var/lib/dpkg/info/owner.list', '/usr/lib/owned.so\n'),
];

/** Which of `DATA` is kept with one file in the change layer. */
function keptWith(member: TarMember): string[] {
  const view = viewOf({}, glibc(), ...DATA, member);
  const entry = view.tree.get(imagePath(member.name));
  assert.ok(entry !== undefined);
  const policy = { rules: ['-declared', '-own-files'], dlopen: 'off', programs: 'direct' } as const;
  const seeds = [{ entry, reason: { kind: 'changed' } as const }];
  const { kept } = computeClosure(view, seeds, policy, [], readPackages(view));
  return DATA.map(({ name }) => name).filter((name) => kept.get(imagePath(name))?.some(({ kind }) => kind === 'rule'));
}

/** A library for Node.js with something linked in. */
function addon(...strings: string[]): TarMember {
  return file('srv/app/node_modules/draw/draw.node', buildElf({ strings }));
}

/** A program without an interpreter, as Go makes them. */
function statically(...strings: string[]): TarMember {
  return program('srv/app/server', buildElf({ strings }));
}

test('fontconfig linked into a library reads its settings and the fonts', () => {
  assert.deepEqual(keptWith(addon('/etc/fonts')), ['etc/fonts/fonts.conf', 'usr/share/fonts/sans.ttf']);
  assert.deepEqual(keptWith(addon('x/usr/share/fonts/Failed')), ['usr/share/fonts/sans.ttf']);
});

test('authorities and time zones of what is linked statically, in programs and libraries', () => {
  for (const member of [addon, statically]) {
    assert.ok(keptWith(member('x/etc/ssl/certs/ca-certificates.crt/y')).includes('etc/ssl/certs/ca-certificates.crt'));
    assert.ok(keptWith(member('OPENSSLDIR: "/usr/lib/ssl"')).includes('etc/ssl/certs/ca-certificates.crt'));
    assert.ok(keptWith(member('../usr/share/zoneinfo/')).includes('usr/share/zoneinfo/Europe/Berlin'));
  }
});

test('a static program looks up names by the files that nsswitch.conf is one of', () => {
  assert.deepEqual(keptWith(statically('/etc/nsswitch.conf')), ['etc/services']);
});

test('a copy of an interpreter under another name finds its library', () => {
  const python = exe('srv/tool/snake', { strings: ['Py_BytesMain', '3.11'] });
  assert.ok(keptWith(python).includes('usr/lib/python3.11/os.py'));
  const other = exe('srv/tool/snake', { strings: ['Py_BytesMain', '3.12'] });
  assert.ok(!keptWith(other).includes('usr/lib/python3.11/os.py'));
  const ruby = exe('srv/tool/gem', { strings: ['RUBYLIB', '/usr/lib/ruby/vendor_ruby'] });
  assert.ok(keptWith(ruby).includes('usr/lib/ruby/vendor_ruby/set.rb'));
});

test('names of ICU’s libraries that are made up at run time', () => {
  assert.deepEqual(keptWith(addon('libicuuc', '.so')), [
    'usr/lib/x86_64-linux-gnu/libicuuc.so.72',
    'usr/lib/x86_64-linux-gnu/libicudata.so.72',
  ]);
});

test('a package’s library has its own rules and declarations: what stands in it is not looked for', () => {
  assert.deepEqual(keptWith(file('usr/lib/owned.so', buildElf({ strings: ['/etc/fonts', 'libicuuc'] }))), []);
});
