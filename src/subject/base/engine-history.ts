import type { HistoryEntry } from '../../engine/client.ts';
import type { HistoryStep } from '../../image/config-document.ts';

/** Instructions that always make a layer, and one that may. */
const MAKES_LAYER = /^(?:\/bin\/sh -c #\(nop\)\s*)?(?:ADD|COPY|RUN)\b|^\/bin\/sh -c (?!#\(nop\))/;
const MAY_MAKE_LAYER = /^(?:\/bin\/sh -c #\(nop\)\s*)?WORKDIR\b/;

/**
 * An engine's history as steps, the oldest first. An engine does not say which steps made a layer, only how many bytes each
 * added: of those without any (`RUN mkdir`, `WORKDIR`), the newest ones count until all layers have a step, since a
 * distribution's own steps rarely are so empty.
 * @param layers how many layers the image has
 */
export function historySteps(entries: readonly HistoryEntry[], layers: number): HistoryStep[] {
  const having = new Set(entries.filter(({ size }) => size > 0));
  for (const pattern of [MAKES_LAYER, MAY_MAKE_LAYER]) {
    for (const entry of entries) {
      if (having.size < layers && pattern.test(entry.createdBy)) having.add(entry);
    }
  }
  return entries.toReversed().map((entry) => ({
    createdBy: entry.createdBy,
    hasLayer: having.has(entry),
    ...(entry.comment !== '' && { comment: entry.comment }),
  }));
}
