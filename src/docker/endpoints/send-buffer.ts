import type { Socket } from 'node:net';

/** asm/socket.h of the architectures that node is made for */
const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;

/**
 * Bytes. What an engine takes of large files in 10 ms, and of small ones in a quarter of a second: that long it goes on
 * by itself when a run is interrupted, and what it then makes of a whole layer has to be waited for and removed.
 */
const SIZE = 1 << 20;

type Call = (socket: number, level: number, option: number, value: Int32Array, size: number) => number;

/**
 * A larger send buffer for a connection to an engine on this machine.
 *
 * The kernel's own of 208 KB is empty a millisecond after the engine begins to read, and an upload then waits for us
 * whenever we are working something out. Node has no call for this: it is the C library's, from the native package that
 * is an optional dependency. Where that or the right to it (CAP_NET_ADMIN) is missing, the buffer stays as it is.
 */
export class SendBuffer {
  #call: Call | undefined;

  /** Resolves when sockets can be given one; what is connected earlier keeps its own. Never rejects. */
  async load(): Promise<void> {
    if (process.platform !== 'linux') return;
    try {
      const { default: koffi } = await import('koffi');
      this.#call = koffi.load(null).func('int setsockopt(int, int, int, const int *, unsigned int)') as Call;
    } catch {
      // It is faster with it, and the same without.
    }
  }

  /** @param socket connected */
  enlarge(socket: Socket): void {
    const { fd = -1 } = (socket as { readonly _handle?: { readonly fd?: number } })._handle ?? {};
    if (fd >= 0) this.#call?.(fd, SOL_SOCKET, SO_SNDBUFFORCE, Int32Array.of(SIZE), Int32Array.BYTES_PER_ELEMENT);
  }
}
