import { BoundedOutput } from '../../src/docker/bounded-output.ts';
import { OUTPUT_LIMIT, type Output, outputOf, type RunResult } from '../../src/proof/run-check.ts';

/** What a program wrote, as a run of it gives it. */
export function output(text: string | Buffer): Output {
  const bounded = new BoundedOutput(OUTPUT_LIMIT);
  bounded.push(Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'));
  return outputOf(bounded);
}

/** A run that ended with 0 unless told. */
export function runResult(stdout: string, more: Partial<RunResult> & { readonly errors?: string } = {}): RunResult {
  const { errors = '', ...fields } = more;
  return { end: 'exited', exitCode: 0, stdout: output(stdout), stderr: output(errors), seconds: 0.5, ...fields };
}
