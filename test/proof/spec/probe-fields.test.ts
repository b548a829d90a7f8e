import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCheckFile } from '../../../src/proof/spec/check-file.ts';

const probesIn = (text: string) => parseCheckFile(text, 'c.yaml').probes;

test('everything that can be said of a probe', () => {
  const text = `
- php -v
- probe: http://localhost:8080/login
  method: POST
  headers: {Content-Type: application/json}
  body: '{"a":1}'
  status: [200-299, 401, 5xx]
  expect: {json: {user: {name: a}}, pattern: '^\\{', text: name}
  timeout: 90
  after: ready to accept connections
- probe: http://localhost:8080/
  paths: [/a?b, /c]
- probe: tcp:6379
  send: "PING\\r\\n"
  expect: +PONG
  after: 2.5
- exec: redis-cli ping
  user: redis
  exitCode: 1
- probe: healthcheck
`;
  const at = (path: string) => ({
    kind: 'http',
    url: `http://localhost:8080${path}`,
    text: `http://localhost:8080${path}`,
  });
  assert.deepEqual(probesIn(text), [
    {
      ...at('/login'),
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"a":1}',
      status: [
        [200, 299],
        [401, 401],
        [500, 599],
      ],
      expect: { json: { user: { name: 'a' } }, pattern: '^\\{', text: 'name' },
      timeout: 90,
      after: { text: 'ready to accept connections' },
    },
    at('/a?b'),
    at('/c'),
    { kind: 'tcp', port: 6379, text: 'tcp:6379', send: 'PING\r\n', expect: { text: '+PONG' }, after: { seconds: 2.5 } },
    { kind: 'exec', command: ['redis-cli', 'ping'], text: 'redis-cli ping', user: 'redis', exitCode: 1 },
    { kind: 'healthcheck', text: 'healthcheck' },
  ]);
  assert.deepEqual(
    parseCheckFile(text, 'c.yaml').checks.map(({ text: check }) => check),
    ['php -v'],
  );
});

test('what is wrong is told with the line', () => {
  const wrong: readonly (readonly [text: string, message: RegExp])[] = [
    ['- probe: udp:3\n', /^c\.yaml, line 1: unknown kind of probe/],
    ['- a\n- probe: tcp:3\n  method: GET\n', /line 3: a probe of the kind tcp has no field "method"; its fields are/],
    ['- probe: http://example.org/\n', /line 1: example\.org cannot be reached/],
    ['- probe: http://localhost/\n  status: 2000\n', /line 2: a status is written as/],
    ['- probe: http://localhost/\n  status: 299-200\n', /line 2: a status is/],
    ['- probe: http://localhost/\n  method: a b\n', /line 2: method is/],
    ['- probe: http://localhost/\n  paths: [a]\n', /a path begins with a slash/],
    ['- probe: http://localhost/\n  expect: {pattern: "("}\n', /line 2: Invalid regular expression/],
    ['- probe: http://localhost/\n  expect: {}\n  timeout: 0\n', /line 3: a number from/],
    ['- probe: http://localhost/\n  expect: [a]\n', /line 2: expect is a text, or a map/],
    ['- exec: a | b\n', /line 1: /],
    ['- exec: a\n  probe: healthcheck\n', /line 2: a probe of the kind exec has no field "probe"/],
    ['- probe: tcp:1\n  send: 3\n', /line 2: send is a text/],
  ];
  for (const [text, message] of wrong) assert.throws(() => probesIn(text), { code: 'USAGE', message }, text);
});
