import fc from 'fast-check';
import type { GroundTruth } from '../../../workloads/detection/boxes.ts';

/** [n, 4] from rows of four numbers. */
export function boxesOf(corners: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(corners.flat());
}

/** A box in the picture that is not empty: its sides are from 1/20 to 1. */
export const boxArbitrary: fc.Arbitrary<readonly number[]> = fc
  .tuple(
    ...[0, 1].map(() =>
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.05, max: 1, noNaN: true })),
    ),
  )
  .map((axes) => {
    const spans = axes.map(([place, size]) => [place * (1 - size), place * (1 - size) + size] as const);
    const [[top, bottom], [left, right]] = spans as [readonly [number, number], readonly [number, number]];
    return [top, left, bottom, right];
  });

/** Up to `most` objects of three classes. */
export function truthArbitrary(most: number): fc.Arbitrary<GroundTruth> {
  return fc
    .array(fc.tuple(boxArbitrary, fc.integer({ min: 0, max: 2 })), { maxLength: most })
    .map((objects) => ({
      boxes: boxesOf(objects.map(([box]) => box)),
      labels: Int32Array.from(objects, ([, label]) => label),
    }));
}
