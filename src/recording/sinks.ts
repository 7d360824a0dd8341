/** Where a stream's frames go. `offer` takes all of the bytes or none, and never waits. */
export interface FrameSink {
  /**
   * Takes the bytes, if at least `spareBytes` of room are left behind them. False when there is no room: the caller
   * drops or tries again.
   */
  offer(bytes: Uint8Array, spareBytes?: number): boolean;
  /** Why nothing can be written any more, or null. */
  readonly failure: string | null;
  /** Resolves when there may be more room than now: true, or when none is to be expected: false. */
  roomier(): Promise<boolean>;
  /** Resolves when everything taken so far is written, or is given up. */
  close(): Promise<void>;
  /** The same at once, for the moment when the process ends; also after `close` has begun. */
  closeNow(): void;
}

/** Keeps the stream in memory, for a recording that nobody asked to be kept. */
export class MemorySink implements FrameSink {
  readonly failure = null;
  #chunks: Uint8Array[] = [];

  offer(bytes: Uint8Array): boolean {
    this.#chunks.push(bytes.slice());
    return true;
  }

  /** What came in since the last call. */
  take(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }

  async roomier(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}

  closeNow(): void {}
}
