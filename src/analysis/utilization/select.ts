/**
 * Quantiles of many values in linear time, linear between neighbours (type 7 of Hyndman and Fan, as in NumPy).
 * Reorders the values.
 * @param values at least one, none NaN
 * @param shares 0..1
 */
export function quantiles(values: Float64Array, shares: readonly number[]): number[] {
  return shares.map((share) => {
    const at = share * (values.length - 1);
    const below = Math.floor(at);
    const lower = select(values, below);
    return at === below ? lower : lower + (leastFrom(values, below + 1) - lower) * (at - below);
  });
}

/** Hoare's quickselect with three parts: afterwards no value before `rank` is larger, none after it smaller. */
function select(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOfThree(values, low, high);
    let smaller = low;
    let larger = high;
    for (let i = low; i <= larger; ) {
      const value = values[i] as number;
      if (value < pivot) swap(values, i++, smaller++);
      else if (value > pivot) swap(values, i, larger--);
      else i++;
    }
    if (rank < smaller) high = smaller - 1;
    else if (rank > larger) low = larger + 1;
    else return pivot;
  }
  return values[rank] as number;
}

function middleOfThree(values: Float64Array, low: number, high: number): number {
  const first = values[low] as number;
  const middle = values[(low + high) >>> 1] as number;
  const last = values[high] as number;
  return Math.max(Math.min(first, middle), Math.min(Math.max(first, middle), last));
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i] as number;
  values[i] = values[j] as number;
  values[j] = value;
}

function leastFrom(values: Float64Array, from: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < values.length; i++) least = Math.min(least, values[i] as number);
  return least;
}
