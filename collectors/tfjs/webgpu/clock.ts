import type { Nanoseconds } from '../../../src/model/units.ts';

/**
 * The most by which two clocks of one machine drift apart: oscillators are good to some tens of millionths, and a driver's
 * conversion of ticks to nanoseconds rounds.
 */
const mostDrift = 1e-4;

/** One submission of work as both clocks saw it. */
export interface Sighting {
  /** On the host's clock: before the work was handed in, and when its end was seen. */
  readonly submittedNs: Nanoseconds;
  readonly seenNs: Nanoseconds;
  /** On the GPU's clock: its start and its end. */
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * Puts the GPU's clock on the host's. Work starts after it was submitted and is seen to have ended after it ended, so each
 * sighting says between which two numbers the offset of the clocks lies. What several say is narrowed down to what they
 * have in common; what was said earlier counts for less, by the most that clocks drift. The middle is taken: it is
 * wrong by half of what remains at most.
 */
export class GpuClock {
  #lowest = Number.NEGATIVE_INFINITY;
  #highest = Number.POSITIVE_INFINITY;
  #atNs = 0;

  get isSet(): boolean {
    return Number.isFinite(this.#lowest) && Number.isFinite(this.#highest);
  }

  /** By so much a time may be wrong, either way. */
  get uncertaintyNs(): Nanoseconds {
    return (this.#highest - this.#lowest) / 2;
  }

  observe({ submittedNs, seenNs, startNs, endNs }: Sighting): void {
    const lowest = submittedNs - startNs;
    const highest = seenNs - endNs;
    // A GPU that says less time has passed between start and end than that, or more, is not to be believed.
    if (!(lowest <= highest)) return;
    const slack = this.isSet ? Math.max(0, seenNs - this.#atNs) * mostDrift : 0;
    this.#lowest = Math.max(this.#lowest - slack, lowest);
    this.#highest = Math.min(this.#highest + slack, highest);
    this.#atNs = seenNs;
    if (this.#lowest <= this.#highest) return;
    // The clock was set anew, as after the machine slept.
    this.#lowest = lowest;
    this.#highest = highest;
  }

  /** A moment of the GPU's clock on the host's, in whole nanoseconds. */
  toHost(gpuNs: number): Nanoseconds {
    return Math.round(gpuNs + (this.#lowest + this.#highest) / 2);
  }
}

/** Counts 64-bit nanoseconds from the first that is seen on, so that a number holds them exactly. */
export class Ticks {
  #base: { low: number; high: number } | null = null;

  of(low: number, high: number): number {
    this.#base ??= { low, high };
    return (high - this.#base.high) * 2 ** 32 + (low - this.#base.low);
  }
}
