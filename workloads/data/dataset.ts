import { contentHash } from './content-hash.ts';

/** Pictures are square, red-green-blue, one byte a channel, stored row by row with the channels of a pixel together. */
export const imageSide = 32;
export const imageChannels = 3;
export const imageBytes = imageSide * imageSide * imageChannels;

/** Some samples, ready for a model. Plain data, so that a thread can hand it over. */
export interface Batch {
  readonly size: number;
  /** [size, height, width, 3], normalised to about mean 0 and standard deviation 1. */
  readonly images: Float32Array;
  /** [size], a hash of what each picture is before it is changed at random: equal pictures have equal ones. */
  readonly contents: Float64Array;
}

/** Pictures of one class each. */
export interface LabelledPictures extends Batch {
  /** [size], class numbers. */
  readonly labels: Int32Array;
}

/** Pictures with separate streams for training and for evaluation. */
export interface Dataset<B extends Batch = LabelledPictures> {
  /** Such as `synthetic shapes, 100 classes` or a path. */
  readonly name: string;
  /** Whether the pictures are made up; shown wherever a result is shown. */
  readonly synthetic: boolean;
  /** Whether training samples are changed at random before each use. */
  readonly augmented: boolean;
  readonly classes: number;
  /** Training samples there are, or null where they never end. */
  readonly trainSize: number | null;
  /**
   * Training samples, shuffled and augmented: batch `number`, from 0, of a run with batches of `size`. The same at each call
   * with the same seed, whichever thread calls and whatever was asked for before.
   */
  trainingBatch(number: number, size: number): B;
  /**
   * Samples that training never sees, without augmentation: the same ones at each call. `count` batches, fewer
   * where the data end; the last one may be smaller.
   */
  evaluationBatches(size: number, count: number): Iterable<B>;
}

/** Mean and standard deviation of each channel over a training set, in bytes. */
export interface ChannelStatistics {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/**
 * Collects `size` samples: `draw` writes the picture of a sample into its argument and returns its label; `change`, where
 * there is one, changes it at random.
 */
export function fillBatch(
  size: number,
  statistics: ChannelStatistics,
  draw: (pixels: Uint8Array, index: number) => number,
  change: ((pixels: Uint8Array, index: number) => void) | null,
): LabelledPictures {
  const images = new Float32Array(size * imageBytes);
  const labels = new Int32Array(size);
  const contents = new Float64Array(size);
  const pixels = new Uint8Array(imageBytes);
  const [red, green, blue] = statistics.mean;
  const [redScale, greenScale, blueScale] = statistics.deviation.map((value) => 1 / value) as [
    number,
    number,
    number,
  ];
  for (let index = 0; index < size; index++) {
    labels[index] = draw(pixels, index);
    contents[index] = contentHash(pixels);
    change?.(pixels, index);
    const start = index * imageBytes;
    for (let offset = 0; offset < imageBytes; offset += imageChannels) {
      images[start + offset] = ((pixels[offset] as number) - red) * redScale;
      images[start + offset + 1] = ((pixels[offset + 1] as number) - green) * greenScale;
      images[start + offset + 2] = ((pixels[offset + 2] as number) - blue) * blueScale;
    }
  }
  return { size, images, labels, contents };
}
