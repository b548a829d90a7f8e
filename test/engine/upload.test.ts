import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import type { DockerClient } from '../../src/engine/client.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { FakeEngineState } from '../fake-engine/engine-state.ts';
import { type Route, startFakeEngine } from '../fake-engine/fake-engine.ts';
import { cutUploadAfter, hang, progressLines, readSlowly, refuseUploadAfter } from '../fake-engine/faults.ts';
import { openClient } from './open-client.ts';

const PIECE = Buffer.alloc(256 << 10, 'x');
const DIGEST = `sha256:${'d'.repeat(64)}`;

/** `count` pieces, then `end`: by default nothing more. */
function pieces(count: number, end?: (stream: Readable) => void): Readable {
  let left = count;
  return new Readable({
    read() {
      if (left-- > 0) this.push(PIECE);
      else if (end === undefined) this.push(null);
      else if (left === -1) end(this);
    },
  });
}

const ENDLESS = Number.POSITIVE_INFINITY;

/** Both uploads behave in the same way. */
const UPLOADS: Record<string, (client: DockerClient, source: Readable) => Promise<unknown>> = {
  'POST /images/load': (client, source) => client.loadImage(source),
  'POST /images/create': (client, source) => client.importImage(source, 'app:1'),
};

for (const [target, send] of Object.entries(UPLOADS)) {
  const startWith = (route: Route) => startFakeEngine({ [target]: route });

  describe(target, () => {
    test('sends everything to an engine that reads slowly', async () => {
      let taken = 0;
      const route = readSlowly(1, ({ response }) => void response.end(JSON.stringify({ status: DIGEST })));
      await using engine = await startWith((exchange) => {
        exchange.request.on('data', (chunk: Buffer) => (taken += chunk.length));
        exchange.request.pause();
        return route(exchange);
      });
      await send(await openClient(engine), pieces(8));
      assert.equal(taken, 8 * PIECE.length);
    });

    test('an error late in a stream of status 200', async () => {
      await using engine = await startWith(progressLines('{"status":"working"}', '{"error":"no space left"}'));
      const source = pieces(3);
      await assert.rejects(send(await openClient(engine), source), { code: 'ENGINE', message: /no space left/ });
    });

    test('an error in the stream while more is being sent ends the source', async () => {
      await using engine = await startWith(({ request, response }) => {
        request.resume();
        response.writeHead(200).write('{"errorDetail":{"message":"bad tar"}}\r\n');
      });
      const source = pieces(ENDLESS);
      await assert.rejects(send(await openClient(engine), source), { code: 'ENGINE', message: /bad tar/ });
      assert.equal(source.destroyed, true);
      await engine.idle();
    });

    test('a refusal in the middle of the upload: the message of the engine, not EPIPE', async () => {
      for (let attempt = 0; attempt < 20; attempt++) {
        await using engine = await startWith(refuseUploadAfter(300_000, 500, 'duplicate of paths'));
        // what arrives from elsewhere is written before the answer is read, so that the write is the first to fail
        const source = new Readable({ read: () => void setTimeout(() => source.push(PIECE), attempt % 2) });
        const expected = { code: 'ENGINE', message: /\(500\): duplicate of paths/ };
        await assert.rejects(send(await openClient(engine), source), expected);
        assert.equal(source.destroyed, true);
      }
    });

    test('a connection that is cut in the middle of the upload', async () => {
      await using engine = await startWith(cutUploadAfter(300_000));
      const source = pieces(ENDLESS);
      await assert.rejects(send(await openClient(engine), source), {
        code: 'ENGINE',
        message: /closed the connection/,
      });
      assert.equal(source.destroyed, true);
    });

    test('an answer that is cut', async () => {
      await using engine = await startWith(async ({ body, response }) => {
        await body();
        response.writeHead(200).write(JSON.stringify({ status: DIGEST }), () => response.destroy());
      });
      const sending = send(await openClient(engine), pieces(1));
      await assert.rejects(sending, { code: 'ENGINE', message: /closed the connection/ });
    });

    test('a source that fails, is destroyed, or was dead from the start', async () => {
      const broken = new SkinnywhaleError('BAD_ARCHIVE', 'the export is broken');
      await using engine = await startWith(hang);
      const client = await openClient(engine);
      await assert.rejects(
        send(
          client,
          pieces(2, (stream) => stream.destroy(broken)),
        ),
        broken,
      );
      await assert.rejects(
        send(
          client,
          pieces(2, (stream) => stream.destroy(new Error('disk'))),
        ),
        { message: 'disk' },
      );
      const ended = { code: 'FAILED', message: /ended before its end/ };
      await assert.rejects(
        send(
          client,
          pieces(2, (stream) => stream.destroy()),
        ),
        ended,
      );
      const dead = pieces(2);
      dead.destroy();
      await assert.rejects(send(client, dead), ended);
      await engine.idle();
    });

    test('an abort before, during and after the upload', async () => {
      const reason = new SkinnywhaleError('INTERRUPTED', 'interrupted by a test');
      await using engine = await startWith(({ request }) => void request.resume());
      for (const count of [ENDLESS, 2]) {
        const controller = new AbortController();
        const client = await openClient(engine, { signal: controller.signal });
        const source = pieces(count);
        const sending = send(client, source);
        setTimeout(() => controller.abort(reason), 50);
        await assert.rejects(sending, reason);
        assert.equal(source.destroyed, true);
        const another = pieces(1);
        await assert.rejects(send(client, another), reason);
        assert.equal(another.destroyed, true);
        assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
      }
    });

    test('an engine that has enough before the source ends', async () => {
      await using engine = await startWith(({ request, response }) => {
        request.once('data', () => {
          response.end(JSON.stringify({ status: DIGEST }));
        });
      });
      const source = pieces(40);
      await send(await openClient(engine), source);
      if (!source.readableEnded) await new Promise((resolve) => source.once('end', resolve));
      await engine.idle();
    });
  });
}

