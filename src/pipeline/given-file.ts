import { open } from 'node:fs/promises';
import { SkinnywhaleError } from '../model/errors.ts';

/**
 * The text of a file that the caller names, which may be a pipe.
 * @param what it is, for messages: `checks`
 * @param most bytes; real ones have far less
 * @throws USAGE where it can't be read, or is longer
 */
export async function givenText(path: string, what: string, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    await using file = await open(path);
    for await (const chunk of file.createReadStream() as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > most) throw new Error(`it has more than ${most / 1e6} MB`);
    }
  } catch (error) {
    throw new SkinnywhaleError('USAGE', `cannot read the ${what} from ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return Buffer.concat(chunks).toString('utf8');
}
