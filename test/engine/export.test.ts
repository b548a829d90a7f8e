import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { type Route, startFakeEngine } from '../fake-engine/fake-engine.ts';
import { cutAfter, hang, stallAfter } from '../fake-engine/faults.ts';
import { openClient } from './open-client.ts';

const PIECE = Buffer.alloc(1 << 20, 'x');

/** Sends `pieces` of 1 MB. */
function send(pieces: number): Route {
  return ({ response }) => {
    response.writeHead(200);
    Readable.from(Array(pieces).fill(PIECE)).pipe(response);
  };
}

const startExporting = (route: Route) => startFakeEngine({ 'GET /containers/c/export': route });

/** How many bytes a stream brings. */
async function drain(stream: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += (chunk as Buffer).length;
  return bytes;
}

describe('exportContainer', () => {
  test('brings everything, also to a slow reader', async () => {
    await using engine = await startExporting(send(8));
    const client = await openClient(engine);
    assert.equal(await drain(await client.exportContainer('c')), 8 << 20);
    let bytes = 0;
    const slow = new Writable({
      write(chunk: Buffer, _encoding, callback) {
        bytes += chunk.length;
        setTimeout(callback, 1);
      },
    });
    await pipeline(await client.exportContainer('c'), slow);
    assert.equal(bytes, 8 << 20);
  });

  test('a reader that waits holds the engine back', async () => {
    let sent = 0;
    await using engine = await startExporting(({ response }) => {
      response.writeHead(200);
      Readable.from(
        (function* () {
          for (; sent < 64; sent++) yield PIECE;
        })(),
      ).pipe(response);
    });
    const stream = await (await openClient(engine)).exportContainer('c');
    await wait(200);
    assert.ok(sent < 32, `${sent} MB were sent to a reader that read nothing`);
    assert.equal(await drain(stream), 64 << 20);
  });

  test('a stream that is cut ends with an error, whoever reads it', async () => {
    await using engine = await startExporting(cutAfter(PIECE));
    const client = await openClient(engine);
    const expected = { code: 'ENGINE', message: /closed the connection during GET \/containers\/c\/export/ };
    await assert.rejects(drain(await client.exportContainer('c')), expected);
    const sink = new Writable({ write: (_chunk, _encoding, callback) => callback() });
    await assert.rejects(pipeline(await client.exportContainer('c'), sink), expected);
    const late = await client.exportContainer('c');
    await wait(100);
    await assert.rejects(drain(late), expected);
  });

  test('only the beginning has to come in time', async () => {
    await using engine = await startExporting(hang);
    const impatient = { timeouts: { exportHead: 50 } };
    await assert.rejects((await openClient(engine, impatient)).exportContainer('c'), { message: /within 0\.05 s/ });
    await using slow = await startExporting(async ({ response }) => {
      response.writeHead(200).write('a');
      await wait(150);
      response.end('b');
    });
    assert.equal(await drain(await (await openClient(slow, impatient)).exportContainer('c')), 2);
  });

  test('an abort ends it with its reason, before and after its beginning, and closes the connection', async () => {
    const reason = new SkinnywhaleError('INTERRUPTED', 'interrupted by a test');
    for (const route of [hang, stallAfter('x')]) {
      await using engine = await startExporting(route);
      const controller = new AbortController();
      const client = await openClient(engine, { signal: controller.signal });
      const reading = client.exportContainer('c').then(drain);
      setTimeout(() => controller.abort(reason), 50);
      await assert.rejects(reading, reason);
      await engine.idle();
    }
  });

  test('a reader that goes away closes the connection', async () => {
    await using engine = await startExporting(send(64));
    const stream = await (await openClient(engine)).exportContainer('c');
    stream.destroy();
    await engine.idle();
  });
});
