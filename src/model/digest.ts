/** `sha256:` and 64 lower-case hex digits: an image id, a layer's diff id. */
export type Digest = `sha256:${string}` & { readonly __brand: 'Digest' };

const FORM = /^sha256:[0-9a-f]{64}$/;

/** `text` as a {@link Digest}, or undefined where it is not one. */
export function parseDigest(text: string): Digest | undefined {
  return FORM.test(text) ? (text as Digest) : undefined;
}

/** The digest with these 64 hex digits. */
export function digestFromHex(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}
