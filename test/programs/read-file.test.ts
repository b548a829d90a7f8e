import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSystemConfiguration } from '../../src/programs/read-file.ts';

test("what counts as a package's configuration: not scripts, and not tables of kinds of files", () => {
  const paths = [
    'etc/php/8.2/fpm/pool.d/www.conf',
    'etc/crontab',
    'etc/ImageMagick-6/mime.xml',
    'etc/profile',
    'srv/app.conf',
  ];
  assert.deepEqual(paths.filter(isSystemConfiguration), ['etc/php/8.2/fpm/pool.d/www.conf', 'etc/crontab']);
});
