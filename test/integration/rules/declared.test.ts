import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureOf, debianTree, keeps } from '../../debian/debian-tree.ts';
import { SERVERS } from '../../debian/systems.ts';
import { once } from './rule-case.ts';

const system = once(() => debianTree(SERVERS));

test('declared: sshd has at hand what openssh-server depends on, less what is for its maintainer scripts', async () => {
  const tree = await system();
  const on = closureOf(tree, ['/usr/sbin/sshd'], { wide: true });
  for (const path of ['/usr/bin/ps', '/usr/bin/ssh', '/etc/default/ssh']) assert.ok(keeps(tree, on, path), path);
  for (const path of ['/usr/bin/ucf', '/usr/sbin/adduser', '/usr/share/doc/procps'])
    assert.ok(!keeps(tree, on, path), path);
  const off = closureOf(tree, ['/usr/sbin/sshd'], { rules: ['-declared'], wide: true });
  assert.ok(!keeps(tree, off, '/usr/bin/ps'));
});

test('declared: a command brings the empty directories that its package ships', async () => {
  const tree = await system();
  const called = closureOf(tree, ['/usr/sbin/apache2ctl'], { wide: true });
  assert.ok(keeps(tree, called, '/var/cache/apache2/mod_cache_disk'));
});
