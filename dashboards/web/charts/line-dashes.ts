/** Whole, dashed, dotted, and mixtures, on and off in pixels: lines differ without their colours too. */
export const lineDashes: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
  [2, 7],
];
