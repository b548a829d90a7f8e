import type { Base, ImageLocation, Origin } from '../subject/subject.ts';
import type { ReportedBase, ReportedSubject } from './slim-report.ts';

/** What was slimmed, as it stands in a report. */
export function reportSubject(origin: Origin): ReportedSubject {
  const { kind, id } = origin;
  return kind === 'container'
    ? { kind, id, name: origin.name === '' ? null : origin.name, where: origin.endpoint }
    : { kind, id, name: origin.reference ?? null, where: locationText(origin.location) };
}

/** null for no base at all. */
export function reportBase({ evidence, id, name, layers }: Base): ReportedBase | null {
  return evidence === 'none' ? null : { evidence, id: id ?? null, name: name ?? null, layers };
}

function locationText(location: ImageLocation): string {
  return location.kind === 'engine' ? location.endpoint : `${location.kind}:${location.file}`;
}
