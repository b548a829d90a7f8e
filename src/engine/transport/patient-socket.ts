import { Socket } from 'node:net';

/** How long the other side's last words are waited for after a write has failed, in milliseconds. */
const PATIENCE = 1000;

type WriteCallback = (error?: Error | null) => void;

/**
 * A socket that keeps reading when it can no longer write.
 *
 * An engine that refuses an upload answers and closes. node's own socket, when the next write then fails with EPIPE,
 * drops what has arrived but is not read yet: the answer, which says why. Here a failed write is reported once the other
 * side's end has been read.
 */
export class PatientSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, callback: WriteCallback): void {
    super._write(chunk, encoding, this.#patient(callback));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], callback: WriteCallback): void {
    super._writev?.(chunks, this.#patient(callback));
  }

  #patient(callback: WriteCallback): WriteCallback {
    return (error) => {
      if (!error || this.readableEnded || this.destroyed) return callback(error);
      const tell = (): void => {
        clearTimeout(timer);
        this.off('end', tell).off('close', tell);
        callback(error);
      };
      const timer = setTimeout(tell, PATIENCE);
      return void this.once('end', tell).once('close', tell);
    };
  }
}
