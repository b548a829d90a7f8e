import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../src/closure/closure.ts';
import type { Closure } from '../../src/closure/closure-result.ts';
import { selectSeeds } from '../../src/closure/roots/selection.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { requesterOf } from '../../src/model/reason.ts';
import { buildElf } from '../builders/elf.ts';
import { directory, file, program, symlink, type TarMember } from '../builders/tar.ts';
import { cache, exe, GLIBC, glibc, lib } from '../loader/image.ts';
import { viewOf } from './view.ts';

interface Question {
  readonly members: readonly TarMember[];
  readonly changed: readonly string[];
  readonly run?: RunConfig;
  readonly trim?: readonly 'tmp'[];
  readonly exclude?: readonly string[];
}

/** The closure by headers and scripts alone: no rules, no guesses. */
function closureOf({ members, changed, run = {}, trim = [], exclude = [] }: Question): Closure {
  const view = viewOf(run, glibc(), ...members);
  const rules = { include: [], exclude, trim, bruteLib: false, bruteUsrLib: false };
  const { tree, seeds } = selectSeeds(view.tree, new Set(changed as ImagePath[]), rules);
  return computeClosure({ ...view, tree }, seeds, { rules: ['-all'], dlopen: 'off', programs: 'off' });
}

function kept(question: Question): string[] {
  return [...closureOf(question).kept.keys()].sort();
}

const LOADER = GLIBC.slice(1);

test('a program comes with its loader, its libraries, theirs, and every link on the way', () => {
  const members = [
    exe('opt/main', { needed: ['liba.so.1'] }),
    symlink('lib', 'usr/lib'),
    symlink('usr/lib/liba.so.1', 'liba.so.1.2'),
    lib('usr/lib/liba.so.1.2', { soname: 'liba.so.1', needed: ['libb.so'] }),
    lib('usr/lib/libb.so'),
    lib('usr/lib/unused.so'),
  ];
  const expected = [
    'lib',
    'usr/lib',
    LOADER,
    'opt/main',
    'usr/lib/liba.so.1',
    'usr/lib/liba.so.1.2',
    'usr/lib/libb.so',
  ];
  assert.deepEqual(kept({ members, changed: ['opt/main'] }), expected.sort());
});

test('every kept path has its reasons and who asked', () => {
  const members = [
    exe('a', { needed: ['l.so'] }),
    exe('b', { needed: ['l.so'] }),
    symlink('lib', 'usr/lib'),
    lib('usr/lib/l.so'),
  ];
  const closure = closureOf({ members, changed: ['a', 'b'] });
  for (const reasons of closure.kept.values()) assert.ok(reasons.length > 0);
  const by = closure.kept.get('usr/lib/l.so' as ImagePath)?.map(requesterOf);
  assert.deepEqual(by?.sort(), ['a', 'b']);
  assert.deepEqual(closure.kept.get('a' as ImagePath), [{ kind: 'changed' }]);
});

test('scripts lead to interpreters, those to libraries; interpreters may be scripts', () => {
  const members = [
    program('opt/run', '#!/opt/wrapper\n'),
    program('opt/wrapper', '#!/usr/bin/env python3\n'),
    exe('usr/bin/env'),
    exe('usr/bin/python3.11', { needed: ['libpython.so'] }),
    symlink('usr/bin/python3', 'python3.11'),
    lib('usr/lib/libpython.so'),
  ];
  assert.deepEqual(kept({ members, changed: ['opt/run'] }), [LOADER, ...members.map(({ name }) => name)].sort());
});

test('a link of the change layer brings what it leads to, a dangling one brings nothing', () => {
  const members = [symlink('l', 'opt/data'), file('opt/data'), symlink('d', 'gone'), symlink('loop', 'loop')];
  const closure = closureOf({ members, changed: ['l', 'd', 'loop'] });
  assert.deepEqual([...closure.kept.keys()].sort(), ['d', 'l', 'loop', 'opt/data']);
  assert.deepEqual(closure.findings, []);
});

test('the cache is kept where a library was found through it, and only there', () => {
  const members = [exe('main', { needed: ['l.so'] }), lib('opt/l.so')];
  const cached = [...members, cache({ name: 'l.so', path: '/opt/l.so' })];
  assert.ok(kept({ members: cached, changed: ['main'] }).includes('etc/ld.so.cache'));
  const direct = [exe('main', { needed: ['l.so'], runpath: '/opt' }), ...cached.slice(1)];
  assert.equal(kept({ members: direct, changed: ['main'] }).includes('etc/ld.so.cache'), false);
});

