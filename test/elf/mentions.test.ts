import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionsAny } from '../../src/elf/strings.ts';
import { buildElf } from '../builders/elf.ts';
import { opened } from './sources.ts';

const WINDOW = 256 * 1024;

test('a text is found inside a longer run, and not outside of what is loaded', () => {
  const elf = buildElf({ strings: ['open/etc/ssl/certsread', 'x'] });
  const inside = opened(elf);
  assert.equal(mentionsAny(inside.source, inside.elf, ['/none', '/etc/ssl/certs']), true);
  assert.equal(mentionsAny(inside.source, inside.elf, []), false);
  const outside = opened(Buffer.concat([elf, Buffer.from('/usr/share/zoneinfo')]));
  assert.equal(mentionsAny(outside.source, outside.elf, ['/usr/share/zoneinfo']), false);
});

test('a text that lies across the end of a window is found', () => {
  const text = '/usr/share/zoneinfo';
  const plain = buildElf({ strings: [text] });
  const at = plain.indexOf(text);
  for (const before of [1, 9, text.length - 1]) {
    const file = opened(buildElf({ strings: [text], padding: WINDOW - at - before }));
    assert.equal(mentionsAny(file.source, file.elf, [text]), true, `${before} bytes before the end`);
    assert.equal(mentionsAny(file.source, file.elf, [`${text}!`]), false);
  }
});
