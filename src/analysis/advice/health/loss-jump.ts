import { quantity } from '../../../model/numbers.ts';
import { medianOf } from '../../statistics.ts';
import { finiteOf } from './figures.ts';

/** Means of so many values, or of a hundredth of all: one batch may be a hard one. */
const windowValues = 10;
const windows = 100;
const firstValues = 3;
/** A loss that stands this many times as high as it began has been thrown. */
const thrown = 1.5;
/** One that is up again by this much of what it began with has jumped. */
const backUp = 0.5;
/** Just before it stopped to be a number. */
const lastValues = 5;

/**
 * Says in a phrase how a loss was thrown off: it rose above its begin, went up again after it had come down, or grew
 * until it was no number. '' where it was not.
 */
export function lossJump(losses: readonly number[]): string {
  let end = 0;
  while (end < losses.length && Number.isFinite(losses[end])) end++;
  const broken = end < losses.length;
  const whole = broken ? losses.slice(0, end) : losses;
  if (broken && grew(whole)) return `the loss grew and then was ${losses[end]}`;
  if (whole.length < windowValues + firstValues) return '';
  const begin = medianOf(whole.slice(0, firstValues));
  if (!(begin > 0)) return '';
  const size = Math.max(windowValues, Math.ceil(whole.length / windows));
  let lowest = begin;
  for (let from = 0; from + size <= whole.length; from += size) {
    let level = 0;
    for (let at = from; at < from + size; at++) level += (whole[at] as number) / size;
    if (level > thrown * begin) return `the loss rose from ${quantity(begin)} to ${quantity(level)}`;
    if (level > lowest + backUp * begin)
      return `the loss jumped from ${quantity(lowest)} to ${quantity(level)}`;
    lowest = Math.min(lowest, level);
  }
  return '';
}

function grew(whole: readonly number[]): boolean {
  const before = finiteOf(whole);
  if (before.length < 2) return false;
  const last = Math.max(...before.slice(-lastValues));
  const earlier = before.slice(0, Math.max(1, before.length - lastValues));
  return last > thrown * medianOf(earlier.slice(-windowValues));
}
