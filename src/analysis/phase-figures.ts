import { absent, known, type Measured } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import { type Nanoseconds, type Ratio, type Seconds, toSeconds } from '../model/units.ts';
import { countedFrom } from './lower-bound.ts';
import { flopsRate } from './throughput.ts';
import { measure, stepsOfDevice } from './utilization/measure.ts';

/** What the kernels of one phase come to on one device. */
export interface PhaseFigures {
  /** Id of the device. */
  readonly device: string;
  /** Such as `forward`; '' for kernels that ran outside of every phase. */
  readonly phase: string;
  /** Executions in the whole run. */
  readonly kernels: number;
  readonly kernelSeconds: Seconds;
  /** Of the kernel time of its device. */
  readonly share: Ratio;
  /** Steps in which one of its kernels began; 0 where it runs outside of steps, as an evaluation does. */
  readonly steps: Measured;
  /** Means over those steps. */
  readonly kernelsPerStep: Measured;
  /** Those of them that compute and move nothing, such as a clone that shares the storage of its input. */
  readonly emptyKernelsPerStep: Measured;
  readonly kernelSecondsPerStep: Measured<Seconds>;
  /** Of kernels whose source counts it: `from` says where these are not all, so that it is a lower bound. */
  readonly flopsPerStep: Measured;
  readonly bytesPerStep: Measured;
  /** Over its kernel time. */
  readonly flopsPerSecond: Measured;
  readonly bytesPerSecond: Measured;
  /** Samples over the time of its steps, where these run nothing else. */
  readonly samplesPerSecond: Measured;
}

/** What kernels come to whose source counts it; those of the others have a time of their own. */
interface Amount {
  sum: number;
  countedNs: Nanoseconds;
  uncounted: number;
}

interface PhaseSums {
  readonly device: string;
  readonly phase: string;
  kernels: number;
  totalNs: Nanoseconds;
  flops: number;
  flopsNs: Nanoseconds;
  bytes: number;
  bytesNs: Nanoseconds;
  /** Executions that are told one by one. */
  told: number;
  readonly inSteps: { kernels: number; empty: number; totalNs: Nanoseconds; flops: Amount; bytes: Amount };
  /** Places of the steps that it runs in. */
  readonly steps: Set<number>;
}

/** The phases of each device in the order in which they first ran; empty where the source names none. */
export function phaseFigures(timeline: Timeline): PhaseFigures[] {
  if (!timeline.launches.some(({ kind, phase }) => kind === 'kernel' && phase !== '')) return [];
  const byLaunch = sumsByLaunch(timeline);
  const sums = [...new Set(byLaunch)].filter((sum) => sum !== null);
  const { rankSteps } = measure(timeline);
  return timeline.devices.flatMap(({ id }) => {
    const own = sums.filter(({ device, kernels }) => device === id && kernels > 0);
    const steps = stepsOfDevice(timeline, rankSteps, id)?.steps ?? [];
    addSteps(timeline, byLaunch, id, steps);
    const deviceNs = own.reduce((sum, { totalNs }) => sum + totalNs, 0);
    return own.map((sum) => toFigures(sum, own, steps, deviceNs));
  });
}

/** The sums that each launch belongs to, null for what is no kernel, filled with the totals of the run. */
function sumsByLaunch({ launches, launchTotals }: Timeline): (PhaseSums | null)[] {
  const sums = new Map<string, PhaseSums>();
  return launches.map(({ kind, device, phase, flops, bytes }, at) => {
    if (kind !== 'kernel') return null;
    const key = `${device}\n${phase}`;
    const sum = sums.get(key) ?? emptySums(device, phase);
    sums.set(key, sum);
    const { calls, durationNs } = launchTotals[at] ?? { calls: 0, durationNs: 0 };
    sum.kernels += calls;
    sum.totalNs += durationNs;
    if (flops !== null) {
      sum.flops += flops * calls;
      sum.flopsNs += durationNs;
    }
    if (bytes !== null) {
      sum.bytes += bytes * calls;
      sum.bytesNs += durationNs;
    }
    return sum;
  });
}

function emptySums(device: string, phase: string): PhaseSums {
  return {
    device,
    phase,
    kernels: 0,
    totalNs: 0,
    flops: 0,
    flopsNs: 0,
    bytes: 0,
    bytesNs: 0,
    told: 0,
    inSteps: { kernels: 0, empty: 0, totalNs: 0, flops: emptyAmount(), bytes: emptyAmount() },
    steps: new Set(),
  };
}

function emptyAmount(): Amount {
  return { sum: 0, countedNs: 0, uncounted: 0 };
}

function addTo(amount: Amount, value: number | null, durationNs: Nanoseconds): void {
  if (value === null) {
    amount.uncounted += 1;
  } else {
    amount.sum += value;
    amount.countedNs += durationNs;
  }
}

