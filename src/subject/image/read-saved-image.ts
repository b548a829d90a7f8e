import type { Engine, ImageInfo } from '../../engine/client.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { EventListener } from '../../model/events.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Unchanged } from '../subject.ts';

export interface SavedImageRequest {
  readonly engine: Engine;
  readonly image: ImageInfo;
  readonly above: number;
  readonly directory: string;
  readonly onEvent: EventListener;
}

export async function readSavedImage(_request: SavedImageRequest): Promise<Snapshot | Unchanged> {
  throw new SkinnywhaleError('FAILED', 'images can only be read in the folders of the engine so far');
}
