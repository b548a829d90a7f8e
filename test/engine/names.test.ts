import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerInPath, imageInPath, splitReference } from '../../src/engine/names.ts';

test('names and ids pass, whatever would be another request does not', () => {
  for (const name of ['c', '0f3a', 'my_App.1-x']) assert.equal(containerInPath(name), name);
  for (const name of ['', '.', '..', '../images/x', 'c/json?x=', 'a b', '-c', '_c', 'c%2f', 'c\n', 'ü']) {
    assert.throws(() => containerInPath(name), { code: 'NO_SUCH_CONTAINER' }, JSON.stringify(name));
  }
});

test('references and digests pass, whatever would be another request does not', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  for (const name of ['app', 'app:_1.0', 'localhost:5000/team/my--app:x', `app@${digest}`, digest, 'a'.repeat(64)]) {
    assert.equal(imageInPath(name), name);
  }
  for (const name of ['', '../x', 'a/../b', 'a/./b', 'a//b', 'a?b', 'a#b', 'a%2e', '/a', 'a/', 'a b']) {
    assert.throws(() => imageInPath(name), { code: 'USAGE' }, JSON.stringify(name));
  }
});

test('the tag is what follows the last colon after the last slash', () => {
  assert.deepEqual(splitReference('app:1'), { repository: 'app', tag: '1' });
  assert.deepEqual(splitReference('localhost:5000/app'), { repository: 'localhost:5000/app', tag: 'latest' });
  assert.deepEqual(splitReference('localhost:5000/app:1'), { repository: 'localhost:5000/app', tag: '1' });
});
