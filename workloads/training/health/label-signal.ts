import type { Batch } from '../../data/dataset.ts';

/** A picture is cut into so many bands from top to bottom; a feature is the mean of a channel over a band. */
const bands = 8;
const channels = 3;
const features = bands * channels;
/** Of each band so many pixels are looked at, evenly spread. */
const pixelsOfBand = 16;

/** The figure is told from so many samples of each class on, or from so many in all. */
const leastOfClass = 8;
const leastSamples = 500;
/** What varies within classes needs samples beyond the first of each. */
const samplesOverClasses = 2;
/** Sums of so many samples tell enough. */
const mostSamples = 20_000;

/**
 * How much coarse features of the inputs depend on the labels: the mean over features of the F statistic of a one-way
 * analysis of variance. Samples whose labels have nothing to do with them give about 1.
 *
 * Each sample may be counted once only: one that comes again with the label it had before would raise F by itself.
 *
 * @param trainSize samples of a pass, null where they never end
 */
export class LabelSignal {
  readonly #most: number;
  readonly #classes = new Map<number, { count: number; readonly sums: Float64Array }>();
  readonly #sums = new Float64Array(features);
  readonly #squares = new Float64Array(features);
  readonly #own = new Float64Array(features);
  #samples = 0;
  #offered = 0;

  constructor(trainSize: number | null) {
    this.#most = Math.min(mostSamples, trainSize ?? mostSamples);
  }

  /**
   * Counts the samples of a batch that are not `seen`, and gives the figure so far.
   * @returns null where there is too little to tell, and once no more samples are taken
   */
  add({ images, size }: Batch, labels: ArrayLike<number>, seen: readonly boolean[]): number | null {
    // Of a second pass each sample has been counted before.
    if (this.#offered >= this.#most) return null;
    this.#offered += size;
    const numbers = images.length / size;
    for (let sample = 0; sample < size; sample++) {
      if (!seen[sample]) this.#count(images, sample * numbers, numbers, labels[sample] as number);
    }
    return this.#statistic();
  }

  #count(images: Float32Array, start: number, numbers: number, label: number): void {
    const own = this.#own.fill(0);
    const pixels = Math.floor(numbers / channels / bands);
    if (pixels === 0) return;
    // An odd stride meets all columns.
    const stride = Math.floor(pixels / pixelsOfBand) | 1;
    const looked = Math.ceil(pixels / stride);
    for (let band = 0; band < bands; band++) {
      const first = start + band * pixels * channels;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let pixel = 0; pixel < looked; pixel++) {
        const at = first + pixel * stride * channels;
        red += images[at] as number;
        green += images[at + 1] as number;
        blue += images[at + 2] as number;
      }
      own[band * channels] = red / looked;
      own[band * channels + 1] = green / looked;
      own[band * channels + 2] = blue / looked;
    }
    let ofClass = this.#classes.get(label);
    if (ofClass === undefined) {
      ofClass = { count: 0, sums: new Float64Array(features) };
      this.#classes.set(label, ofClass);
    }
    ofClass.count += 1;
    this.#samples += 1;
    for (let feature = 0; feature < features; feature++) {
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
    for (let feature = 0; feature < features; feature++) {
      const total = this.#sums[feature] as number;
      const squares = this.#squares[feature] as number;
      let ofClasses = 0;
      for (const { count, sums } of this.#classes.values()) {
        ofClasses += (sums[feature] as number) ** 2 / count;
      }
      const between = (ofClasses - total ** 2 / samples) / (classes - 1);
      const within = (squares - ofClasses) / (samples - classes);
      if (!(within > 0)) continue;
      sum += between / within;
      counted += 1;
    }
    return counted === 0 ? null : sum / counted;
  }
}
