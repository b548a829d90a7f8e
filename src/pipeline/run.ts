import type { Phase } from '../model/events.ts';
import type { ResolvedOptions } from '../options.ts';
import type { ReportFile } from '../report/report-file.ts';
import type { Stopwatch } from '../report/stopwatch.ts';
import type { Place } from './open-place.ts';
import type { Proving } from './proving.ts';
import type { Repairs } from './repairs.ts';

/** What all steps of one run work with. */
export interface Run extends Omit<Place, typeof Symbol.asyncDispose> {
  readonly options: ResolvedOptions;
  /** that the subject is not what the caller named, in words */
  readonly standIn?: string;
  readonly watch: Stopwatch;
  readonly startPhase: (phase: Phase, message: string) => void;
  readonly reportFile: ReportFile | undefined;
  /** for temporary files */
  readonly directory: string;
  readonly proving: Proving;
  readonly repairs: Repairs;
}
