import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { plural } from '../../model/numbers.ts';
import { geometricInterval, meanInterval, medianOf } from '../statistics.ts';
import type { Spread } from './result.ts';

/** What values differ by: ratios to another run by factors, all others by amounts. */
export type Scale = 'factors' | 'amounts';

/**
 * A figure over rounds: the median of those that know it, and the 95 % interval of their mean (of factors the geometric one) by
 * Student's t.
 * @param bounds what the figure cannot leave, so that its interval does not either
 */
export function spreadOf(
  values: readonly Measured[],
  scale: Scale,
  bounds: readonly [least: number, most: number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Spread {
  const told = values.filter(isKnown);
  const [first] = told;
  if (first === undefined) return absent(whyNone(values));
  const numbers = told.map(({ value }) => value);
  // A factor of 0 has no logarithm.
  const byFactors = scale === 'factors' && numbers.every((value) => value > 0);
  const { low, high } = byFactors ? geometricInterval(numbers) : meanInterval(numbers);
  const inside = (end: number | null) =>
    end === null ? null : Math.min(bounds[1], Math.max(bounds[0], end));
  return {
    value: medianOf(numbers),
    low: inside(low),
    high: inside(high),
    from: `${first.from}; ${roundsText(numbers.length)}`,
  };
}

/** The median alone. */
export function medianOver(values: readonly Measured[]): Measured {
  const told = values.filter(isKnown);
  const [first] = told;
  if (first === undefined) return absent(whyNone(values));
  return known(
    medianOf(told.map(({ value }) => value)),
    `${first.from}; ${told.length === 1 ? 'one round' : `median of ${plural(told.length, 'round')}`}`,
  );
}

function roundsText(rounds: number): string {
  return rounds === 1 ? 'one round' : `median of ${plural(rounds, 'round')}, 95 % interval of their mean`;
}

function whyNone(values: readonly Measured[]): string {
  const [first] = values;
  return first === undefined || isKnown(first) ? 'No round of it came to its end.' : first.why;
}
