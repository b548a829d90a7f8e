/** The hint for what an engine says where the disk that holds its data is full; none for anything else. */
export function fullDiskHint(reason: string): { readonly hint?: string } {
  if (!/no space left on device|disk quota exceeded|ENOSPC/i.test(reason)) return {};
  return { hint: "The disk that holds the engine's data is full: `docker system df` shows what takes it." };
}
