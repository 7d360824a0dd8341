/** Where a stream's frames go. `offer` takes all of the bytes or none, and never waits. */
export interface FrameSink {
  /** False when there is no room: the caller drops or tries again. */
  offer(bytes: Uint8Array): boolean;
  /** Why nothing can be written any more, or null. */
  readonly failure: string | null;
  /** Resolves when everything taken so far is written. */
  close(): Promise<void>;
  /** The same at once, for the moment when the process ends. */
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

  async close(): Promise<void> {}

  closeNow(): void {}
}
