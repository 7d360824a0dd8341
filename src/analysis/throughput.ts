import { absent, known, type Measured } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../model/units.ts';
import type { Interval, LaunchMask } from './intervals.ts';
import { peakOf, shareOfPeak } from './kernels.ts';
import { modelFlopsPerSecond } from './steps.ts';

/** FLOP/s of the wanted kernels over a whole run, out of the totals. */
export function totalFlopsPerSecond(timeline: Timeline, wanted: LaunchMask, window: Interval): Measured {
  const sum = { flops: 0, knownNs: 0, totalNs: 0 };
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals === undefined || wanted[index] !== 1) continue;
    sum.totalNs += totals.durationNs;
    if (launch.flops === null) continue;
    sum.knownNs += totals.durationNs;
    sum.flops += launch.flops * totals.calls;
  }
  return flopsRate(sum.flops, sum.knownNs, sum.totalNs, window.endNs - window.startNs);
}

/**
 * Model FLOP/s utilization: the arithmetic that the model needs, over the device's peak. Unlike the share of
 * peak it does not credit work that an implementation adds.
 */
export function mfu(timeline: Timeline, device: string): Measured {
  return shareOfPeak(modelFlopsPerSecond(timeline, timeline.steps), peakOf(timeline, device));
}

/**
 * Operations over a stretch of time.
 * @param countedNs kernel time of those whose operations are known, of `kernelNs` in all
 */
export function flopsRate(
  flops: number,
  countedNs: Nanoseconds,
  kernelNs: Nanoseconds,
  lengthNs: Nanoseconds,
): Measured {
  const seconds = toSeconds(lengthNs);
  if (kernelNs === 0 || seconds <= 0) return absent('No kernel ran in this window.');
  // Those that are counted may do none: that says nothing of the others.
  if (countedNs === 0 || (flops === 0 && countedNs < kernelNs))
    return absent('The arithmetic of these kernels is not counted by their source.');
  const share = Math.floor((countedNs / kernelNs) * 100);
  return known(flops / seconds, share >= 99 ? 'launches' : `launches, counted for ${share} % of kernel time`);
}
