import type { Step } from '../model/training.ts';
import type { Nanoseconds } from '../model/units.ts';

/** The index of the step that a moment is in, or -1. */
export function stepAt(steps: readonly Step[], timeNs: Nanoseconds): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle] as Step).startNs <= timeNs) low = middle;
    else high = middle - 1;
  }
  const step = steps[low];
  return step !== undefined && timeNs >= step.startNs && timeNs < step.endNs ? low : -1;
}
