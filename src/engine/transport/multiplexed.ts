import type { Readable } from 'node:stream';
import { SkinnywhaleError } from '../../model/errors.ts';

/** A piece of what a program wrote. */
export interface OutputPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** What a program writes while it does. It can be read once. */
export interface ProgramOutput extends AsyncIterable<OutputPiece>, Disposable {}

/** The {@link ProgramOutput} in an engine's answer; disposing it closes the connection, read or not. */
export function programOutput(response: Readable): ProgramOutput {
  return {
    [Symbol.asyncIterator]: () => outputPieces(response),
    [Symbol.dispose]: () => void response.on('error', () => {}).destroy(),
  };
}

/** A frame's header: a byte for the stream, three of zero, and the length of what follows, big-endian. */
const HEADER = 8;

/** moby: pkg/stdcopy/stdcopy.go. What the engine itself has to say comes as a stream of its own. */
const STREAMS: readonly (OutputPiece['stream'] | 'engine' | undefined)[] = ['stdout', 'stdout', 'stderr', 'engine'];

/**
 * Takes apart the answer to an attach or an exec without a terminal, in which the engine mixes both outputs.
 * @throws ENGINE where it is no such answer, or ends in the middle of a frame
 */
async function* outputPieces(source: AsyncIterable<Buffer>): AsyncGenerator<OutputPiece> {
  let header = Buffer.alloc(0);
  let stream: OutputPiece['stream'] | 'engine' = 'stdout';
  let left = 0;
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const part = chunk.subarray(at, at + HEADER - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length < HEADER) break;
        stream = streamOf(header);
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const data = chunk.subarray(at, at + left);
      at += data.length;
      left -= data.length;
      if (stream === 'engine') throw new SkinnywhaleError('ENGINE', `the engine says: ${data.toString('utf8').trim()}`);
      yield { stream, data };
    }
  }
  if (left > 0 || header.length > 0) {
    throw new SkinnywhaleError('ENGINE', "the engine cut off a program's output");
  }
}

function streamOf(header: Buffer): OutputPiece['stream'] | 'engine' {
  const stream = STREAMS[header[0] as number];
  if (stream !== undefined && header.readUIntBE(1, 3) === 0) return stream;
  throw new SkinnywhaleError('ENGINE', "the engine's answer is not the output of a program");
}
