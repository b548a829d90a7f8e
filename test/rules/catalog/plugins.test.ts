import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../../src/closure/closure.ts';
import { imagePath } from '../../../src/model/image-path.ts';
import { file, program, symlink, type TarMember } from '../../builders/tar.ts';
import { viewOf } from '../../closure/view.ts';
import { exe, glibc, lib } from '../../loader/image.ts';

/** What is kept with one program or library, less the loader and what every image gets. */
function keptWith(rule: string, seed: TarMember, ...others: readonly TarMember[]): string[] {
  const view = viewOf({}, glibc(), seed, ...others);
  const entry = view.tree.get(imagePath(seed.name));
  assert.ok(entry !== undefined);
  const policy = { rules: ['-all', `+${rule}`], dlopen: 'off', programs: 'direct' } as const;
  const { kept } = computeClosure(view, [{ entry, reason: { kind: 'changed' } as const }], policy);
  return [...kept.keys()].filter((path) => kept.get(path)?.some(({ kind }) => kind === 'rule')).sort();
}

test('plugins come with the index beside them, not with what a linker reads or a person runs', () => {
  const plugins = 'usr/lib/graph';
  const seed = lib('usr/lib/libgraph.so.6', {
    imports: ['lt_dlopen'],
    strings: [`/${plugins}`],
    needed: ['libc.so.6'],
  });
  const others = [
    lib(`${plugins}/svg.so.6`),
    file(`${plugins}/config6a`, 'svg'),
    file(`${plugins}/svg.la`, 'x'),
    program(`${plugins}/configure.sh`, 'x'),
  ];
  assert.deepEqual(keptWith('plugin-directories', seed, ...others), [`${plugins}/config6a`, `${plugins}/svg.so.6`]);
  assert.deepEqual(keptWith('plugin-directories', seed, file(`${plugins}/config6a`, 'svg')), []);
});

test("ImageMagick's delegates, and Ghostscript only where its policy lets it", () => {
  const delegates = '<delegate decode="svg" command="&quot;rsvg&quot; x"/><delegate decode="ps" command="gs x"/>';
  const policy = (text: string): TarMember => file('etc/ImageMagick-6/policy.xml', `<policymap>${text}</policymap>`);
  const others = [
    file('etc/ImageMagick-6/delegates.xml', delegates),
    program('usr/bin/rsvg', 'x'),
    program('usr/bin/gs', 'x'),
    symlink('bin', 'usr/bin'),
  ];
  const strings = ['/etc/ImageMagick-6/'];
  const seed = exe('usr/lib/libMagickCore-6.so.6', { soname: 'libMagickCore-6.so.6', strings });
  const denied = '<policy domain="coder" rights="none" pattern="PDF" />';
  const programs = (text: string): string[] => keptWith('imagemagick-delegates', seed, ...others, policy(text));
  assert.deepEqual(programs(denied), ['usr/bin/rsvg']);
  assert.deepEqual(programs(`<!-- ${denied} -->`), ['usr/bin/gs', 'usr/bin/rsvg']);
});

test('settings that a library names without their directory', () => {
  const others = [file('etc/odbcinst.ini', 'x'), file('etc/other.ini', 'x'), file('etc/passwd', 'x')];
  const library = (...strings: string[]): TarMember =>
    lib('usr/lib/libodbcinst.so.2', { strings, needed: ['libc.so.6'] });
  const seed = library('/etc', '.odbcinst.ini', 'passwd');
  assert.deepEqual(keptWith('settings-by-name', seed, ...others), ['etc/odbcinst.ini']);
  assert.deepEqual(keptWith('settings-by-name', library('odbcinst.ini'), ...others), []);
});
