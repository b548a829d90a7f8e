import type { Finding } from '../model/finding.ts';
import type { ImagePath } from '../model/image-path.ts';

/** Gathers findings, those of the same kind and name as one with all their requesters. */
export class FindingLog {
  readonly #findings = new Map<string, Finding>();
  readonly #requesters = new Map<string, Set<ImagePath>>();

  addAll(findings: readonly Finding[]): void {
    for (const finding of findings) this.add(finding);
  }

  add(finding: Finding): void {
    const key = JSON.stringify([
      finding.kind,
      'name' in finding ? finding.name : 'path' in finding ? finding.path : finding.rule,
      'field' in finding ? finding.field : '',
      'candidate' in finding ? finding.candidate : 'library' in finding ? finding.library : '',
      'part' in finding ? finding.part : '',
    ]);
    if (!this.#findings.has(key)) this.#findings.set(key, finding);
    if (!('requesters' in finding)) return;
    const requesters = this.#requesters.get(key) ?? new Set();
    this.#requesters.set(key, requesters);
    for (const requester of finding.requesters) requesters.add(requester);
  }

  /**
   * All findings, the order being that of their first appearance. A missing library that a kept file answers for, by its
   * soname or its name, is taken as provided by the program that loads the requester (libjvm.so for a JDK's libraries).
   */
  findings(providers: ReadonlyMap<string, readonly ImagePath[]>): Finding[] {
    return [...this.#findings].map(([key, first]) => {
      const requesters = this.#requesters.get(key);
      const finding = requesters === undefined ? first : ({ ...first, requesters: [...requesters] } as Finding);
      if (finding.kind !== 'unresolved-library') return finding;
      const presentAs = providers.get(finding.name);
      return presentAs === undefined ? finding : { ...finding, kind: 'provided-by-host', presentAs };
    });
  }
}
