import type { HistoryStep } from '../../../src/image/config-document.ts';
import type { Digest } from '../../../src/model/digest.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import type { BuiltImage } from '../../../src/subject/base/image-here.ts';
import { digestOf } from '../../builders/image-archive.ts';

export interface ImageFacts {
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  readonly config?: RunConfig;
  readonly created?: string;
  readonly history?: readonly HistoryStep[];
}

/** An image of these layers, called by words. */
export function image(layers: string, facts: ImageFacts = {}): BuiltImage {
  return {
    id: digestOf(JSON.stringify([layers, facts])),
    tags: [],
    digests: [],
    layers: layers.split(' ').map((layer): Digest => digestOf(layer)),
    created: '2024-01-01T00:00:00Z',
    config: {},
    history: [],
    ...facts,
  };
}

/** Steps from lines; one that makes no layer begins with `-`. What follows `;` is its comment. */
export function steps(...lines: readonly string[]): HistoryStep[] {
  return lines.map((line) => {
    const [text = '', comment] = line.replace(/^- ?/, '').split(' ; ');
    return { createdBy: text, hasLayer: !line.startsWith('-'), ...(comment !== undefined && { comment }) };
  });
}
