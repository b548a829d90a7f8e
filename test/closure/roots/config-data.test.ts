import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configRoots } from '../../../src/closure/roots/config-roots.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import { file, fixture, program, type TarMember } from '../../builders/tar.ts';

const directory = (name: string): TarMember => ({ name });

const SYSTEM = fixture(
  directory('bin/'),
  program('bin/sh', 'x'),
  program('bin/cat', 'x'),
  directory('app/'),
  file('app/server.js', 'x'),
  file('app/start.sh', 'cat /etc/web.conf\n'),
  directory('app/lib/'),
  file('app/lib/a.js', 'x'),
  directory('etc/'),
  file('etc/web.conf', 'x'),
  directory('var/'),
  directory('var/lib/'),
  directory('var/lib/web/'),
  file('var/lib/web/seed', 'x'),
  directory('opt/'),
  directory('opt/other/'),
  file('opt/other/big', 'x'),
);

function needed(run: RunConfig): string[] {
  return configRoots({ ...SYSTEM, run })
    .needs.map(({ path }) => path.replace(/^\/*/, '/'))
    .sort();
}

test('arguments that name files of the image are kept, also behind --option= and relative to WorkingDir', () => {
  const words = ['cat', '--config=/etc/web.conf', 'lib/a.js', 'nothing', '-x'];
  const paths = needed({ Cmd: words, WorkingDir: '/app' });
  assert.ok(paths.includes('/etc/web.conf'));
  assert.ok(paths.includes('/app/lib/a.js'));
  assert.ok(!paths.some((path) => path.includes('nothing')));
});

test('WorkingDir and Volumes bring what is in them, unless they are directories of the system', () => {
  const paths = needed({ WorkingDir: '/app', Volumes: { '/var/lib/web': {} } });
  for (const path of ['/app', '/app/server.js', '/app/lib/a.js', '/var/lib/web/seed'])
    assert.ok(paths.includes(path), path);
  assert.ok(!needed({ WorkingDir: '/opt' }).includes('/opt/other/big'));
  assert.ok(!needed({ WorkingDir: '/' }).includes('/app/server.js'));
  assert.ok(needed({ Cmd: ['cat', '/opt/other'] }).includes('/opt/other/big'));
});

test('the text of sh -c is read as a shell script', () => {
  const paths = needed({ Cmd: ['/bin/sh', '-c', 'if true; then exec cat /etc/web.conf; fi'] });
  assert.ok(paths.some((path) => path.endsWith('/bin/cat')));
  assert.ok(paths.includes('/etc/web.conf'));
  assert.ok(!needed({ Cmd: ['sh', '-c', 'cp x /opt/other'] }).includes('/opt/other/big'));
  const check = needed({ Healthcheck: { Test: ['CMD-SHELL', 'cat /app/server.js || exit 1'] } });
  assert.ok(check.some((path) => path.endsWith('/bin/cat')));
  assert.ok(check.includes('/app/server.js'));
});
