import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { Change, Direction } from './contract.ts';

/** Which way a figure should go; `neither` for those that say nothing of good or bad by themselves. */
export type Wanted = 'higher' | 'lower' | 'neither';

/** Compares two values; only a change beyond the noise has a direction. */
export function compare(
  before: Measured,
  after: Measured,
  noise: Measured,
  wanted: Wanted,
  expected?: Measured,
): Change {
  const from = expected ?? before;
  const change = subtract(after, from);
  const extra = expected === undefined ? {} : { expected };
  return { before, after, change, noise, direction: directionOf(change, noise, wanted), ...extra };
}

function subtract(after: Measured, before: Measured): Measured {
  if (!isKnown(before)) return absent(before.why);
  if (!isKnown(after)) return absent(after.why);
  const from = before.from === after.from ? after.from : `${before.from}; ${after.from}`;
  return known(after.value - before.value, from);
}

function directionOf(change: Measured, noise: Measured, wanted: Wanted): Direction {
  if (!isKnown(change) || !isKnown(noise)) return 'unknown';
  if (!(Math.abs(change.value) > noise.value)) return 'same';
  const higher = change.value > 0;
  if (wanted === 'neither') return higher ? 'higher' : 'lower';
  return higher === (wanted === 'higher') ? 'better' : 'worse';
}

/** Change over the value before (or what was expected of it); null where it cannot be told. */
export function relativeChange({ before, change, expected }: Change): number | null {
  const from = expected ?? before;
  if (!isKnown(from) || !isKnown(change) || from.value === 0) return null;
  return change.value / from.value;
}
