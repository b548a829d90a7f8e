/** `libmagic.so.1`, `/usr/lib/x.so`: a name that can be meant for the dynamic loader only. */
export function libraryName(text: string): boolean {
  return text.length < 256 && /^[\x21-\x7e]+\.so(\.\d+)*$/.test(text) && !text.includes('*') && !text.endsWith('/.so');
}
