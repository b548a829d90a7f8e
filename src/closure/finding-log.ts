import type { Finding } from '../model/finding.ts';
import type { ImagePath } from '../model/image-path.ts';

/** Gathers findings, those of the same kind and name as one with all their requesters. */
export class FindingLog {
  readonly #findings = new Map<string, Finding>();

  addAll(findings: readonly Finding[]): void {
    for (const finding of findings) this.add(finding);
  }

  add(finding: Finding): void {
    const key = JSON.stringify([
      finding.kind,
      'name' in finding ? finding.name : 'path' in finding ? finding.path : finding.rule,
      'field' in finding ? finding.field : '',
      'candidate' in finding ? finding.candidate : 'library' in finding ? finding.library : '',
    ]);
    const known = this.#findings.get(key);
    if (known === undefined || !('requesters' in known) || !('requesters' in finding)) this.#findings.set(key, finding);
    else this.#findings.set(key, { ...known, requesters: [...new Set([...known.requesters, ...finding.requesters])] });
  }

  /**
   * All findings, the order being that of their first appearance. A missing library that a kept file answers for, by its
   * soname or its name, is taken as provided by the program that loads the requester (libjvm.so for a JDK's libraries).
   */
  findings(providers: ReadonlyMap<string, readonly ImagePath[]>): Finding[] {
    return [...this.#findings.values()].map((finding) => {
      if (finding.kind !== 'unresolved-library') return finding;
      const presentAs = providers.get(finding.name);
      return presentAs === undefined ? finding : { ...finding, kind: 'provided-by-host', presentAs };
    });
  }
}
