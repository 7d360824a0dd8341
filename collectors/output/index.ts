import type { SeriesId, StreamWriter } from '../../src/recording/stream-writer.ts';
import { LineSplitter } from './lines.ts';
import { type OutputPattern, readNumber } from './patterns.ts';

/** Reads a program's output for numbers. Each stream of it (stdout, stderr) has a reader, so that their lines do not mix. */
export interface OutputReader {
  take(bytes: Uint8Array): void;
  /** The stream has ended. */
  end(): void;
}

/** Writes what patterns find in a program's output as series, `from` "output". */
export class OutputCollector {
  readonly #writer: StreamWriter;
  readonly #patterns: readonly OutputPattern[];
  readonly #series = new Map<string, SeriesId>();
  readonly #found = new Set<string>();

  constructor(writer: StreamWriter, patterns: readonly OutputPattern[]) {
    this.#writer = writer;
    this.#patterns = patterns;
  }

  reader(): OutputReader {
    const splitter = new LineSplitter((line) => this.#read(line));
    return { take: (bytes) => splitter.take(bytes), end: () => splitter.end() };
  }

  /** Says of which figures no number came. */
  finish(): void {
    for (const { metric, expression } of this.#patterns) {
      if (this.#found.has(metric)) continue;
      const why = `No line of the program's output gave a number for ${expression.source}.`;
      this.#writer.absent({ device: null, metric, why });
    }
  }

  #read(line: string): void {
    for (const { metric, expression } of this.#patterns) {
      const match = expression.exec(line);
      const text = match?.slice(1).find((group) => group !== undefined);
      const value = text === undefined ? null : readNumber(text);
      if (value !== null) this.#sample(metric, value);
    }
  }

  #sample(metric: string, value: number): void {
    this.#found.add(metric);
    let series = this.#series.get(metric);
    if (series === undefined) {
      series = this.#writer.defineSeries({ device: null, metric, from: 'output' });
      this.#series.set(metric, series);
    }
    this.#writer.sample(series, this.#writer.now(), value);
  }
}
