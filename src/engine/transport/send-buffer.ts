import type { Socket } from 'node:net';

/** asm/socket.h of the architectures that node is made for */
const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;

/** Bytes. What an engine takes of large files in some 30 ms, longer than we are mostly busy with other things. */
const LARGE = 4 << 20;
/** net.core.wmem_default, as nearly every machine has it; the kernel doubles what it is given. */
const USUAL = 212_992 / 2;

type Call = (socket: number, level: number, option: number, value: Int32Array, size: number) => number;

/**
 * A larger send buffer for connections to an engine on this machine.
 *
 * The kernel's own of 208 KB is empty a millisecond after the engine begins to read, and an upload then waits for us
 * whenever we are working something out. Node has no call for this: it is the C library's, from the native package that
 * is an optional dependency. Where that or the right to it (CAP_NET_ADMIN) is missing, the buffer stays as it is.
 */
export class SendBuffer {
  #call: Call | undefined;
  readonly #enlarged = new Set<Socket>();
  #isOver = false;

  /** Resolves when sockets can be given one; what is connected earlier keeps its own. Never rejects. */
  async load(): Promise<void> {
    if (process.platform !== 'linux' || this.#isOver || this.#call !== undefined) return;
    try {
      const { default: koffi } = await import('koffi');
      this.#call = koffi.load(null).func('int setsockopt(int, int, int, const int *, unsigned int)') as Call;
    } catch {
      // It is faster with it, and the same without.
    }
  }

  /** @param socket connected */
  enlarge(socket: Socket): void {
    if (this.#isOver || this.#call === undefined) return;
    this.#set(socket, LARGE);
    this.#enlarged.add(socket);
    socket.once('close', () => this.#enlarged.delete(socket));
  }

  /** Gives all sockets their usual one, at once and for good: what is in it stays there until the engine takes it. */
  restore(): void {
    this.#isOver = true;
    for (const socket of this.#enlarged) this.#set(socket, USUAL);
    this.#enlarged.clear();
  }

  #set(socket: Socket, size: number): void {
    const { fd = -1 } = (socket as { readonly _handle?: { readonly fd?: number } | null })._handle ?? {};
    if (fd >= 0) this.#call?.(fd, SOL_SOCKET, SO_SNDBUFFORCE, Int32Array.of(size), Int32Array.BYTES_PER_ELEMENT);
  }
}
