import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProgressMessage, progressMessages } from '../../src/engine/transport/ndjson.ts';

/** The messages in a stream of these pieces. */
async function messages(pieces: readonly (string | Buffer)[], limit?: number): Promise<ProgressMessage[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const found: ProgressMessage[] = [];
  for await (const message of progressMessages(stream(), limit)) found.push(message);
  return found;
}

const progress = (text: string): ProgressMessage => ({ kind: 'progress', text });
const error = (text: string): ProgressMessage => ({ kind: 'error', text });

test('progress as stream or status, CR LF, empty lines, a last line without its newline', async () => {
  const found = await messages(['{"stream":"a\\n"}\r\n\r\n\n{"status":"b","id":"x"}\n{}\n{"status":"c"}']);
  assert.deepEqual(found, [progress('a'), progress('b'), progress(''), progress('c')]);
});

test('errors in every form', async () => {
  const lines = [
    '{"error":"no space"}',
    '{"errorDetail":{"code":1,"message":"bad tar"}}',
    '{"errorDetail":{"message":"detail"},"error":"short"}',
    '{"error":{"code":7}}',
    '{"error":"","errorDetail":{"message":"only here"}}',
    '{"error":"cut off at the end"}',
  ];
  assert.deepEqual(await messages([lines.join('\n')]), [
    error('no space'),
    error('bad tar'),
    error('short'),
    error('{"code":7}'),
    error('only here'),
    error('cut off at the end'),
  ]);
});

test('lines that are not JSON, or not objects, are texts', async () => {
  const found = await messages(['<html>\n{"status":\n7\nnull\n"text"\n']);
  assert.deepEqual(found, [
    progress('<html>'),
    progress('{"status":'),
    progress('7'),
    progress('null'),
    progress('"text"'),
  ]);
});

test('pieces that end anywhere, also within a character', async () => {
  const bytes = Buffer.from('{"status":"größe"}\n{"error":"naïf"}\n');
  const found = await messages(Array.from(bytes, (byte) => Buffer.of(byte)));
  assert.deepEqual(found, [progress('größe'), error('naïf')]);
});

test('a line that does not end is given up', async () => {
  const lines = messages(['{"status":"', 'x'.repeat(60), 'y'.repeat(60), '"}'], 100);
  await assert.rejects(lines, { code: 'ENGINE', message: /more than 100 bytes/ });
  assert.equal((await messages([`${'x'.repeat(100)}\n${'y'.repeat(100)}`], 100)).length, 2);
});
