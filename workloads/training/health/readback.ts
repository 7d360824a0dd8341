import * as tf from '../../tf.ts';

/** Gives numbers once they have been read. */
export type Slot = () => Float32Array;

/** Vectors that are read together: one transfer, awaited with whatever else a step reads. */
export class Readback {
  readonly #parts: tf.Tensor1D[] = [];
  #length = 0;
  #values: Float32Array = new Float32Array(0);

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Takes over a vector and reads it. */
  add(part: tf.Tensor1D): Slot {
    const offset = this.#length;
    const { size } = part;
    this.#parts.push(tf.keep(part));
    this.#length += size;
    return () => this.#values.subarray(offset, offset + size);
  }

  /** Starts the transfer; slots are filled when it is done. */
  async read(): Promise<void> {
    if (this.isEmpty) return;
    const joined = tf.concat(this.#parts);
    try {
      this.#values = await joined.data<'float32'>();
    } finally {
      joined.dispose();
    }
  }

  dispose(): void {
    tf.dispose(this.#parts);
    this.#parts.length = 0;
  }
}
