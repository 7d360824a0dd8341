import type { Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import type { Ratio } from '../model/units.ts';
import { type Interval, overlapNs } from './intervals.ts';
import { outermostRanges, rangesSince, workWithin } from './utilization/host-ranges.ts';
import { Spans } from './utilization/spans.ts';

/** Where the time of steps went. */
export interface PhaseShare {
  /** `input`, `forward`, `backward`, `optimizer`, what else the training named, or what is outside of all of it. */
  readonly phase: string;
  readonly share: Ratio;
}

const outsideKernels = 'outside kernels';
const outsideRanges = 'outside ranges';
const otherRanges = 'other ranges';
/** Ranges with a name of their own; a bar of more parts tells nobody anything. */
const mostRanges = 5;
const unnamed = 'in no phase';

/**
 * Shares of the time from the first of these steps to the last, by the phase of the kernels that ran. Holds
 * for devices that run one kernel at a time; what no kernel filled is `outside kernels`. Where kernels have no phase and
 * the program names ranges (NVTX), the phases are those that the host was in.
 * @param steps ascending
 */
export function phaseShares(timeline: Timeline, device: string, steps: readonly Step[]): PhaseShare[] {
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined || last.endNs <= first.startNs) return [];
  const window = { startNs: first.startNs, endNs: last.endNs };
  const windowNs = window.endNs - window.startNs;
  const sums = new Map<string, number>();
  let busyNs = 0;
  for (const block of timeline.activity) {
    for (let i = 0; i < block.count; i++) {
      const launch = timeline.launches[block.launch[i] as number];
      if (launch?.device !== device || launch.kind !== 'kernel') continue;
      const startNs = block.startNs[i] as number;
      const inside = overlapNs({ startNs, endNs: startNs + (block.durationNs[i] as number) }, window);
      if (inside === 0) continue;
      const phase = launch.phase === '' ? unnamed : launch.phase;
      sums.set(phase, (sums.get(phase) ?? 0) + inside);
      busyNs += inside;
    }
  }
  if (!timeline.launches.some(({ phase }) => phase !== '')) {
    const ranges = rangeShares(timeline, window);
    if (ranges.length > 0) return ranges;
  }
  if (busyNs === 0) return [];
  sums.set(outsideKernels, Math.max(0, windowNs - busyNs));
  return [...sums].map(([phase, sumNs]) => ({ phase, share: sumNs / Math.max(windowNs, busyNs) }));
}

/** Shares of a window by the outermost range that a thread of the lowest rank was in, the longest first. */
function rangeShares(timeline: Timeline, window: Interval): PhaseShare[] {
  const recent = rangesSince(timeline, window.startNs);
  if (recent.host.blocks.length === 0) return [];
  const lowest = Math.min(...timeline.ranks.map(({ rank }) => rank));
  const ranges = outermostRanges(recent).filter((_spans, thread) => {
    const rank = recent.host.threads[thread]?.rank ?? null;
    return rank === null || rank === lowest;
  });
  const stretch = new Spans();
  stretch.push(window.startNs, window.endNs);
  const sums = new Map<string, number>();
  for (const [at, ns] of workWithin(recent, ranges, stretch).entries()) {
    const name = recent.host.names[at]?.name ?? '';
    if (ns > 0) sums.set(name, (sums.get(name) ?? 0) + ns);
  }
  if (sums.size === 0) return [];
  const sorted = [...sums].sort((a, b) => b[1] - a[1]);
  const rest = sorted.slice(mostRanges).reduce((sum, [, ns]) => sum + ns, 0);
  const named = sorted.slice(0, mostRanges);
  if (rest > 0) named.push([otherRanges, rest]);
  const told = named.reduce((sum, [, ns]) => sum + ns, 0);
  // Ranges of two threads may overlap; then there is no time outside of them that could be told.
  const wholeNs = Math.max(window.endNs - window.startNs, told);
  if (wholeNs > told) named.push([outsideRanges, wholeNs - told]);
  return named.map(([phase, ns]) => ({ phase, share: ns / wholeNs }));
}
