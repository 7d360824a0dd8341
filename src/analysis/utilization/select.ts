/**
 * Quantiles of many values in linear time, linear between neighbours (type 7 of Hyndman and Fan, as in NumPy).
 * Reorders the values.
 * @param values at least one, none NaN
 * @param shares 0..1, ascending
 */
export function quantiles(values: Float64Array, shares: readonly number[]): number[] {
  let from = 0;
  return shares.map((share) => {
    const at = share * (values.length - 1);
    const below = Math.floor(at);
    const lower = select(values, from, below);
    from = below;
    return at === below ? lower : lower + (leastFrom(values, below + 1) - lower) * (at - below);
  });
}

/**
 * Hoare's quickselect: afterwards no value before `rank` is larger, none after it smaller.
 * @param from nothing before it is larger than anything from there on
 */
function select(values: Float64Array, from: number, rank: number): number {
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOfThree(values, low, high);
    let i = low;
    let j = high;
    // Both sides stop at values equal to the pivot, so that many equal ones are halved too.
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const value = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = value;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank] as number;
}

function middleOfThree(values: Float64Array, low: number, high: number): number {
  const first = values[low] as number;
  const middle = values[(low + high) >>> 1] as number;
  const last = values[high] as number;
  return Math.max(Math.min(first, middle), Math.min(Math.max(first, middle), last));
}

function leastFrom(values: Float64Array, from: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < values.length; i++) least = Math.min(least, values[i] as number);
  return least;
}
