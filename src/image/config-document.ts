import { createHash } from 'node:crypto';
import { type Digest, digestFromHex, parseDigest } from '../model/digest.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { defined, fields, text, texts } from '../model/json-fields.ts';
import { badImage, parseDocument } from './image-files.ts';
import { readRunConfig } from './run-config.ts';

/** A step of how an image was made, as its builder wrote it down (OCI image-spec config.md, `history`). */
export interface HistoryStep {
  /** '' where it does not say */
  readonly createdBy: string;
  /** whether a layer belongs to it */
  readonly hasLayer: boolean;
  /** RFC 3339 */
  readonly created?: string;
  readonly comment?: string;
}

/** An image's config file, read. */
export interface ConfigDocument {
  /** of its bytes: the image's id where images are called by their configs */
  readonly id: Digest;
  readonly config: ImageConfig;
  /** the oldest step first; may be empty, or tell of more or fewer layers than there are */
  readonly history: readonly HistoryStep[];
  /** digests of the uncompressed layers, the lowest first */
  readonly diffIds: readonly Digest[];
}

/** No engine takes an image of more layers (moby layer: maxLayerDepth is 125). */
const MOST_LAYERS = 1000;
/** What Go writes of a time that was not set. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** Reads a config file (OCI image-spec config.md). @throws BAD_ARCHIVE where it is not one */
export function readConfigDocument(bytes: Buffer): ConfigDocument {
  const document = fields(parseDocument(bytes, 'the config'));
  const architecture = text(document['architecture']);
  if (architecture === undefined) throw badImage('the config does not say for which architecture the image is');
  const diffIds = texts(fields(document['rootfs'])['diff_ids']) ?? [];
  if (diffIds.length > MOST_LAYERS) throw badImage(`the config has ${diffIds.length} layers`);
  return {
    id: sha256(bytes),
    config: {
      platform: {
        os: text(document['os']) ?? 'linux',
        architecture,
        ...defined({ variant: text(document['variant']), osVersion: text(document['os.version']) }),
      },
      ...defined({ author: text(document['author']) }),
      created: text(document['created']) ?? NO_TIME,
      run: readRunConfig(document['config']),
    },
    history: readHistory(document['history']),
    diffIds: diffIds.map((diffId) => requiredDigest(diffId, 'a layer of the config')),
  };
}

/** @throws BAD_ARCHIVE where `value` is no sha256 digest */
export function requiredDigest(value: unknown, field: string): Digest {
  const digest = typeof value === 'string' ? parseDigest(value) : undefined;
  if (digest === undefined) throw badImage(`${field} has no sha256 digest`);
  return digest;
}

export function sha256(bytes: Buffer): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

function readHistory(document: unknown): HistoryStep[] {
  if (!Array.isArray(document)) return [];
  return document.map((item) => {
    const step = fields(item);
    return {
      createdBy: text(step['created_by']) ?? '',
      hasLayer: step['empty_layer'] !== true,
      ...defined({ created: text(step['created']), comment: text(step['comment']) }),
    };
  });
}
