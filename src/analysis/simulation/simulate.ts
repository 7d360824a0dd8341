import type { Ratio } from '../../model/units.ts';
import { simulateAsync } from './async.ts';
import { keptShare } from './failures.ts';
import { simulateLocal, simulateSingle, simulateSync } from './lockstep.ts';
import type { Outcome, SimulatedMode, SimulationSettings } from './settings.ts';
import { meanSeconds } from './step-times.ts';

/** A mode with a number of replicas, and what it brings with its failures. */
export interface SimulatedRun {
  readonly outcome: Outcome;
  /** Of the throughput, what failures leave. */
  readonly kept: Ratio;
  readonly samplesPerSecond: number;
  /** Against as many times one replica alone, which nothing slows. */
  readonly efficiency: Ratio;
}

/** What is left where failures come faster than checkpoints. */
const leastKept = 1e-3;

/** Whether a training comes to an end at all, for all its failures. */
export function getsAhead({ kept }: SimulatedRun): boolean {
  return kept >= leastKept;
}

type Simulate = (settings: SimulationSettings, replicas: number) => Outcome;

const modes: Readonly<Record<SimulatedMode, Simulate>> = {
  sync: simulateSync,
  async: simulateAsync,
  local: simulateLocal,
};

export const simulatedModes = Object.keys(modes) as readonly SimulatedMode[];

/** One replica alone comes out the same whatever the mode: as `single`. */
export function simulateRun(
  settings: SimulationSettings,
  mode: SimulatedMode,
  replicas: number,
): SimulatedRun {
  const aloneKept = keptOf(settings, 'sync', 1);
  const alone = (settings.batchSize / meanSeconds(settings.times)) * aloneKept;
  if (replicas === 1) {
    return { outcome: simulateSingle(settings), kept: aloneKept, samplesPerSecond: alone, efficiency: 1 };
  }
  const outcome = modes[mode](settings, replicas);
  const kept = keptOf(settings, mode, replicas);
  const samplesPerSecond = (outcome.samples / outcome.seconds) * kept;
  return { outcome, kept, samplesPerSecond, efficiency: samplesPerSecond / (replicas * alone) };
}

/** Each mode with each number of replicas, ascending; one replica alone stands once. */
export function sweep(
  settings: SimulationSettings,
  modes: readonly SimulatedMode[],
  sizes: readonly number[],
): SimulatedRun[] {
  const several = sizes.filter((replicas) => replicas > 1);
  return [
    simulateRun(settings, 'sync', 1),
    ...modes.flatMap((mode) => several.map((replicas) => simulateRun(settings, mode, replicas))),
  ];
}

/** 1, 2, 4 and so on up to the most, which is the last whatever it is. */
export function sizesUpTo(most: number): number[] {
  const sizes: number[] = [];
  for (let size = 1; size < most; size *= 2) sizes.push(size);
  return [...sizes, most];
}

function keptOf({ failures }: SimulationSettings, mode: SimulatedMode, replicas: number): Ratio {
  return failures === null ? 1 : keptShare(failures, mode, replicas);
}
