import type { AddCall } from './simd/index.ts';

/** Columns that are transposed at a time: with a step of a power of two, more rows of the result would share cache sets. */
const columnsPerCall = 8;
const elementBytes = 4;

/** Adds the calls that transpose a matrix of 32-bit elements from one place in the heap to another. */
export function addTranspose(
  add: AddCall,
  source: number,
  target: number,
  rows: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column += columnsPerCall) {
    add(
      'transpose',
      source + column * elementBytes,
      target + column * rows * elementBytes,
      rows,
      Math.min(columnsPerCall, columns - column),
      columns * elementBytes,
      rows * elementBytes,
    );
  }
}
