import type { SeriesId, StreamWriter } from '../src/recording/stream-writer.ts';

/** The sampled figures of one device, each defined in the stream when its first value or its absence comes. */
export class SampledMetrics {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #from: string;
  readonly #series = new Map<string, SeriesId>();
  /** The reasons that were written last. */
  readonly #absent = new Map<string, string>();

  /** @param from where the values are read */
  constructor(writer: StreamWriter, device: string, from: string) {
    this.#writer = writer;
    this.#device = device;
    this.#from = from;
  }

  /** Whether the last that was heard of a figure is that it cannot be had. */
  isAbsent(metric: string): boolean {
    return this.#absent.has(metric);
  }

  /** Writes a value of now; null says that there is none, and why. */
  put(metric: string, value: number | null, why: string): void {
    if (value !== null) {
      this.#absent.delete(metric);
      this.#writer.sample(this.#seriesOf(metric), this.#writer.now(), value);
    } else if (this.#absent.get(metric) !== why) {
      this.#absent.set(metric, why);
      this.#writer.absent({ device: this.#device, metric, why });
    }
  }

  #seriesOf(metric: string): SeriesId {
    let id = this.#series.get(metric);
    if (id === undefined) {
      id = this.#writer.defineSeries({ device: this.#device, metric, from: this.#from });
      this.#series.set(metric, id);
    }
    return id;
  }
}
