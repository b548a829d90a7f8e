import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutgoingEntry } from '../../src/filesystem/content-store.ts';
import { comparePaths, type ImagePath } from '../../src/model/image-path.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { LayerStack } from '../../src/subject/access/layer-stack/read-layer-stack.ts';
import { gzipLayer, plainLayer } from '../builders/image-archive.ts';
import { directory, file, hardlink, symlink, type TarMember } from '../builders/tar.ts';
import { shownTree, stackOf } from '../subject/access/layer-stack/stack.ts';
import { scan } from '../tar/scan.ts';

/** What a layer has at a path, or marks as deleted there. */
type Item = 'directory' | 'opaque' | 'whiteout' | 'symlink' | 'file' | 'link';
type Layer = ReadonlyMap<string, { readonly item: Item; readonly text: string }>;

const NAMES = ['a', '\xff'];
const PATHS = NAMES.flatMap((a) => [a, ...NAMES.flatMap((b) => [`${a}/${b}`, ...NAMES.map((c) => `${a}/${b}/${c}`)])]);

/** Layers that an engine could have made: nothing lies below what is no directory. */
const layerOf = (number: number): fc.Arbitrary<Layer> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...PATHS),
        fc.constantFrom<Item>('directory', 'opaque', 'whiteout', 'whiteout', 'symlink', 'file', 'link', 'link'),
      ),
      { maxLength: 9 },
    )
    .map((items) => {
      const layer = new Map<string, { item: Item; text: string }>();
      for (const [path, item] of items) {
        const above = [...layer].some(
          ([other, { item }]) => path.startsWith(`${other}/`) && item !== 'directory' && item !== 'opaque',
        );
        const isDirectory = item === 'directory' || item === 'opaque';
        const below = !isDirectory && [...layer.keys()].some((other) => other.startsWith(`${path}/`));
        if (!above && !below && !layer.has(path)) layer.set(path, { item, text: `${number}${path}` });
      }
      return layer;
    });

function members(layer: Layer): TarMember[] {
  let linked: string | undefined;
  return [...layer].flatMap(([path, { item, text }]): TarMember[] => {
    const slash = path.lastIndexOf('/') + 1;
    if (item === 'whiteout') return [file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`)];
    if (item === 'directory') return [directory(path)];
    if (item === 'opaque') return [file(`${path}/.wh..wh..opq`)];
    if (item === 'symlink') return [symlink(path, text)];
    if (item === 'link' && linked !== undefined) return [hardlink(path, linked)];
    linked ??= path;
    return [file(path, text)];
  });
}

/** The content of a layer's file: further names have the first one's. */
function contentOf(layer: Layer, path: string): string {
  const first = [...layer].find(([, { item }]) => item === 'file' || item === 'link');
  const own = layer.get(path);
  return (own?.item === 'link' ? first?.[1].text : own?.text) ?? '';
}

/** Whether a layer has a directory there, if only because something stands in it. */
function hasDirectory(layer: Layer, path: string): boolean {
  const item = layer.get(path)?.item;
  return item === 'directory' || item === 'opaque' || [...layer.keys()].some((other) => other.startsWith(`${path}/`));
}

/** What overlayfs finds at a path: it goes down from the uppermost layer, and knows nothing of what is above or beside. */
function lookUp(layers: readonly Layer[], path: string): string | undefined {
  const components = path.split('/');
  let candidates = layers;
  let found: string | undefined;
  for (let depth = 1; depth <= components.length; depth++) {
    const at = components.slice(0, depth).join('/');
    const next: Layer[] = [];
    found = undefined;
    for (const layer of candidates) {
      if (hasDirectory(layer, at)) {
        found ??= 'directory';
        next.push(layer);
        if (layer.get(at)?.item === 'opaque') break;
      } else if (layer.has(at)) {
        const { item, text } = layer.get(at) as { item: Item; text: string };
        if (item !== 'whiteout') found ??= item === 'symlink' ? `-> ${text}` : contentOf(layer, at);
        break;
      }
    }
    if (found === undefined || (found !== 'directory' && depth < components.length)) return undefined;
    candidates = next;
  }
  return found;
}

/** All of a tree as it goes out and comes back. */
function sentTree({ tree, content }: LayerStack): Record<string, string> {
  const kept = new Set([...tree.entries()].map(({ path }) => path));
  const { entries } = makePlan(kept, { tree, content });
  const pieces = content.outgoing(entries as Iterable<OutgoingEntry>);
  const texts = new Map<string, string>();
  for (const { name, type, linkname, content: data } of scan(Buffer.concat([...pieces, Buffer.alloc(1024)]))) {
    const path = name.replace(/\/$/, '');
    const text =
      type === 'hardlink' ? texts.get(linkname) : type === 'symlink' ? `-> ${linkname}` : data.toString('latin1');
    assert.ok(text !== undefined, `${path} links to what comes later`);
    texts.set(path, type === 'directory' ? 'directory' : text);
  }
  return Object.fromEntries([...texts].sort(([a], [b]) => comparePaths(a as ImagePath, b as ImagePath)));
}

const stacks = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, number) => layerOf(number))));

test('layers show what an overlay file system would find, and send it', async () => {
  await fc.assert(
    fc.asyncProperty(stacks, fc.nat(4), async (layers, base) => {
      const uppermostFirst = layers.toReversed();
      const expected = PATHS.flatMap((path) => {
        const found = lookUp(uppermostFirst, path);
        return found === undefined ? [] : [[path, found] as const];
      }).sort(([a], [b]) => comparePaths(a as ImagePath, b as ImagePath));
      const built = layers.map((layer, number) => (number === 3 ? gzipLayer : plainLayer)(...members(layer)));
      await using stack = await stackOf(base, ...built);
      const shown = Object.entries(shownTree(stack)).map(([path, text]) => [path, text.replace(/ = .*/s, '')]);
      assert.deepEqual(shown, expected);
      assert.deepEqual(Object.entries(sentTree(stack)), expected);
      // What is not said to have changed shows the same without the layers above the base.
      const below = uppermostFirst.slice(Math.max(0, layers.length - base));
      for (const [path, text] of expected) {
        if (!stack.changed.has(path as ImagePath)) assert.equal(lookUp(below, path), text, `${path} is changed`);
      }
    }),
    { numRuns: 400, interruptAfterTimeLimit: 3000, markInterruptAsFailure: false },
  );
});
