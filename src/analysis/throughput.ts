import { absent, known, type Measured } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import { toSeconds } from '../model/units.ts';
import { type Interval, type LaunchMask, overlapNs } from './intervals.ts';
import { peakOf, shareOfPeak } from './kernels.ts';
import { modelFlopsPerSecond } from './steps.ts';

/** Arithmetic of kernels, and for how much of their time it is known. */
interface Arithmetic {
  readonly flops: number;
  readonly knownNs: number;
  readonly totalNs: number;
}

/** FLOP/s of the wanted kernels over a window; an execution that reaches out of it counts in proportion. */
export function flopsPerSecond(timeline: Timeline, wanted: LaunchMask, window: Interval): Measured {
  const sum = { flops: 0, knownNs: 0, totalNs: 0 };
  for (const block of timeline.activity) {
    for (let i = 0; i < block.count; i++) {
      const index = block.launch[i] as number;
      if (wanted[index] !== 1) continue;
      const startNs = block.startNs[i] as number;
      const durationNs = block.durationNs[i] as number;
      const inside = overlapNs({ startNs, endNs: startNs + durationNs }, window);
      if (inside === 0) continue;
      sum.totalNs += inside;
      const flops = timeline.launches[index]?.flops ?? null;
      if (flops === null) continue;
      sum.knownNs += inside;
      sum.flops += flops * (inside / durationNs);
    }
  }
  return toRate(sum, window);
}

/** The same over a whole run, out of the totals. */
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
  return toRate(sum, window);
}

/**
 * Model FLOP/s utilization: the arithmetic that the model needs, over the device's peak. Unlike the share of
 * peak it does not credit work that an implementation adds.
 */
export function mfu(timeline: Timeline, device: string): Measured {
  return shareOfPeak(modelFlopsPerSecond(timeline, timeline.steps), peakOf(timeline, device));
}

function toRate({ flops, knownNs, totalNs }: Arithmetic, window: Interval): Measured {
  const seconds = toSeconds(window.endNs - window.startNs);
  if (totalNs === 0 || seconds <= 0) return absent('No kernel ran in this window.');
  if (knownNs === 0) return absent('The arithmetic of these kernels is not counted by their source.');
  const share = Math.floor((knownNs / totalNs) * 100);
  return known(flops / seconds, share >= 99 ? 'launches' : `launches, counted for ${share} % of kernel time`);
}
