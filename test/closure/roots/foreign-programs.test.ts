import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../../src/closure/closure.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import { buildElf } from '../../builders/elf.ts';
import { file, program, symlink } from '../../builders/tar.ts';
import { viewOf } from '../view.ts';

const POLICY = { rules: [], dlopen: 'off', programs: 'off' } as const;

function foreign(architecture: string | undefined, run: RunConfig): (string | number)[][] {
  const elf = (machine: number, byteOrder: 'little' | 'big' = 'little') =>
    program('', buildElf({ type: 'executable', machine, byteOrder })).content ?? '';
  const view = viewOf(
    run,
    program('bin/amd64', elf(62)),
    program('bin/i386', elf(3)),
    program('bin/arm64', elf(183)),
    program('bin/ppc64', elf(21, 'big')),
    symlink('bin/link', 'arm64'),
    program('bin/script', '#!/bin/second -x\n'),
    program('bin/second', '#! bin/arm64\n'),
    program('bin/circle', '#!/bin/circle\n'),
    file('etc/passwd'),
  );
  const platform = architecture === undefined ? {} : { platform: { os: 'linux', architecture } };
  const { findings } = computeClosure({ ...view, ...platform }, [], POLICY);
  return findings.flatMap((finding) => (finding.kind === 'binfmt-needed' ? [[finding.path, finding.machine]] : []));
}

test('a command made for another machine than the image is told, by whatever way it is reached', () => {
  const arm = [['bin/arm64', 183]];
  assert.deepEqual(foreign('amd64', { Entrypoint: ['/bin/arm64'] }), arm);
  assert.deepEqual(foreign('amd64', { Cmd: ['link'] }), arm);
  assert.deepEqual(foreign('amd64', { Entrypoint: ['script'], Cmd: ['arm64'] }), arm);
  assert.deepEqual(foreign('amd64', { Healthcheck: { Test: ['CMD', 'arm64'] }, Shell: ['/bin/ppc64'] }), [
    ...arm,
    ['bin/ppc64', 21],
  ]);
  assert.deepEqual(foreign('ppc64le', { Cmd: ['/bin/ppc64'] }), [['bin/ppc64', 21]]);
});

test('what the machine runs is not, nor where the platform or the program is not known', () => {
  assert.deepEqual(foreign('amd64', { Entrypoint: ['amd64'], Cmd: ['i386'] }), []);
  assert.deepEqual(foreign('386', { Entrypoint: ['i386'] }), []);
  assert.deepEqual(foreign('arm64', { Entrypoint: ['script'] }), []);
  assert.deepEqual(foreign('ppc64', { Entrypoint: ['/bin/ppc64'] }), []);
  assert.deepEqual(foreign('sparc64', { Entrypoint: ['arm64'] }), []);
  assert.deepEqual(foreign(undefined, { Entrypoint: ['arm64'] }), []);
  assert.deepEqual(foreign('amd64', { Entrypoint: ['circle'], Cmd: ['/etc/passwd'] }), []);
});
