import { basename } from 'node:path';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LearnedPath } from '../proof/profile/learned-path.ts';
import { readProfile } from '../proof/profile/profile.ts';
import { type CheckSpec, parseCheck } from '../proof/spec/check-spec.ts';
import { type ProbeSpec, parseProbe } from '../proof/spec/probe-spec.ts';
import { givenText } from './given-file.ts';
import { type GivenSurroundings, givenSurroundings } from './given-surroundings.ts';

/** Bytes of a file of checks, and of a profile, which names tens of thousands of paths. */
const MOST_CHECKS = 1e6;
const MOST_PROFILE = 64e6;

/** What is to be proved of the result, and what is known or to be learned of the container's programs. */
export interface ProofRequest {
  readonly checks: readonly CheckSpec[];
  readonly probes: readonly ProbeSpec[];
  /** commands that are run under a tracer, and are no checks */
  readonly traces: readonly CheckSpec[];
  /** of all profiles together */
  readonly profile: readonly LearnedPath[];
  /** for all that is run */
  readonly surroundings: GivenSurroundings;
}

/** Reads all that can be wrong before the engine is asked for anything. @throws USAGE */
export async function readProofRequest(options: ResolvedOptions): Promise<ProofRequest> {
  const { checkTimeout: timeout } = options;
  const fromFiles = await Promise.all(
    options.checkFiles.map(async (path) => {
      // It brings a reader of YAML, which most runs don't need.
      const { parseCheckFile } = await import('../proof/spec/check-file.ts');
      return parseCheckFile(await givenText(path, 'checks', MOST_CHECKS), basename(path), timeout);
    }),
  );
  const profiles = await Promise.all(
    options.profiles.map(async (path) => readProfile(await givenText(path, 'profile', MOST_PROFILE), basename(path))),
  );
  const request = {
    checks: [...options.checks.map((text) => parseCheck(text, timeout)), ...fromFiles.flatMap(({ checks }) => checks)],
    probes: [...options.probes.map(parseProbe), ...fromFiles.flatMap(({ probes }) => probes)],
    traces: options.traces.map((text) => parseCheck(text, timeout)),
    profile: profiles.flat(),
    surroundings: await givenSurroundings(options),
  };
  const knowsNothing = [request.checks, request.probes, request.traces, request.profile].every(
    ({ length }) => length === 0,
  );
  if (options.tight !== undefined && knowsNothing && !options.live) {
    throw new SkinnywhaleError('USAGE', '--tight keeps only what is known to be used, and nothing is known', {
      hint: 'Say what the image is for: --check, --probe, --trace, --live or --profile.',
    });
  }
  if (options.dryRun && request.checks.length + request.probes.length > 0) {
    throw new SkinnywhaleError('USAGE', '--dry-run makes no image that could be checked', {
      hint: 'Leave out --check, --check-file and --probe, or --dry-run.',
    });
  }
  return request;
}
