import { applyChanges } from '../dockerfile/change-instruction.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { LABEL } from '../model/labels.ts';
import type { Subject } from './subject.ts';

/** What the caller wants of the result's configuration. */
export interface ConfigWishes {
  /** Dockerfile instructions, in their order */
  readonly change: readonly string[];
  readonly sourceDateEpoch: string | undefined;
  /** of this tool */
  readonly version: string;
}

/**
 * The configuration of the result: the subject's with the caller's instructions applied, and where it came from in labels.
 * @throws USAGE for an unknown instruction
 */
export function resultConfig(
  { config, origin, base, identity }: Pick<Subject, 'config' | 'origin' | 'base' | 'identity'>,
  { change, sourceDateEpoch, version }: ConfigWishes,
): ImageConfig {
  const run = applyChanges(config.run, change);
  // The subject may have been made by this tool, too.
  const others = Object.entries(run.Labels ?? {}).filter(([label]) => !OURS.has(label));
  const isParent = origin.kind === 'container' && base.evidence === 'container';
  run.Labels = {
    ...Object.fromEntries(others),
    ...identity.labels,
    ...(base.id !== undefined && { [isParent ? LABEL.parent : LABEL.base]: base.id }),
    [LABEL.version]: version,
  };
  return { ...config, created: createdAt(sourceDateEpoch, config.created), run };
}

const OURS: ReadonlySet<string> = new Set(Object.values(LABEL));

const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** https://reproducible-builds.org/specs/source-date-epoch/: seconds since 1970. */
function createdAt(epoch: string | undefined, otherwise: string): string {
  if (epoch === undefined || epoch === '') return otherwise;
  const date = new Date(Number(epoch) * 1000);
  // RFC 3339 has years of four digits.
  if (!/^\d+$/.test(epoch) || !(date.getTime() <= LAST_MOMENT)) {
    throw new SkinnywhaleError(
      'USAGE',
      `SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}, which is not a number of seconds`,
    );
  }
  return date.toISOString().replace('.000Z', 'Z');
}