test('a library of the change layer that no program loads brings its needs', () => {
  const members = [lib('opt/plugin.so', { needed: ['deep.so'] }), lib('lib/deep.so'), lib('lib/other.so')];
  assert.deepEqual(kept({ members, changed: ['opt/plugin.so'] }), ['lib/deep.so', 'opt/plugin.so']);
});

test('one that a program does load is resolved that program’s way', () => {
  const members = [
    exe('main', { needed: ['a.so'], rpath: '/opt' }),
    lib('opt/a.so', { needed: ['b.so'] }),
    lib('opt/b.so'),
  ];
  const closure = closureOf({ members, changed: ['opt/a.so', 'main'] });
  assert.ok(closure.kept.has('opt/b.so' as ImagePath));
  assert.deepEqual(closure.findings, []);
});

test('what is missing is a finding with all who ask; a kept library of that name is its host’s affair', () => {
  const members = [
    exe('a', { needed: ['gone.so', 'libjvm.so'] }),
    exe('b', { needed: ['gone.so'] }),
    lib('opt/server/libjvm.so'),
  ];
  const findings = closureOf({ members, changed: ['a', 'b', 'opt/server/libjvm.so'] }).findings;
  const requesters = (finding: (typeof findings)[number]) =>
    'requesters' in finding ? [...finding.requesters].sort() : [];
  assert.deepEqual(
    findings.map((finding) => [finding.kind, 'name' in finding ? finding.name : '', requesters(finding)]).sort(),
    [
      ['provided-by-host', 'libjvm.so', ['a']],
      ['unresolved-library', 'gone.so', ['a', 'b']],
    ],
  );
});

test('a missing loader, a broken ELF file and a blocked library are findings', () => {
  const members = [
    exe('a', { interpreter: '/lib/gone.so.1' }),
    program('b', buildElf({ interpreter: GLIBC }).subarray(0, 70)),
    exe('c', { needed: ['l.so'] }),
    file('lib/l.so', 'GROUP ( x )'),
  ];
  const kinds = closureOf({ members, changed: ['a', 'b', 'c'] }).findings.map(({ kind }) => kind);
  assert.deepEqual(kinds.sort(), ['blocked-library', 'defective-elf', 'unresolved-interpreter']);
});

test('what is needed is kept although it would be trimmed', () => {
  const members = [program('opt/run', '#!/tmp/sh\n'), program('tmp/sh', 'x'), file('tmp/rest'), directory('tmp')];
  const changed = ['opt/run', 'tmp', 'tmp/sh', 'tmp/rest'];
  assert.deepEqual(kept({ members, changed, trim: ['tmp'] }), ['opt/run', 'tmp', 'tmp/sh']);
});

test('what is excluded is not found by anything', () => {
  const members = [exe('main', { needed: ['l.so'] }), lib('lib/l.so')];
  const closure = closureOf({ members, changed: ['main'], exclude: ['/lib/l.so'] });
  assert.deepEqual(
    closure.findings.map(({ kind }) => kind),
    ['unresolved-library'],
  );
  assert.equal(closure.kept.has('lib/l.so' as ImagePath), false);
});

test('base files and the configuration’s commands are kept from the parent image', () => {
  const members = [file('etc/passwd'), directory('tmp'), exe('bin/server'), file('new'), file('etc/other')];
  const question = { members, changed: ['new'], run: { Cmd: ['/bin/server'] } };
  assert.deepEqual(kept(question), ['bin/server', 'etc/passwd', LOADER, 'new', 'tmp'].sort());
});

test('relocatable files, static programs and static-pies need nothing', () => {
  const members = [
    program('static', buildElf({ type: 'executable' })),
    program('static-pie', buildElf({ type: 'shared', pie: true, needed: ['never.so'] })),
    file('x.o', buildElf({ type: 'relocatable' })),
  ];
  const closure = closureOf({ members, changed: ['static', 'static-pie', 'x.o'] });
  assert.deepEqual([...closure.kept.keys()].sort(), ['static', 'static-pie', 'x.o']);
  assert.deepEqual(closure.findings, []);
});
