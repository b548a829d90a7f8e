/** What Go's encoding/json writes for each byte that is not part of valid UTF-8. */
export const REPLACEMENT = '\ufffd';

/**
 * A byte string as the engine's JSON shows it: Go's encoding/json replaces every single byte that does not begin a valid
 * UTF-8 sequence (unicode/utf8.DecodeRune), where a JavaScript decoder would replace a longer run by one character.
 */
export function asEngineText(bytes: string): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    text += length === 0 ? REPLACEMENT : Buffer.from(bytes.slice(at, at + length), 'latin1').toString('utf8');
    at += Math.max(1, length);
  }
  return text;
}

/** The length of the valid UTF-8 sequence at `at`, 0 where there is none (RFC 3629: no overlong forms, no surrogates). */
function sequenceLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes.charCodeAt(at + 1);
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    const next = bytes.charCodeAt(at + i);
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}
