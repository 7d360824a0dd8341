import { contentHash } from './content-hash.ts';
import type { DataNotes } from './notes.ts';

/** Pictures are square, red-green-blue, one byte a channel, stored row by row with the channels of a pixel together. */
export const imageChannels = 3;
/** Side of a picture of CIFAR, and where nothing else is said. */
export const imageSide = 32;
export const imageBytes = bytesOf(imageSide);

/** Bytes of a picture. */
export function bytesOf(side: number): number {
  return side * side * imageChannels;
}

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
  /** By class number, where the classes have names. */
  readonly classNames?: readonly string[];
  /** What was wrong with the samples and did not end the run; left out where nothing can be. */
  readonly notes?: DataNotes;
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

/** What a set of pictures is opened with. */
export interface PictureSettings {
  readonly seed: number;
  /** Whether training pictures are looked at in random views. */
  readonly augment: boolean;
  /** Pixels of a side of the square that pictures become. */
  readonly side: number;
}

/** Mean and standard deviation of each channel over a training set, in bytes. */
export interface ChannelStatistics {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Of the pictures of ImageNet, as bytes; what most trainings on photographs use. */
export const photographStatistics: ChannelStatistics = {
  mean: [123.7, 116.3, 103.5],
  deviation: [58.4, 57.1, 57.4],
};

/**
 * Collects `size` samples: `draw` writes the picture of a sample into its argument and returns its label; `change`, where
 * there is one, changes it at random.
 */
export function fillBatch(
  size: number,
  statistics: ChannelStatistics,
  draw: (pixels: Uint8Array, index: number) => number,
  change: ((pixels: Uint8Array, index: number) => void) | null,
  side = imageSide,
): LabelledPictures {
  const bytes = bytesOf(side);
  const images = new Float32Array(size * bytes);
  const labels = new Int32Array(size);
  const contents = new Float64Array(size);
  const pixels = new Uint8Array(bytes);
  for (let index = 0; index < size; index++) {
    labels[index] = draw(pixels, index);
    contents[index] = contentHash(pixels);
    change?.(pixels, index);
    normalise(pixels, statistics, images.subarray(index * bytes, (index + 1) * bytes));
  }
  return { size, images, labels, contents };
}

/** Bytes of pixels to numbers of about mean 0 and standard deviation 1, into `target` of the same length. */
export function normalise(
  pixels: Uint8Array,
  { mean, deviation }: ChannelStatistics,
  target: Float32Array,
): void {
  const [red, green, blue] = mean;
  const [redScale, greenScale, blueScale] = [1 / deviation[0], 1 / deviation[1], 1 / deviation[2]];
  for (let offset = 0; offset < pixels.length; offset += imageChannels) {
    target[offset] = ((pixels[offset] as number) - red) * redScale;
    target[offset + 1] = ((pixels[offset + 1] as number) - green) * greenScale;
    target[offset + 2] = ((pixels[offset + 2] as number) - blue) * blueScale;
  }
}
