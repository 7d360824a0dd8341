import type { Nanoseconds } from '../../model/units.ts';

/** Lanes that are looked through in order; what finds no room there goes by the time at which a lane is free. */
const firstLanes = 16;
/** trace_processor drops slices that lie deeper (`kMaxDepth` of importers/common/slice_tracker.h). */
const mostDepth = 512;

/**
 * Gives each slice a lane on which it lies beside the others and never across them. Slices come in ascending order of
 * their starts; each lane then ascends too, so that ends may be written with begins.
 */
export class FlatLanes {
  readonly #first: Nanoseconds[] = [];
  /** A heap of the further lanes, the one that is free the soonest at its root. */
  readonly #ends: Nanoseconds[] = [];
  readonly #lanes: number[] = [];

  /** The lane for a slice, from 0 on; those in use are numbered without a gap. */
  take(startNs: Nanoseconds, endNs: Nanoseconds): number {
    const first = this.#first;
    for (let lane = 0; lane < firstLanes; lane++) {
      if (lane < first.length && (first[lane] as number) > startNs) continue;
      first[lane] = endNs;
      return lane;
    }
    const soonest = this.#ends[0];
    if (soonest === undefined || soonest > startNs) {
      const lane = firstLanes + this.#lanes.length;
      this.#rise(this.#lanes.length, endNs, lane);
      return lane;
    }
    const lane = this.#lanes[0] as number;
    this.#sink(endNs, lane);
    return lane;
  }

  #rise(from: number, endNs: Nanoseconds, lane: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((this.#ends[above] as number) <= endNs) break;
      this.#put(at, this.#ends[above] as number, this.#lanes[above] as number);
      at = above;
    }
    this.#put(at, endNs, lane);
  }

  /** Replaces the root. */
  #sink(endNs: Nanoseconds, lane: number): void {
    const ends = this.#ends;
    let at = 0;
    for (let below = 1; below < ends.length; below = 2 * at + 1) {
      if (below + 1 < ends.length && (ends[below + 1] as number) < (ends[below] as number)) below++;
      if ((ends[below] as number) >= endNs) break;
      this.#put(at, ends[below] as number, this.#lanes[below] as number);
      at = below;
    }
    this.#put(at, endNs, lane);
  }

  #put(at: number, endNs: Nanoseconds, lane: number): void {
    this.#ends[at] = endNs;
    this.#lanes[at] = lane;
  }
}

/** Writes what `NestingLanes` decides. On each lane the calls are in ascending order of time. */
export interface LaneWriter {
  begin(lane: number): void;
  end(lane: number, endNs: Nanoseconds): void;
}

/**
 * Gives each slice a lane on which it lies beside the others or within them. Slices come in ascending order of their
 * starts, of equal ones the longest first.
 */
export class NestingLanes {
  /** Ends of the slices that are open, lane by lane, the innermost last. */
  readonly #open: Nanoseconds[][] = [];
  readonly #rest = new FlatLanes();

  /** Ends what is over, and begins this slice on the first lane that it fits. */
  take(startNs: Nanoseconds, endNs: Nanoseconds, writer: LaneWriter): void {
    for (let lane = 0; lane < firstLanes; lane++) {
      const open = this.#open[lane] ?? [];
      this.#open[lane] = open;
      close(open, lane, startNs, writer);
      const around = open.at(-1);
      if (around !== undefined && (around < endNs || open.length >= mostDepth)) continue;
      open.push(endNs);
      writer.begin(lane);
      return;
    }
    const lane = firstLanes + this.#rest.take(startNs, endNs);
    writer.begin(lane);
    writer.end(lane, endNs);
  }

  /** Ends what is still open. */
  finish(writer: LaneWriter): void {
    for (const [lane, open] of this.#open.entries()) close(open, lane, Number.POSITIVE_INFINITY, writer);
  }
}

function close(open: Nanoseconds[], lane: number, untilNs: Nanoseconds, writer: LaneWriter): void {
  for (let endNs = open.at(-1); endNs !== undefined && endNs <= untilNs; endNs = open.at(-1)) {
    writer.end(lane, endNs);
    open.pop();
  }
}
