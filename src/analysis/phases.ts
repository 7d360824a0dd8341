import type { Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import type { Ratio } from '../model/units.ts';
import { overlapNs } from './intervals.ts';

/** Where the time of steps went. */
export interface PhaseShare {
  /** `input`, `forward`, `backward`, `optimizer`, what else the training named, or `outside kernels`. */
  readonly phase: string;
  readonly share: Ratio;
}

export const outsideKernels = 'outside kernels';
const unnamed = 'unnamed';

/**
 * Shares of the time from the first of these steps to the last, by the phase of the kernels that ran. Holds
 * for devices that run one kernel at a time; what no kernel filled is `outside kernels`.
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
  if (busyNs === 0) return [];
  sums.set(outsideKernels, Math.max(0, windowNs - busyNs));
  return [...sums].map(([phase, sumNs]) => ({ phase, share: sumNs / Math.max(windowNs, busyNs) }));
}
