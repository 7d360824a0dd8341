import * as tf from '../../tf.ts';

/** Tensors up to so many numbers are read whole; of larger ones the device sums the squares. */
const readWhole = 1024;

/** Gives the numbers of a tensor once they have been read. */
export type Slot = () => Float32Array;

/** Small tensors that are read together: one concatenation, one transfer. */
export class Readback {
  readonly #parts: tf.Tensor1D[] = [];
  #length = 0;
  #values: Float32Array = new Float32Array(0);

  /** Reads a tensor; it stays the caller's. */
  add(tensor: tf.Tensor): Slot {
    return this.#take(tf.keep(tf.reshape<tf.Rank.R1>(tensor, [-1])));
  }

  /** Reads the sum of the squares of a tensor; it stays the caller's. */
  addSquares(tensor: tf.Tensor): () => number {
    if (tensor.size <= readWhole) {
      const slot = this.add(tensor);
      return () => sumOfSquares(slot());
    }
    const slot = this.#take(tf.keep(tf.tidy(() => tf.reshape<tf.Rank.R1>(tf.sum(tf.square(tensor)), [1]))));
    return () => slot()[0] as number;
  }

  /** Reads some numbers of a tensor, evenly spread, all of them where there are no more than `readWhole`. */
  addSome(tensor: tf.Tensor): Slot {
    if (tensor.size <= readWhole) return this.add(tensor);
    // An odd stride: channels come in powers of two, and all of them shall be seen.
    const stride = Math.ceil(tensor.size / readWhole) | 1;
    return this.#take(
      tf.keep(
        tf.tidy(() =>
          tf.stridedSlice(tf.reshape<tf.Rank.R1>(tensor, [-1]), [0], [tensor.size], [stride]),
        ) as tf.Tensor1D,
      ),
    );
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
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

  #take(part: tf.Tensor1D): Slot {
    const offset = this.#length;
    const { size } = part;
    this.#parts.push(part);
    this.#length += size;
    return () => this.#values.subarray(offset, offset + size);
  }
}

export function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] as number) ** 2;
  return sum;
}
