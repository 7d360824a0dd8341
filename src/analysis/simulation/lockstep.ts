import type { Seconds } from '../../model/units.ts';
import type { StalenessCounts } from '../replica-staleness.ts';
import { allReduce } from './collectives.ts';
import { addSteps, noParts, type Outcome, type ReplicaParts, type SimulationSettings } from './settings.ts';
import { type DrawSeconds, drawSeconds, meanSeconds, slownessFactors } from './step-times.ts';

/**
 * Averaging of gradients in every step. All begin a step together, since all get the last average at the same time. A bucket
 * is averaged as soon as the slowest has it and the bucket before is through. A replica waits until the slowest has computed;
 * what the averages take from there on is communicating, and what they took before costs nothing.
 */
export function simulateSync(settings: SimulationSettings, replicas: number): Outcome {
  const end = bucketsEnd(settings, replicas);
  return lockstep('sync', settings, replicas, 1, end);
}

/** Steps of one's own, and after every so many the average of the parameters. */
export function simulateLocal(settings: SimulationSettings, replicas: number): Outcome {
  const { seconds } = allReduce(settings.bytes, replicas, settings);
  return lockstep('local', settings, replicas, settings.averageEvery, (computed) => computed + seconds);
}

/**
 * One replica alone, which nothing slows: a step takes what it computes. It takes the mean and draws none, so that no other run is
 * compared with the luck of few draws.
 */
export function simulateSingle(settings: SimulationSettings): Outcome {
  const times = { kind: 'constant', meanSeconds: meanSeconds(settings.times) } as const;
  return lockstep('single', { ...settings, times }, 1, 1, (computed) => computed);
}

/**
 * When the last bucket is averaged, by when the slowest has computed, from the begin of the step. The buckets are alike, and
 * only the last may be smaller.
 */
function bucketsEnd(settings: SimulationSettings, replicas: number): (computed: Seconds) => Seconds {
  const { bytes, bucketBytes, backwardShare } = settings;
  const buckets = Math.max(1, Math.ceil(bytes / bucketBytes));
  const full = allReduce(Math.min(bucketBytes, bytes), replicas, settings).seconds;
  const last = allReduce(bytes - (buckets - 1) * bucketBytes, replicas, settings).seconds;
  const readyShare = (bucket: number): number =>
    1 - backwardShare * (1 - Math.min(1, ((bucket + 1) * bucketBytes) / bytes));
  return (computed) => {
    let end = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      end = Math.max(end, computed * readyShare(bucket)) + (bucket < buckets - 1 ? full : last);
    }
    return end;
  };
}

/** Rounds of `every` steps, at the end of each of which all meet. */
function lockstep(
  mode: Outcome['mode'],
  settings: SimulationSettings,
  replicas: number,
  every: number,
  end: (computed: Seconds) => Seconds,
): Outcome {
  const factors = mode === 'single' ? new Float64Array([1]) : slownessFactors(settings.slowness, replicas);
  const draw = drawSeconds(settings.times, settings.seed, factors);
  const parts = noParts(replicas);
  const computed = new Float64Array(replicas);
  let seconds = 0;
  for (let step = settings.warmUpSteps; step < settings.steps; step += every) {
    const count = Math.min(every, settings.steps - step);
    const slowest = computeRound(draw, computed, step, count);
    const whole = end(slowest);
    addRound(parts, computed, { slowest, communicate: whole - slowest, count }, factors);
    seconds += whole;
  }
  const samples = (settings.steps - settings.warmUpSteps) * replicas * settings.batchSize;
  const staleness = mode === 'local' ? null : allFresh(settings, replicas);
  return { mode, replicas, samples, seconds, parts, staleness, serverBusy: null };
}

/** Computes the steps of a round in each replica; returns what the slowest took. */
function computeRound(draw: DrawSeconds, computed: Float64Array, first: number, count: number): Seconds {
  let slowest = 0;
  for (let replica = 0; replica < computed.length; replica++) {
    let own = 0;
    for (let step = first; step < first + count; step++) own += draw(replica, step);
    computed[replica] = own;
    if (own > slowest) slowest = own;
  }
  return slowest;
}

interface Round {
  readonly slowest: Seconds;
  readonly communicate: Seconds;
  readonly count: number;
}

function addRound(
  parts: ReplicaParts,
  computed: Float64Array,
  { slowest, communicate, count }: Round,
  factors: Float64Array,
): void {
  computed.forEach((compute, replica) => {
    const steps = { count, compute, wait: slowest - compute, communicate };
    addSteps(parts, replica, steps, factors[replica] as number);
  });
}

/** Every update is of the parameters as they are. */
function allFresh({ steps, warmUpSteps }: SimulationSettings, replicas: number): StalenessCounts {
  return new Map([[0, (steps - warmUpSteps) * replicas]]);
}
