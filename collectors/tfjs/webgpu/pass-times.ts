import type { Nanoseconds } from '../../../src/model/units.ts';
import type { SeriesId, StreamWriter } from '../../../src/recording/stream-writer.ts';
import { GpuClock, Ticks } from './clock.ts';
import { noLaunch, type Segment } from './query-ring.ts';

/** Where figures of this collector are read. */
export const timestampSource = 'webgpu.timestamps';

/** Chromium's defence against pages that measure too finely leaves the lower 16 bits empty (Dawn, timestamp_quantization). */
const quantum = 2 ** 16;
/** By so many timestamps one knows. */
const fewestStamps = 64;
const uncertaintyEveryNs = 1e9;

/** Turns timestamps of passes into activities of a device. */
export class PassTimes {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #clock = new GpuClock();
  readonly #ticks = new Ticks();
  /** End of the latest pass on the GPU's clock, and start of the latest on the host's. */
  #lastEnd = Number.NEGATIVE_INFINITY;
  #lastStartNs = Number.NEGATIVE_INFINITY;
  #stamps = 0;
  #coarse = true;
  #uncertainty: SeriesId | null = null;
  #toldNs = Number.NEGATIVE_INFINITY;

  constructor(writer: StreamWriter, device: string) {
    this.#writer = writer;
    this.#device = device;
  }

  /** By so much every start may be wrong, either way; durations are not affected. */
  get uncertaintyNs(): Nanoseconds {
    return this.#clock.uncertaintyNs;
  }

  /** @param stamps low and high half of the begin and of the end of each pass */
  write(segment: Segment, stamps: Uint32Array, seenNs: Nanoseconds): void {
    const start = (pass: number) => this.#tick(stamps, 4 * pass);
    const end = (pass: number) => this.#tick(stamps, 4 * pass + 2);
    for (const [index, { firstPass, ns }] of segment.submissions.entries()) {
      const lastPass = (segment.submissions[index + 1]?.firstPass ?? segment.used) - 1;
      if (isEmpty(stamps, firstPass) || isEmpty(stamps, lastPass)) continue;
      this.#clock.observe({ submittedNs: ns, seenNs, startNs: start(firstPass), endNs: end(lastPass) });
    }
    let untold = 0;
    for (let pass = 0; pass < segment.used; pass++) {
      const launch = segment.launches[pass] as number;
      if (isEmpty(stamps, pass) || !this.#clock.isSet) {
        if (launch !== noLaunch.none) untold += 1;
        continue;
      }
      this.#lookAtQuantum(stamps, pass);
      const [from, to] = this.#span(start(pass), end(pass));
      if (launch === noLaunch.none) continue;
      if (launch === noLaunch.unknown || to < from) {
        untold += 1;
        continue;
      }
      this.#lastStartNs = Math.max(this.#lastStartNs, this.#clock.toHost(from));
      this.#writer.activity(launch, this.#lastStartNs, to - from);
    }
    if (untold > 0)
      this.#writer.lost('dropped', untold, 'The GPU gave no usable timestamps for some kernels.');
    this.#tellUncertainty(seenNs);
  }

  /**
   * A pass may take its first timestamp when it is next in line, before the one before has ended (Vulkan takes it at the
   * top of the pipe). It starts when that one has ended, so that no time is counted twice; where it even ends earlier the
   * two truly ran together.
   */
  #span(start: number, end: number): [from: number, to: number] {
    const from = end < this.#lastEnd ? start : Math.max(start, this.#lastEnd);
    this.#lastEnd = Math.max(this.#lastEnd, end);
    return [from, end];
  }

  #tick(stamps: Uint32Array, at: number): number {
    return this.#ticks.of(stamps[at] as number, stamps[at + 1] as number);
  }

  #lookAtQuantum(stamps: Uint32Array, pass: number): void {
    if (!this.#coarse) return;
    this.#stamps += 2;
    this.#coarse = [4 * pass, 4 * pass + 2].every((at) => (stamps[at] as number) % quantum === 0);
    if (!this.#coarse || this.#stamps < fewestStamps) return;
    this.#coarse = false;
    this.#writer.mark({
      name: 'coarse timestamps',
      startNs: this.#writer.now(),
      endNs: this.#writer.now(),
      text: `The GPU's timestamps come in steps of ${quantum / 1e3} µs, so that short kernels have no duration; create the device with Dawn's toggle timestamp_quantization disabled.`,
    });
  }

  #tellUncertainty(timeNs: Nanoseconds): void {
    if (timeNs - this.#toldNs < uncertaintyEveryNs || !this.#clock.isSet) return;
    this.#toldNs = timeNs;
    const series = { device: this.#device, metric: 'clockUncertaintySeconds', from: timestampSource };
    this.#uncertainty ??= this.#writer.defineSeries(series);
    this.#writer.sample(this.#uncertainty, timeNs, this.#clock.uncertaintyNs / 1e9);
  }
}

/** A query that was never written reads 0. */
function isEmpty(stamps: Uint32Array, pass: number): boolean {
  const at = 4 * pass;
  return stamps[at] === 0 && stamps[at + 1] === 0 && stamps[at + 2] === 0 && stamps[at + 3] === 0;
}
