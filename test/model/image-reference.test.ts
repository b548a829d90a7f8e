import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  defaultImageReference,
  defaultReference,
  formatReference,
  parseReference,
  repositoryOf,
} from '../../src/model/image-reference.ts';
import { checkContainerName, parseSubjectName } from '../../src/model/subject-name.ts';

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

test('a subject is a container or an image, or whichever there is', () => {
  assert.deepEqual(parseSubjectName('web'), { kind: 'any', text: 'web', mayBeContainer: true });
  assert.deepEqual(parseSubjectName('team/web:1.0'), { kind: 'any', text: 'team/web:1.0', mayBeContainer: false });
  assert.deepEqual(parseSubjectName('container:web'), { kind: 'container', text: 'web' });
  assert.deepEqual(parseSubjectName('image:localhost:5000/web'), { kind: 'image', text: 'localhost:5000/web' });
  assert.deepEqual(parseSubjectName(`image:web@sha256:${HEX}`), { kind: 'image', text: `web@sha256:${HEX}` });
  for (const text of [
    '',
    'container:',
    'container:a/b',
    'image:',
    'image:../x',
    'a b',
    'x?y',
    '/a',
    'a/',
    '../a',
    'a//b',
  ]) {
    assert.throws(() => parseSubjectName(text), { code: 'USAGE' }, text);
  }
});

test('the default name of an image’s result has its repository and its tag', () => {
  const id = `sha256:${HEX}`;
  const cases: [reference: string | undefined, result: string][] = [
    ['app', 'skinny-app:latest'],
    ['app:1.0', 'skinny-app:1.0'],
    ['localhost:5000/team/app:1.0', 'skinny-team-app:1.0'],
    [`app:2@sha256:${HEX}`, 'skinny-app:2'],
    [undefined, `skinny-${HEX.slice(0, 12)}:latest`],
  ];
  for (const [reference, result] of cases) assert.equal(defaultImageReference(reference, id), result);
  assert.equal(repositoryOf('localhost:5000/team/app:1.0'), 'localhost:5000/team/app');
  assert.equal(repositoryOf('app@sha256:00'), 'app');
});
