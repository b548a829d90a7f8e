import type { ReportedFinding } from './slim-report.ts';

/** True for a finding that a person should look at, and that `--strict` minds; false for one that is only good to know. */
export function isProblem(finding: ReportedFinding): boolean {
  switch (finding.kind) {
    case 'optional-data':
    case 'missing-program':
    case 'provided-by-host':
      return false;
    case 'unresolved-interpreter':
      return !finding.requesters.every(isDocumentation);
    default:
      return true;
  }
}

/** Files that are kept to be read: nobody runs an example where it lies. */
function isDocumentation(path: string): boolean {
  return /^\/usr(\/local)?\/share\/doc\/|\/examples?\//.test(path);
}
