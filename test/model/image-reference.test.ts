import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkContainerName } from '../../src/model/container-name.ts';
import { defaultReference, formatReference, parseReference } from '../../src/model/image-reference.ts';

const HEX = 'f'.repeat(64);

test('a reference is read into registry, repository and tag', () => {
  const cases: [string, string | undefined, string, string][] = [
    ['app', undefined, 'app', 'latest'],
    ['app:1.0', undefined, 'app', '1.0'],
    ['team/app', undefined, 'team/app', 'latest'],
    ['host:5000/app', 'host:5000', 'app', 'latest'],
    ['host.example/a/b/c:T_a-g.1', 'host.example', 'a/b/c', 'T_a-g.1'],
    ['localhost/app', 'localhost', 'app', 'latest'],
    ['HOST/app', 'HOST', 'app', 'latest'],
    ['[::1]:5000/app', '[::1]:5000', 'app', 'latest'],
    ['a__b/c---d.e_f', undefined, 'a__b/c---d.e_f', 'latest'],
    [`host.example/${HEX}`, 'host.example', HEX, 'latest'],
  ];
  for (const [text, registry, repository, tag] of cases)
    assert.deepEqual(parseReference(text), { registry, repository, tag }, text);
});

test('what is not a reference is a usage error with a hint', () => {
  const bad = [
    '',
    'App',
    'a b',
    'a..b',
    'a___b',
    '-a',
    'a-',
    'a/',
    '/a',
    'a//b',
    'app:',
    'app:-x',
    'app:a b',
    `app:${'x'.repeat(129)}`,
  ]
    .concat([
      'app@sha256:aa',
      `app:1@sha256:${HEX}`,
      HEX,
      `${HEX}:tag`,
      'host:port/app',
      'a?b',
      '../a',
      'ünï',
      'a\n',
      '_a',
      'a:b:c',
    ])
    .concat(['x'.repeat(256), '-host.example/app', 'host..example/app', 'host.example/']);
  for (const text of bad) {
    assert.throws(() => parseReference(text), { code: 'USAGE', hint: /\w/ }, text);
  }
});

test('the default is skinny- and the container as given, mended', () => {
  const cases: [string, string][] = [
    ['jdk', 'skinny-jdk:latest'],
    ['My_App.1', 'skinny-my_app.1:latest'],
    ['8efbc5497abb', 'skinny-8efbc5497abb:latest'],
    [HEX, `skinny-${HEX}:latest`],
    ['a__b', 'skinny-a__b:latest'],
    ['a___b', 'skinny-a-b:latest'],
    ['a.-b', 'skinny-a-b:latest'],
    ['a..b', 'skinny-a-b:latest'],
    ['a--b', 'skinny-a--b:latest'],
    ['a.', 'skinny-a:latest'],
    ['a_-_', 'skinny-a:latest'],
    ['a b', 'skinny-a-b:latest'],
    ['...', 'skinny:latest'],
  ];
  for (const [container, reference] of cases) assert.equal(defaultReference(container), reference);
});

test('the default for any container name is a valid reference, and a reference survives being written and read', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,300}$/);
  fc.assert(
    fc.property(name, (container) => {
      const reference = defaultReference(checkContainerName(container));
      const parsed = parseReference(reference);
      assert.equal(formatReference(parsed), reference);
      assert.match(parsed.repository, /^skinny/);
    }),
  );
  assert.equal(formatReference(parseReference('host:5000/a/b')), 'host:5000/a/b:latest');
});

test('a container name that would change the request is refused', () => {
  for (const text of ['web', 'W', '0', 'a.b-c_D', HEX]) assert.equal(checkContainerName(text), text);
  for (const text of ['', '../images/x', 'a b', 'x?y', 'a/b', '.a', '-a', '_a', 'a\n', 'a%2fb', 'é', 'a:b']) {
    assert.throws(() => checkContainerName(text), { code: 'USAGE', hint: /docker ps/ }, text);
  }
});
