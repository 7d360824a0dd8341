/** Pictures are square, red-green-blue, one byte a channel, stored row by row with the channels of a pixel together. */
export const imageSide = 32;
export const imageChannels = 3;
export const imageBytes = imageSide * imageSide * imageChannels;

/** Some samples, ready for a model. */
export interface Batch {
  readonly size: number;
  /** [size, 32, 32, 3], normalised to about mean 0 and standard deviation 1. */
  readonly images: Float32Array;
  /** [size], class numbers. */
  readonly labels: Int32Array;
}

/** Labelled pictures with separate streams for training and for evaluation. */
export interface Dataset {
  /** Such as `synthetic shapes, 100 classes` or a path. */
  readonly name: string;
  /** Whether the pictures are made up; shown wherever a result is shown. */
  readonly synthetic: boolean;
  readonly classes: number;
  /** Training samples there are, or null where they never end. */
  readonly trainSize: number | null;
  /** The next training samples, shuffled and augmented. */
  nextBatch(size: number): Batch;
  /**
   * Samples that training never sees, without augmentation: the same ones at each call. `count` batches, fewer
   * where the data end; the last one may be smaller.
   */
  evaluationBatches(size: number, count: number): Iterable<Batch>;
}

/** Mean and standard deviation of each channel over a training set, in bytes. */
export interface ChannelStatistics {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Collects `size` samples: `draw` writes the picture of a sample into its argument and returns its label. */
export function fillBatch(
  size: number,
  statistics: ChannelStatistics,
  draw: (pixels: Uint8Array, index: number) => number,
): Batch {
  const images = new Float32Array(size * imageBytes);
  const labels = new Int32Array(size);
  const pixels = new Uint8Array(imageBytes);
  const [red, green, blue] = statistics.mean;
  const [redScale, greenScale, blueScale] = statistics.deviation.map((value) => 1 / value) as [
    number,
    number,
    number,
  ];
  for (let index = 0; index < size; index++) {
    labels[index] = draw(pixels, index);
    const start = index * imageBytes;
    for (let offset = 0; offset < imageBytes; offset += imageChannels) {
      images[start + offset] = ((pixels[offset] as number) - red) * redScale;
      images[start + offset + 1] = ((pixels[offset + 1] as number) - green) * greenScale;
      images[start + offset + 2] = ((pixels[offset + 2] as number) - blue) * blueScale;
    }
  }
  return { size, images, labels };
}
