import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, symlink } from '../builders/tar.ts';
import { cut } from './cut.ts';

const DEP5 = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tool

Files: *
Copyright: 2001 Someone
License: GPL-2+ or Artistic

License: LGPL-2.1+
 License: not a field
license: GPL-2+ or Artistic
`;

function factsOf(stanza: string, copyright: string): object | undefined {
  const { data } = cut(
    [
      directory('usr/bin'),
      file('usr/bin/tool', 'x'),
      file('usr/share/doc/libtool/copyright', copyright),
      symlink('usr/share/doc/tool', 'libtool'),
      file('var/lib/dpkg/status', stanza),
      file('var/lib/dpkg/info/tool.list', '/usr/bin/tool\n'),
    ],
    ['usr/bin/tool'],
  );
  const [facts] = data.facts();
  if (facts === undefined) return undefined;
  const { record, ...rest } = facts;
  return { name: record.name, ...rest };
}

test('dpkg: version, source and licences, also through the link to the documentation of another package', () => {
  const stanza = 'Package: tool\nStatus: install ok installed\nVersion: 1.2-3+b1\nArchitecture: amd64\n';
  assert.deepEqual(factsOf(`${stanza}Source: tools (1.2-3)\n`, DEP5), {
    name: 'tool',
    version: '1.2-3+b1',
    architecture: 'amd64',
    source: 'tools',
    sourceVersion: '1.2-3',
    licences: ['GPL-2+ or Artistic', 'LGPL-2.1+'],
  });
  assert.deepEqual(factsOf(stanza, 'This package is under the GPL.\nLicense: no field of a free text\n'), {
    name: 'tool',
    version: '1.2-3+b1',
    architecture: 'amd64',
    source: 'tool',
    sourceVersion: '1.2-3+b1',
    licences: undefined,
  });
});

test('a copyright file without an end is not read, and no line of one is taken whole', () => {
  const stanza = 'Package: tool\nStatus: install ok installed\n';
  const licencesOf = (text: string): unknown => (factsOf(stanza, text) as { licences?: unknown }).licences;
  assert.equal(licencesOf(`${DEP5}${'x'.repeat(1 << 18)}`), undefined);
  assert.deepEqual(licencesOf(`Format: x\nLicense: ${'y'.repeat(1 << 17)}\n`), ['y'.repeat(199)]);
  const many = Array.from({ length: 5000 }, (_, index) => `License: L${index}\n`).join('');
  assert.equal((licencesOf(`Format: x\n${many}`) as unknown[]).length, 100);
});

test('apk: what its paragraph says', () => {
  const paragraph = 'P:musl-utils\nV:1.2.5-r0\nA:x86_64\nL:MIT AND BSD-2-Clause\no:musl\nF:usr/bin\nR:ldd\n';
  const { data } = cut([file('lib/apk/db/installed', `${paragraph}\n`), file('usr/bin/ldd', 'x')], ['usr/bin/ldd']);
  const [facts] = data.facts();
  assert.deepEqual(
    { ...facts, record: facts?.record.name },
    {
      record: 'musl-utils',
      version: '1.2.5-r0',
      architecture: 'x86_64',
      source: 'musl',
      sourceVersion: '1.2.5-r0',
      licences: ['MIT AND BSD-2-Clause'],
    },
  );
});
