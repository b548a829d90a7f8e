import type { Finding } from '../model/finding.ts';
import { displayBytes, displayPath, type ImagePath } from '../model/image-path.ts';
import type { ReportedFinding } from './slim-report.ts';

/** The findings as they stand in a report: every path absolute and, like every name, text that is safe to show. */
export function reportFindings(findings: readonly Finding[]): ReportedFinding[] {
  return findings.map(reportFinding);
}

function reportFinding(finding: Finding): ReportedFinding {
  switch (finding.kind) {
    case 'unresolved-library':
    case 'unresolved-interpreter':
    case 'missing-program':
      return { ...finding, name: displayBytes(finding.name), requesters: paths(finding.requesters) };
    case 'provided-by-host':
      return {
        ...finding,
        name: displayBytes(finding.name),
        requesters: paths(finding.requesters),
        presentAs: paths(finding.presentAs),
      };
    case 'unresolved-command':
      return { ...finding, name: displayBytes(finding.name) };
    case 'blocked-library':
      return {
        ...finding,
        name: displayBytes(finding.name),
        candidate: displayPath(finding.candidate),
        requesters: paths(finding.requesters),
      };
    case 'version-mismatch':
      return {
        ...finding,
        name: displayBytes(finding.name),
        library: displayPath(finding.library),
        requesters: paths(finding.requesters),
      };
    case 'optional-data':
      return { ...finding, requesters: paths(finding.requesters) };
    case 'defective-elf':
    case 'partly-read':
    case 'binfmt-needed':
    case 'whiteout-name':
      return { ...finding, path: displayPath(finding.path) };
  }
}

function paths(bytes: readonly ImagePath[]): string[] {
  return bytes.map(displayPath);
}