/** Adds the executions of a device to the steps in which they began. */
function addSteps(
  { launches, activity }: Timeline,
  byLaunch: readonly (PhaseSums | null)[],
  device: string,
  steps: readonly Step[],
): void {
  const starts = Float64Array.from(steps, ({ startNs }) => startNs);
  let at = -1;
  for (const block of activity) {
    for (let i = 0; i < block.count; i++) {
      const index = block.launch[i] as number;
      const sum = byLaunch[index];
      if (!sum || sum.device !== device) continue;
      sum.told += 1;
      const startNs = block.startNs[i] as number;
      at = lastStart(starts, startNs, at);
      if (at < 0 || startNs >= (steps[at] as Step).endNs) continue;
      const { flops, bytes } = launches[index] ?? { flops: null, bytes: null };
      sum.steps.add(at);
      sum.inSteps.kernels += 1;
      if (flops === 0 && bytes === 0) sum.inSteps.empty += 1;
      const durationNs = block.durationNs[i] as number;
      sum.inSteps.totalNs += durationNs;
      addTo(sum.inSteps.flops, flops, durationNs);
      addTo(sum.inSteps.bytes, bytes, durationNs);
    }
  }
}

/** The last step that starts at or before a moment, -1 before the first; as a rule the one found before, or the next. */
function lastStart(starts: Float64Array, timeNs: Nanoseconds, guess: number): number {
  if (isLast(starts, timeNs, guess)) return guess;
  if (isLast(starts, timeNs, guess + 1)) return guess + 1;
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isLast(starts: Float64Array, timeNs: Nanoseconds, at: number): boolean {
  if (at >= starts.length || (at >= 0 && (starts[at] as number) > timeNs)) return false;
  return at + 1 >= starts.length || (starts[at + 1] as number) > timeNs;
}

function toFigures(
  sum: PhaseSums,
  all: readonly PhaseSums[],
  steps: readonly Step[],
  deviceNs: Nanoseconds,
): PhaseFigures {
  const { device, phase, kernels, totalNs, inSteps } = sum;
  const why = whyNotPerStep(sum, steps);
  const perStep = (count: number): Measured =>
    why === null ? known(count / sum.steps.size, 'launches') : absent(why);
  const amountPerStep = ({ sum: amount, countedNs, uncounted }: Amount, uncountedWhy: string): Measured => {
    if (why !== null) return absent(why);
    if (uncounted > 0 && amount === 0) return absent(uncountedWhy);
    return known(amount / sum.steps.size, countedFrom(uncounted, countedNs / inSteps.totalNs));
  };
  return {
    device,
    phase,
    kernels,
    kernelSeconds: toSeconds(totalNs),
    share: deviceNs === 0 ? 0 : totalNs / deviceNs,
    steps: sum.told < kernels ? absent(notTold) : known(sum.steps.size, 'launches'),
    kernelsPerStep: perStep(inSteps.kernels),
    emptyKernelsPerStep: perStep(inSteps.empty),
    kernelSecondsPerStep: perStep(toSeconds(inSteps.totalNs)),
    flopsPerStep: amountPerStep(
      inSteps.flops,
      'The arithmetic of its kernels is not counted by their source.',
    ),
    bytesPerStep: amountPerStep(inSteps.bytes, 'The bytes of its kernels are not counted by their source.'),
    flopsPerSecond: flopsRate(sum.flops, sum.flopsNs, totalNs, totalNs),
    bytesPerSecond: bytesRate(sum),
    samplesPerSecond: samplesPerSecond(sum, all, steps),
  };
}

const notTold = 'Some of its kernels are recorded as sums, which do not say the step.';

function whyNotPerStep({ told, kernels, steps: own }: PhaseSums, steps: readonly Step[]): string | null {
  if (steps.length === 0) return 'No steps were reported.';
  if (told < kernels) return notTold;
  return own.size === 0 ? 'It runs outside of steps.' : null;
}

function bytesRate({ bytes, bytesNs, totalNs }: PhaseSums): Measured {
  const rate = flopsRate(bytes, bytesNs, totalNs, totalNs);
  return rate.value === null && totalNs > 0
    ? absent('The bytes of these kernels are not counted by their source.')
    : rate;
}

function samplesPerSecond(sum: PhaseSums, all: readonly PhaseSums[], steps: readonly Step[]): Measured {
  const why = whyNotPerStep(sum, steps);
  if (why !== null) return absent(why);
  const shared = all.some((other) => other !== sum && [...sum.steps].some((at) => other.steps.has(at)));
  if (shared) return absent('Its steps run other phases too.');
  let [samples, ns] = [0, 0];
  for (const at of sum.steps) {
    const step = steps[at] as Step;
    if (step.samples === null) return absent('The training did not say how many samples a step has.');
    samples += step.samples;
    ns += step.endNs - step.startNs;
  }
  return ns > 0 ? known(samples / toSeconds(ns), 'workload') : absent('The steps took no measurable time.');
}
