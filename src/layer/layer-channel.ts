/** Bytes that wait for the reader are no more than this. */
const MOST = 1 << 19;
/** Small pieces are put together to this many bytes. */
const GATHERED = 1 << 17;

/**
 * Hands bytes from where they are made to where they are sent, and holds back whichever is faster. For one reader. It does
 * not say why a side has gone: that is known to {@link Transfer}.
 */
export class LayerChannel implements AsyncIterable<Buffer> {
  readonly #pieces: Buffer[] = [];
  #gathered: Buffer | undefined;
  #used = 0;
  #waiting = 0;
  #end: 'open' | 'ended' | { readonly error: unknown } = 'open';
  #hasReader = true;
  #wake: (() => void)[] = [];

  /** Takes a piece at once; see `hasRoom`. Nobody may write to a large one again. */
  write(piece: Buffer): void {
    if (piece.length >= GATHERED / 4) {
      this.#passGathered();
      this.#pass(piece);
      return;
    }
    if (this.#gathered === undefined || this.#used + piece.length > this.#gathered.length) {
      this.#passGathered();
      this.#gathered = Buffer.allocUnsafe(GATHERED);
    }
    this.#used += piece.copy(this.#gathered, this.#used);
  }

  /** Resolves when there is room again; with false where nothing will be read any more. */
  async hasRoom(): Promise<boolean> {
    while (this.#waiting >= MOST && this.#isOpen) await this.#change();
    return this.#isOpen;
  }

  /** The reader will not come, or has gone. */
  abandon(): void {
    this.#hasReader = false;
    this.#notify();
  }

  /** The reader has gone before it had all. */
  get isAbandoned(): boolean {
    return !this.#hasReader;
  }

  /** There is no more to come. */
  end(): void {
    this.#passGathered();
    this.#end = 'ended';
    this.#notify();
  }

  /** There would have been more: the reader gets `error`. */
  fail(error: unknown): void {
    this.#end = { error };
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (typeof this.#end === 'object') throw this.#end.error;
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          this.#waiting -= piece.length;
          this.#notify();
          yield piece;
        } else if (this.#end === 'ended') return;
        else await this.#change();
      }
    } finally {
      this.#hasReader = this.#end === 'ended' && this.#pieces.length === 0;
      this.#notify();
    }
  }

  get #isOpen(): boolean {
    return this.#hasReader && typeof this.#end !== 'object';
  }

  #passGathered(): void {
    if (this.#gathered !== undefined && this.#used > 0) this.#pass(this.#gathered.subarray(0, this.#used));
    this.#gathered = undefined;
    this.#used = 0;
  }

  #pass(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    this.#notify();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}
