/**
 * What an F statistic stays under where nothing depends on anything, by the cube root that makes it nearly normal
 * (Paulson 1942): within 1 % of the tables from 9 and 30 degrees of freedom on.
 * @param z quantile of the normal distribution, such as 2.326 for 99 of 100
 * @param between degrees of freedom between groups: groups less one
 * @param within degrees of freedom within groups: samples less groups
 * @returns NaN where there are too few degrees of freedom for the quantile that is asked for
 */
export function upperF(z: number, between: number, within: number): number {
  if (!(between >= 1) || !(within >= 1)) return Number.NaN;
  const [a, b] = [1 - 2 / (9 * between), 2 / (9 * between)];
  const [c, d] = [1 - 2 / (9 * within), 2 / (9 * within)];
  // (c x - a)² = z² (d x² + b), solved for x, the cube root of F.
  const square = c * c - z * z * d;
  if (!(square > 0)) return Number.NaN;
  const root = Math.sqrt(a * a * c * c - square * (a * a - z * z * b));
  return ((a * c + root) / square) ** 3;
}
