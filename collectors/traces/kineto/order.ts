import { type ActivityRows, activityRows, rowsPerBlock } from './columns.ts';

const digitBits = 16;
const digits = 1 << digitBits;

/** Whether starts ascend over all rows. */
export function isInOrder(blocks: readonly ActivityRows[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const { count, startNs } of blocks) {
    for (let i = 0; i < count; i++) {
      const start = startNs[i] as number;
      if (start < last) return false;
      last = start;
    }
  }
  return true;
}

/** The rows by start; those that start together stay as they are. Starts are whole numbers from 0 on. */
export function inOrder(blocks: readonly ActivityRows[]): readonly ActivityRows[] {
  if (isInOrder(blocks)) return blocks;
  const order = orderOf(blocks);
  const sorted: ActivityRows[] = [];
  for (let from = 0; from < order.length; from += rowsPerBlock) {
    const rows = activityRows(Math.min(rowsPerBlock, order.length - from));
    for (; rows.count < rows.startNs.length; rows.count++) {
      const source = order[from + rows.count] as number;
      // Every block but the last is full.
      const block = blocks[Math.floor(source / rowsPerBlock)] as ActivityRows;
      copyRow(block, source % rowsPerBlock, rows, rows.count);
    }
    sorted.push(rows);
  }
  return sorted;
}

function copyRow(from: ActivityRows, at: number, to: ActivityRows, row: number): void {
  to.startNs[row] = from.startNs[at] as number;
  to.durationNs[row] = from.durationNs[at] as number;
  to.launch[row] = from.launch[at] as number;
  to.queue[row] = from.queue[at] as number;
  to.correlation[row] = from.correlation[at] as number;
}

/** Row numbers by start: a radix sort, whose time is linear whatever the order was. */
function orderOf(blocks: readonly ActivityRows[]): Uint32Array {
  const total = blocks.reduce((sum, { count }) => sum + count, 0);
  const starts = new Float64Array(total);
  let filled = 0;
  for (const { count, startNs } of blocks) {
    starts.set(startNs.subarray(0, count), filled);
    filled += count;
  }
  const last = starts.reduce((most, start) => Math.max(most, start), 0);
  let order = Uint32Array.from(starts.keys());
  let other = new Uint32Array(total);
  const places = new Uint32Array(digits + 1);
  for (let unit = 1; unit <= last; unit *= digits) {
    places.fill(0);
    for (let i = 0; i < total; i++) {
      const place = digitOf(starts[i] as number, unit) + 1;
      places[place] = (places[place] as number) + 1;
    }
    for (let i = 1; i <= digits; i++) places[i] = (places[i] as number) + (places[i - 1] as number);
    for (let i = 0; i < total; i++) {
      const row = order[i] as number;
      const digit = digitOf(starts[row] as number, unit);
      const place = places[digit] as number;
      places[digit] = place + 1;
      other[place] = row;
    }
    [order, other] = [other, order];
  }
  return order;
}

/** A quotient below 2^53 keeps its low bits when it becomes a 32-bit number. */
function digitOf(value: number, unit: number): number {
  return Math.floor(value / unit) & (digits - 1);
}
