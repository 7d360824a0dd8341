import type { Measured } from '../model/measured.ts';
import type { Ratio } from '../model/units.ts';

const atLeast = 'launches, at least';

/**
 * Where an amount of kernels is from; it is a lower bound where some of them are not counted by their source.
 * @param share of the kernel time that the counted ones take
 */
export function countedFrom(uncounted: number, share: Ratio): string {
  // Never rounded up to all of it.
  const percent = Math.floor(share * 1000) / 10;
  return uncounted === 0 ? 'launches' : `${atLeast}: counted for ${percent} % of kernel time`;
}

export function isLowerBound(figure: Measured): boolean {
  return figure.value !== null && figure.from.startsWith(atLeast);
}
