const firstRoom = 1024;

/** A column of doubles that grows. */
export class NumberColumn {
  #values = new Float64Array(firstRoom);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values);
    this.#values[this.#length++] = value;
  }

  /** What is in it; valid until the next push. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** A column of whole numbers below 2^32 that grows. */
export class IndexColumn {
  #values = new Uint32Array(firstRoom);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values);
    this.#values[this.#length++] = value;
  }

  /** What is in it; valid until the next push. */
  values(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** The same values, with room for as many again. */
export function grown<T extends Float64Array | Uint32Array>(values: T): T {
  const larger = new (values.constructor as new (length: number) => T)(values.length * 2);
  larger.set(values);
  return larger;
}

/**
 * The indices of `keys` in ascending order of their values, equal ones as they come. A merge of the stretches that ascend
 * already: the tables of a report are a few of them each.
 */
export function ascendingOrder(keys: Float64Array): Uint32Array {
  let order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let ends = ascendingStretches(keys);
  let spare = new Uint32Array(keys.length);
  while (ends.length > 1) {
    const merged: number[] = [];
    let begin = 0;
    for (let at = 0; at < ends.length; at += 2) {
      const middle = ends[at] as number;
      const end = ends[at + 1] ?? middle;
      merge(keys, order, spare, begin, middle, end);
      merged.push(end);
      begin = end;
    }
    [order, spare] = [spare, order];
    ends = merged;
  }
  return order;
}

function ascendingStretches(keys: Float64Array): number[] {
  const ends: number[] = [];
  for (let i = 1; i < keys.length; i++) if ((keys[i] as number) < (keys[i - 1] as number)) ends.push(i);
  ends.push(keys.length);
  return ends;
}

function merge(
  keys: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  begin: number,
  middle: number,
  end: number,
): void {
  let left = begin;
  let right = middle;
  for (let at = begin; at < end; at++) {
    const takeLeft =
      right >= end ||
      (left < middle && (keys[from[left] as number] as number) <= (keys[from[right] as number] as number));
    to[at] = from[takeLeft ? left++ : right++] as number;
  }
}

/** The values in that order. */
export function inOrderOf<T extends Float64Array | Uint32Array>(order: Uint32Array, values: T): T {
  const sorted = new (values.constructor as new (length: number) => T)(order.length);
  for (let i = 0; i < order.length; i++) sorted[i] = values[order[i] as number] as number;
  return sorted;
}
