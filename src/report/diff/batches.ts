import { studentT } from '../../analysis/statistics.ts';
import type { Timeline } from '../../model/timeline.ts';

/** Executions of one kernel name on one device. */
export interface KernelSpread {
  readonly device: string;
  readonly name: string;
  readonly calls: number;
  readonly totalNs: number;
  /** Half of a 95 % interval of the mean duration; null where too few calls tell no spread. */
  readonly meanNoiseNs: number | null;
}

/** So many batches at least, or their spread says nothing. */
const fewestBatches = 4;
/** So many where there are calls enough; more only make the batches short. */
const wantedBatches = 5;

interface Batches {
  readonly device: string;
  readonly name: string;
  readonly size: number;
  calls: number;
  totalNs: number;
  openCalls: number;
  openNs: number;
  count: number;
  /** Of the means of whole batches: their mean, and the sum of squared distances from it (Welford). */
  mean: number;
  squares: number;
}

/**
 * Every kernel of a timeline with the noise of its mean duration, in one pass. Calls of one name are no independent
 * draws: layers of different size take turns. So the noise is that of the means of batches of consecutive calls
 * (the method of batch means), each batch a step or several where the calls divide into steps.
 * @param steps number of steps in the timeline, 0 where unknown
 */
export function kernelSpreads(timeline: Timeline, steps: number): KernelSpread[] {
  const byLaunch = prepare(timeline, steps);
  for (const { count, launch, durationNs } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      const batches = byLaunch[launch[i] as number];
      if (batches) addCall(batches, durationNs[i] as number);
    }
  }
  const all = new Set(byLaunch.filter((batches) => batches !== null));
  return [...all].filter(({ calls }) => calls > 0).map(toSpread);
}

function prepare(timeline: Timeline, steps: number): (Batches | null)[] {
  const callsOf = new Map<string, number>();
  const keyOf = (device: string, name: string) => `${device}\n${name}`;
  for (const [index, { kind, device, name }] of timeline.launches.entries()) {
    if (kind !== 'kernel') continue;
    const key = keyOf(device, name);
    callsOf.set(key, (callsOf.get(key) ?? 0) + (timeline.launchTotals[index]?.calls ?? 0));
  }
  const batchesOf = new Map<string, Batches>();
  return timeline.launches.map(({ kind, device, name }) => {
    if (kind !== 'kernel') return null;
    const key = keyOf(device, name);
    let batches = batchesOf.get(key);
    if (batches === undefined) {
      const size = batchSize(callsOf.get(key) ?? 0, steps);
      const none = { calls: 0, totalNs: 0, openCalls: 0, openNs: 0, count: 0, mean: 0, squares: 0 };
      batches = { device, name, size, ...none };
      batchesOf.set(key, batches);
    }
    return batches;
  });
}

/**
 * Calls in one batch: a whole number of steps where the calls divide into steps; otherwise the most of 1, 2, 4, 6,
 * 12, 24, …, so that kernels which take turns in patterns of two, three or four share out evenly.
 */
export function batchSize(calls: number, steps: number): number {
  if (steps >= fewestBatches && calls > 0 && calls % steps === 0) {
    return (calls / steps) * Math.max(1, Math.floor(steps / (2 * wantedBatches)));
  }
  let size = 1;
  for (let next = 2; calls >= next * wantedBatches; next = next === 4 ? 6 : next * 2) size = next;
  return size;
}

function addCall(batches: Batches, durationNs: number): void {
  batches.calls++;
  batches.totalNs += durationNs;
  batches.openNs += durationNs;
  if (++batches.openCalls < batches.size) return;
  const value = batches.openNs / batches.size;
  batches.count++;
  const distance = value - batches.mean;
  batches.mean += distance / batches.count;
  batches.squares += distance * (value - batches.mean);
  batches.openCalls = 0;
  batches.openNs = 0;
}

function toSpread({ device, name, calls, totalNs, count, squares }: Batches): KernelSpread {
  const error = Math.sqrt(squares / (count - 1) / count);
  const meanNoiseNs = count < fewestBatches ? null : studentT(count - 1) * error;
  return { device, name, calls, totalNs, meanNoiseNs };
}
