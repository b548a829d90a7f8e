import { SkinnywhaleError } from '../../model/errors.ts';

/** One message of the engine about the progress of a load or an import. */
export interface ProgressMessage {
  readonly kind: 'progress' | 'error';
  /** without white space at its ends; may be empty */
  readonly text: string;
}

/** The longest line that is taken, in bytes: an error message of an engine is one line, a stream without lines is not. */
const LINE_LIMIT = 1 << 20;

const NEWLINE = 0x0a;

/**
 * The messages in a stream of JSON lines (moby: pkg/jsonmessage). An error of the engine comes as a line in a reply of
 * status 200. A last line without its newline counts; a line that is not JSON, such as a proxy's, is a text.
 * @throws ENGINE on a line of more than `lineLimit` bytes; the stream's own error as it is
 */
export async function* progressMessages(
  stream: AsyncIterable<Buffer>,
  lineLimit = LINE_LIMIT,
): AsyncGenerator<ProgressMessage> {
  for await (const line of lines(stream, lineLimit)) {
    const text = line.toString('utf8').trim();
    if (text !== '') yield parseMessage(text);
  }
}

async function* lines(stream: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  const hold = (part: Buffer): void => {
    held += part.length;
    if (held > limit) throw new SkinnywhaleError('ENGINE', `the engine sent a line of more than ${limit} bytes`);
    parts.push(part);
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (held > 0) yield Buffer.concat(parts);
}

function parseMessage(line: string): ProgressMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'progress', text: line };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'progress', text: line };
  const message = value as { error?: unknown; errorDetail?: unknown; stream?: unknown; status?: unknown };
  if (message.error != null || message.errorDetail != null) return { kind: 'error', text: errorText(message) };
  const text = message.stream ?? message.status;
  return { kind: 'progress', text: typeof text === 'string' ? text.trim() : '' };
}

function errorText({ error, errorDetail }: { error?: unknown; errorDetail?: unknown }): string {
  const detail = (errorDetail as { message?: unknown } | null | undefined)?.message;
  const text = [error, detail].find((candidate) => typeof candidate === 'string' && candidate !== '');
  return typeof text === 'string' ? text.trim() : JSON.stringify(error ?? errorDetail);
}
