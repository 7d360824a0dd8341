/** Bits that one pass of the radix sort looks at: its counters fit the first-level cache. */
const digitBits = 11;
const digits = 1 << digitBits;
const lowRange = 2 ** 32;
/** Up to so many ascending runs (streams written one after the other) are merged: fewer passes than the radix sort. */
const fewRuns = 16;

/**
 * The order that sorts times ascending, equal ones as they stood; linear in their number whatever their order.
 * @param timesNs whole nanoseconds; the fraction of others may decide nothing
 */
export function orderByTime(timesNs: Float64Array): Uint32Array {
  const { length } = timesNs;
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  const runs = ascendingRuns(timesNs);
  return runs === null ? radixSort(timesNs, order) : mergeRuns(timesNs, order, runs);
}

/** Where ascending runs begin, and the end; null where there are many. */
function ascendingRuns(timesNs: Float64Array): number[] | null {
  const runs = [0];
  for (let i = 1; i < timesNs.length; i++) {
    if ((timesNs[i] as number) >= (timesNs[i - 1] as number)) continue;
    if (runs.length === fewRuns) return null;
    runs.push(i);
  }
  runs.push(timesNs.length);
  return runs;
}

function mergeRuns(timesNs: Float64Array, order: Uint32Array, bounds: readonly number[]): Uint32Array {
  let from = order;
  let runs = bounds;
  while (runs.length > 2) {
    const to = new Uint32Array(from.length);
    const merged = [0];
    for (let run = 0; run + 1 < runs.length; run += 2) {
      const middle = runs[run + 1] as number;
      const end = runs[run + 2] ?? middle;
      merge(timesNs, from, to, runs[run] as number, middle, end);
      merged.push(end);
    }
    from = to;
    runs = merged;
  }
  return from;
}

function merge(
  timesNs: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let first = start;
  let second = middle;
  for (let at = start; at < end; at++) {
    const takeFirst =
      second >= end ||
      (first < middle &&
        (timesNs[from[first] as number] as number) <= (timesNs[from[second] as number] as number));
    to[at] = from[takeFirst ? first++ : second++] as number;
  }
}

/** Least significant digits first, over the distance to the least time. */
function radixSort(timesNs: Float64Array, order: Uint32Array): Uint32Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const time of timesNs) {
    if (time < least) least = time;
    if (time > most) most = time;
  }
  const wide = most - least >= lowRange;
  const low = new Uint32Array(timesNs.length);
  const high = new Uint32Array(wide ? timesNs.length : 0);
  for (let i = 0; i < timesNs.length; i++) {
    const past = (timesNs[i] as number) - least;
    low[i] = past >>> 0;
    if (wide) high[i] = past / lowRange;
  }
  const byLow = sortBy(low, Math.min(most - least, lowRange - 1), order);
  return wide ? sortBy(high, Math.floor((most - least) / lowRange), byLow) : byLow;
}

function sortBy(keys: Uint32Array, mostKey: number, order: Uint32Array): Uint32Array {
  let from = order;
  let to: Uint32Array = new Uint32Array(order.length);
  for (let shift = 0; shift < 32 && mostKey / 2 ** shift >= 1; shift += digitBits) {
    const starts = digitStarts(keys, shift);
    for (let i = 0; i < from.length; i++) {
      const index = from[i] as number;
      const digit = ((keys[index] as number) >>> shift) & (digits - 1);
      const at = starts[digit] as number;
      starts[digit] = at + 1;
      to[at] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Where the keys of each digit begin in the sorted order. */
function digitStarts(keys: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(digits);
  for (const key of keys) {
    const digit = (key >>> shift) & (digits - 1);
    starts[digit] = (starts[digit] as number) + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = starts[digit] as number;
    starts[digit] = sum;
    sum += count;
  }
  return starts;
}
