/**
 * Names of kernels of our own that look at many tensors at once; their inputs are named 0, 1, 2, ... A backend that
 * registers them takes part; `many-tensors.ts` composes them elsewhere.
 */

/** `{ 0, 1, ... } -> [n]`, the sum of the squares of at most `most` numbers of each, evenly spread. */
export const squaresOfMany = 'SquaresOfMany';

/** `{ 0, 1, ... } -> [n]` for n / 2 pairs: their squared distance and the sum of squares of the first, in turn. */
export const squaredDistances = 'SquaredDistances';

/** `{ 0, 1, ... } -> [numbers]`, of each at most `most` numbers, evenly spread. */
export const numbersOfMany = 'NumbersOfMany';

export interface MostAttrs {
  readonly most: number;
}
