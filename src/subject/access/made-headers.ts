import type { ByteSource } from '../../elf/byte-source.ts';
import type { ContentStore, OutgoingEntry } from '../../filesystem/content-store.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { rareFields } from '../../tar/rewrite.ts';
import { exportHeader } from './export-header.ts';
import { containerNames, IMAGE_STYLE, NO_NAMES, type OwnerNames } from './owner-names.ts';

/**
 * The content of an image's layers with headers as an export of it would have them. Builders write each their own: without
 * this, an image would not give the same layer when it is read in an engine's folders, where there are no headers.
 */
export class MadeHeaders implements ContentStore {
  readonly #layers: ContentStore;
  readonly #names: OwnerNames;

  constructor(tree: FileTree, layers: ContentStore) {
    this.#layers = layers;
    this.#names = IMAGE_STYLE.ownerNames ? containerNames(tree, layers) : NO_NAMES;
  }

  content(entry: TreeEntry): ByteSource {
    return this.#layers.content(entry);
  }

  header(entry: TreeEntry): Buffer {
    const { type, hasCapabilities } = entry;
    const isDevice = type === 'character' || type === 'block';
    const rare = isDevice || hasCapabilities ? rareFields(this.#layers.header(entry)) : undefined;
    return exportHeader(entry, {
      typeBits: IMAGE_STYLE.typeBits,
      names: this.#names,
      capabilities: rare?.capabilities,
      device: isDevice ? rare?.device : undefined,
    });
  }

  outgoing(entries: Iterable<OutgoingEntry>): Iterable<Buffer> {
    return this.#layers.outgoing(this.#withHeaders(entries));
  }

  *#withHeaders(entries: Iterable<OutgoingEntry>): Generator<OutgoingEntry> {
    for (const each of entries) {
      const { entry, header, data } = each;
      yield header === undefined && entry !== undefined ? { entry, header: this.header(entry), data } : each;
    }
  }
}
