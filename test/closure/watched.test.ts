import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClosurePolicy, computeClosure } from '../../src/closure/closure.ts';
import type { Closure, Need } from '../../src/closure/types.ts';
import { file, program, symlink, type TarMember } from '../builders/tar.ts';
import { exe, glibc, lib } from './loader/image.ts';
import { viewOf } from './view.ts';

const SYSTEM: readonly TarMember[] = [
  glibc(),
  exe('usr/bin/python3.11', { needed: ['libpy.so'] }),
  symlink('usr/bin/python3', 'python3.11'),
  file('usr/lib/python3.11/os.py'),
  file('usr/lib/python3.11/json/__init__.py'),
  lib('usr/lib/libpy.so', { needed: ['libdeep.so'] }),
  lib('usr/lib/libdeep.so'),
  program('usr/bin/sh', 'x'),
  program('usr/bin/tar', 'x'),
  program('srv/app', '#!/usr/bin/python3\n'),
  program('srv/sample', '#!/usr/bin/python3\n'),
  program('srv/script', '#!/usr/bin/sh\ntar x\n'),
];

function closureOf(learned: readonly string[], policy: Partial<ClosurePolicy> = {}): Closure {
  const needs = learned.map((line): Need => {
    const [path = '', how = 'opened'] = line.split(' ');
    return { path, reason: { rule: `${how} by /usr/bin/other`, by: null } };
  });
  const all = { rules: [], dlopen: 'likely', programs: 'direct', isWatched: true, ...policy } as const;
  return computeClosure(viewOf({}, ...SYSTEM), [], all, needs);
}

function kept(learned: readonly string[], policy: Partial<ClosurePolicy> = {}): string[] {
  return [...closureOf(learned, policy).kept.keys()]
    .filter((path) => /^(srv|usr\/lib\/(py|lib[pd]))|bin\//.test(path))
    .sort();
}

test('of the collection of a program that was watched only what it was seen to use is kept, and libraries of it', () => {
  const learned = ['/usr/bin/python3 executed', '/usr/lib/python3.11/os.py'];
  const libraries = ['usr/lib/libdeep.so', 'usr/lib/libpy.so'];
  const expected = ['usr/bin/python3', 'usr/bin/python3.11', ...libraries, 'usr/lib/python3.11/os.py'];
  assert.deepEqual(kept(learned), expected.sort());
  assert.ok(kept(learned, { isWatched: false }).includes('usr/lib/python3.11/json/__init__.py'));
  assert.ok(kept(learned, { rules: ['+python'] }).includes('usr/lib/python3.11/json/__init__.py'));
});

test('what stays out is told with the rule that adds it', () => {
  const { findings } = closureOf(['/usr/bin/python3 executed']);
  assert.ok(findings.some((finding) => finding.kind === 'optional-data' && finding.rule === 'python'));
});

test("a script's interpreter was run, too, though the kernel has opened it", () => {
  assert.deepEqual(
    kept(['/srv/app executed']).filter((path) => path.includes('python')),
    ['usr/bin/python3', 'usr/bin/python3.11'],
  );
});

test('a program that the configuration names and that nobody has watched comes with its collection', () => {
  const view = viewOf({ Cmd: ['/srv/app'] }, ...SYSTEM);
  const policy = { rules: [], dlopen: 'likely', programs: 'direct', isWatched: true } as const;
  const learned = [{ path: '/usr/bin/tar', reason: { rule: 'executed by /usr/bin/tar', by: null } }];
  assert.ok(
    [...computeClosure(view, [], policy, learned).kept.keys()].some((path) => path.endsWith('json/__init__.py')),
  );
});

test('a script that was read and not run is data; one that was run calls what it calls', () => {
  assert.deepEqual(kept(['/srv/sample opened']), ['srv/sample']);
  assert.deepEqual(kept(['/srv/script executed']), ['srv/script', 'usr/bin/sh', 'usr/bin/tar']);
  assert.deepEqual(kept(['/srv/script opened', '/srv/script executed']), ['srv/script', 'usr/bin/sh', 'usr/bin/tar']);
});

test('a name in a program that was watched is no library that it needs', () => {
  const members = [...SYSTEM, exe('srv/opener', { strings: ['libdeep.so'] })];
  const learned = [{ path: '/srv/opener', reason: { rule: 'executed by /srv/opener', by: null } }];
  const has = (policy: Partial<ClosurePolicy>): boolean => {
    const all = { rules: [], dlopen: 'likely', programs: 'direct', isWatched: true, ...policy } as const;
    return [...computeClosure(viewOf({}, ...members), [], all, learned).kept.keys()].some((path) =>
      path.endsWith('libdeep.so'),
    );
  };
  assert.deepEqual([has({}), has({ isWatched: false })], [false, true]);
});
