import { BoundedOutput } from '../../src/engine/transport/bounded-output.ts';
import { OUTPUT_LIMIT, type Output, outputOf } from '../../src/proof/container-run/output.ts';

/** What a program wrote, as a run of it gives it. */
export function output(text: string | Buffer): Output {
  const bounded = new BoundedOutput(OUTPUT_LIMIT);
  bounded.push(Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'));
  return outputOf(bounded);
}