describe('what the engine says at the end', () => {
  test('of an import: the digest of the image', async () => {
    const state = new FakeEngineState();
    await using engine = await startFakeEngine(state.routes());
    const id = await (await openClient(engine)).importImage(pieces(2), 'localhost:5000/app:1');
    assert.equal(state.tags.get('localhost:5000/app:1'), id);
    assert.deepEqual(state.uploads[0]?.body.length, 2 * PIECE.length);
  });

  test('of an import: a digest without its prefix, without a newline', async () => {
    const lines = ['{"status":"Importing"}', `{"status":"${'d'.repeat(64)}"}`];
    await using engine = await startFakeEngine({ 'POST /images/create': progressLines(...lines) });
    assert.equal(await (await openClient(engine)).importImage(pieces(1), 'app'), DIGEST);
  });

  test('of an import: no digest', async () => {
    for (const lines of [[], ['{"status":"done"}']]) {
      await using engine = await startFakeEngine({ 'POST /images/create': progressLines(...lines) });
      await assert.rejects((await openClient(engine)).importImage(pieces(1), 'app'), { code: 'ENGINE' });
    }
  });

  test('of a load: its texts', async () => {
    const lines = ['{"status":"Loading layer","progressDetail":{"current":1}}', '{"stream":"Loaded image: app:1\\n"}'];
    await using engine = await startFakeEngine({ 'POST /images/load': progressLines(...lines) });
    assert.deepEqual(await (await openClient(engine)).loadImage(pieces(1)), ['Loading layer', 'Loaded image: app:1']);
    assert.match(engine.requests[0] ?? '', /^POST \/v1\.41\/images\/load\?quiet=1$/);
  });

  test("of a load: containerd's failure that looks like progress", async () => {
    const line = '{"stream":"Error unpacking image app:1: apply layer error\\n"}';
    await using engine = await startFakeEngine({
      'POST /images/load': progressLines(line, '{"stream":"Loaded image: app:1"}'),
    });
    await assert.rejects((await openClient(engine)).loadImage(pieces(1)), {
      code: 'ENGINE',
      message: /apply layer error/,
    });
  });
});
