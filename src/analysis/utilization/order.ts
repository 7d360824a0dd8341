/** Bits that one pass of the radix sort looks at: its counters fit the first-level cache. */
const digitBits = 11;
const digits = 1 << digitBits;
const lowRange = 2 ** 32;

/**
 * The order that sorts times ascending, equal ones as they stood: a radix sort, linear in their number whatever
 * their order.
 * @param timesNs whole nanoseconds; the fraction of others decides nothing
 */
export function orderByTime(timesNs: Float64Array): Uint32Array {
  const { length } = timesNs;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const time = timesNs[i] as number;
    if (time < least) least = time;
    if (time > most) most = time;
  }
  let order: Uint32Array = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  if (!(most > least)) return order;
  const low = new Uint32Array(length);
  const high = new Uint32Array(most - least < lowRange ? 0 : length);
  for (let i = 0; i < length; i++) {
    const past = Math.floor((timesNs[i] as number) - least);
    low[i] = past % lowRange;
    if (high.length > 0) high[i] = Math.floor(past / lowRange);
  }
  order = sortBy(low, Math.min(most - least, lowRange - 1), order);
  return high.length > 0 ? sortBy(high, Math.floor((most - least) / lowRange), order) : order;
}

function sortBy(keys: Uint32Array, mostKey: number, order: Uint32Array): Uint32Array {
  let from = order;
  let to: Uint32Array = new Uint32Array(order.length);
  for (let shift = 0; shift < 32 && Math.floor(mostKey / 2 ** shift) > 0; shift += digitBits) {
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
  for (let i = 0; i < keys.length; i++) {
    const digit = ((keys[i] as number) >>> shift) & (digits - 1);
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
