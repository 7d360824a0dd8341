import type { Batch } from '../../data/dataset.ts';
import { boxSize, type GroundTruth } from '../../detection/boxes.ts';
import { bandFeatures, boxFeatures, meanColour, mostFeatures } from './coarse-features.ts';

/** The figure is told from so many samples of each class on, or from so many in all. */
const leastOfClass = 8;
const leastSamples = 500;
/** What varies within classes needs samples beyond the first of each. */
const samplesOverClasses = 2;
/** Sums of so many samples tell enough. */
const mostSamples = 20_000;

/** Pictures with labelled objects in them, in the order of a batch. */
export interface LabelledObjects {
  /** Of each picture, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly truths: readonly GroundTruth[];
}

/**
 * How much coarse features of the inputs depend on the labels: the mean over features of the F statistic of a one-way
 * analysis of variance. Samples whose labels have nothing to do with them give about 1. A sample is a picture, or an
 * object in one: what is in its box, less the mean of the whole picture.
 *
 * Each sample may be counted once only: one that comes again with the label it had before would raise F by itself.
 *
 * @param trainSize samples of a pass, null where they never end
 */
export class LabelSignal {
  readonly #most: number;
  readonly #classes = new Map<number, { count: number; readonly sums: Float64Array }>();
  readonly #sums = new Float64Array(mostFeatures);
  readonly #squares = new Float64Array(mostFeatures);
  readonly #own = new Float64Array(mostFeatures);
  #samples = 0;
  #offered = 0;

  constructor(trainSize: number | null) {
    this.#most = Math.min(mostSamples, trainSize ?? mostSamples);
  }

  /** Those that the figure rests on. */
  get samples(): number {
    return this.#samples;
  }

  /**
   * Counts the samples of a batch that are not `seen`, and gives the figure so far.
   * @returns null where there is too little to tell, and once no more samples are taken
   */
  add({ images, size }: Batch, labels: ArrayLike<number>, seen: readonly boolean[]): number | null {
    if (!this.#offer(size)) return null;
    const numbers = images.length / size;
    for (let sample = 0; sample < size; sample++) {
      if (seen[sample] || !bandFeatures(images, sample * numbers, numbers, this.#own)) continue;
      this.#count(labels[sample] as number);
    }
    return this.#statistic();
  }

  /** As `add`, of the objects in the pictures, without those that count neither way. */
  addObjects(
    { images, size }: Batch,
    { height, width, truths }: LabelledObjects,
    seen: readonly boolean[],
  ): number | null {
    if (!this.#offer(size)) return null;
    const numbers = images.length / size;
    for (const [picture, { boxes, labels, difficult }] of truths.entries()) {
      if (seen[picture]) continue;
      const pixels = images.subarray(picture * numbers, (picture + 1) * numbers);
      const mean = meanColour(pixels);
      for (const [object, label] of labels.entries()) {
        if (difficult?.[object] === 1) continue;
        const box = boxes.subarray(object * boxSize, (object + 1) * boxSize);
        boxFeatures(pixels, { height, width }, box, mean, this.#own);
        this.#count(label);
      }
    }
    return this.#statistic();
  }

  /** Whether a batch is taken: of a second pass each sample has been counted before. */
  #offer(size: number): boolean {
    if (this.#offered >= this.#most) return false;
    this.#offered += size;
    return true;
  }

  #count(label: number): void {
    const own = this.#own;
    let ofClass = this.#classes.get(label);
    if (ofClass === undefined) {
      ofClass = { count: 0, sums: new Float64Array(mostFeatures) };
      this.#classes.set(label, ofClass);
    }
    ofClass.count += 1;
    this.#samples += 1;
    for (let feature = 0; feature < mostFeatures; feature++) {
      const value = own[feature] as number;
      this.#sums[feature] = (this.#sums[feature] as number) + value;
      this.#squares[feature] = (this.#squares[feature] as number) + value * value;
      ofClass.sums[feature] = (ofClass.sums[feature] as number) + value;
    }
  }

  #statistic(): number | null {
    const [samples, classes] = [this.#samples, this.#classes.size];
    if (classes < 2 || samples < samplesOverClasses * classes) return null;
    const fewest = () => Math.min(...Array.from(this.#classes.values(), ({ count }) => count));
    if (samples < leastSamples && fewest() < leastOfClass) return null;
    let sum = 0;
    let counted = 0;
    for (let feature = 0; feature < mostFeatures; feature++) {
      const total = this.#sums[feature] as number;
      const squares = this.#squares[feature] as number;
      let ofClasses = 0;
      for (const { count, sums } of this.#classes.values()) {
        ofClasses += (sums[feature] as number) ** 2 / count;
      }
      const between = (ofClasses - total ** 2 / samples) / (classes - 1);
      const within = (squares - ofClasses) / (samples - classes);
      // One that is not used is 0 of all.
      if (!(within > 0)) continue;
      sum += between / within;
      counted += 1;
    }
    return counted === 0 ? null : sum / counted;
  }
}
