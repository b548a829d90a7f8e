import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentValue, withEnvironment } from '../../src/model/image-config.ts';

test('further variables count as they are, lists of directories with those of the configuration', () => {
  const config = { Env: ['PATH=/usr/bin:/bin', 'MODE=image', 'HOME=/root'], WorkingDir: '/srv' };
  const run = withEnvironment(config, [
    'PATH=/opt/bin:/bin',
    'MODE=container',
    'LD_LIBRARY_PATH=/opt/lib',
    'EMPTY=',
    'BARE',
  ]);
  assert.equal(environmentValue(run, 'PATH'), '/opt/bin:/bin:/usr/bin');
  assert.equal(environmentValue(run, 'MODE'), 'container');
  assert.equal(environmentValue(run, 'LD_LIBRARY_PATH'), '/opt/lib');
  assert.equal(environmentValue(run, 'HOME'), '/root');
  assert.equal(run.WorkingDir, '/srv');
  assert.equal(environmentValue(config, 'PATH'), '/usr/bin:/bin');
  assert.equal(withEnvironment(config, []), config);
});
