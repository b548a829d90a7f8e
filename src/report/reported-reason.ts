import { displayBytes, displayPath, type ImagePath } from '../model/image-path.ts';
import type { Reason } from '../model/reason.ts';

/** A {@link Reason} as it stands in a report: its paths and names are text for people (`displayPath`). */
export type ReportedReason = DisplayedEach<Reason>;

export type ReasonKind = Reason['kind'];
export type ReportedReasonOf<K extends ReasonKind> = Extract<ReportedReason, { readonly kind: K }>;

type DisplayedEach<R> = R extends Reason ? Displayed<R> : never;
type Displayed<R extends Reason> = {
  readonly [F in keyof R]: R[F] extends ImagePath ? string : R[F] extends Reason ? DisplayedEach<R[F]> : R[F];
};

/** A reason as it stands in a report. What the caller typed is text already. */
export function reportReason(reason: Reason): ReportedReason {
  switch (reason.kind) {
    case 'on-the-way':
      return { ...reason, to: reportReason(reason.to) as Exclude<ReportedReason, ReportedReasonOf<'on-the-way'>> };
    case 'dlopen': {
      const { feature, ...rest } = reason;
      const shown = feature === undefined ? {} : { feature: displayBytes(feature) };
      return { ...rest, by: displayPath(reason.by), ...shown };
    }
    case 'learned':
      return { ...reason, program: displayBytes(reason.program) };
    case 'whole-package':
    case 'licence':
      return { ...reason, package: displayBytes(reason.package) };
    case 'declared':
      return {
        ...reason,
        by: displayPath(reason.by),
        package: displayBytes(reason.package),
        of: displayBytes(reason.of),
      };
    case 'package-rest':
      return { ...reason, by: displayPath(reason.by), package: displayBytes(reason.package) };
    case 'mention':
      return { ...reason, by: displayPath(reason.by), text: displayBytes(reason.text) };
    case 'starts':
      return { ...reason, by: displayPath(reason.by), command: displayBytes(reason.command) };
    default:
      return 'by' in reason ? { ...reason, by: displayPath(reason.by) } : reason;
  }
}

/** The kept path that asks, as it is displayed; null for a root. */
export function reportedRequester(reason: ReportedReason): string | null {
  const asked = reason.kind === 'on-the-way' ? reason.to : reason;
  return 'by' in asked ? asked.by : null;
}
