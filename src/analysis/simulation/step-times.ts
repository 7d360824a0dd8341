import type { Straggler } from '../../model/parallel.ts';
import type { Ratio, Seconds } from '../../model/units.ts';
import { placedRandom } from './random.ts';

/** How long the computing of a step takes a replica that nothing slows. */
export type StepTimes =
  | { readonly kind: 'constant'; readonly meanSeconds: Seconds }
  /** `variation` is the standard deviation over the mean. */
  | { readonly kind: 'lognormal'; readonly meanSeconds: Seconds; readonly variation: number }
  /** Drawn from those that a recording has. */
  | { readonly kind: 'recorded'; readonly seconds: Float64Array };

/** Replicas that are slower throughout: those that are named, and a share of all. */
export interface Slowness {
  readonly stragglers: readonly Straggler[];
  readonly share: Ratio;
  /** To how many times their computing time the share is slowed. */
  readonly factor: number;
}

/** Computing seconds of a step of a replica; both count from 0. */
export type DrawSeconds = (replica: number, step: number) => Seconds;

export function meanSeconds(times: StepTimes): Seconds {
  if (times.kind !== 'recorded') return times.meanSeconds;
  return times.seconds.reduce((sum, seconds) => sum + seconds, 0) / times.seconds.length;
}

/** @param factors of each replica */
export function drawSeconds(times: StepTimes, seed: number, factors: Float64Array): DrawSeconds {
  const draw = drawAlike(times, seed);
  return (replica, step) => draw(replica, step) * (factors[replica] as number);
}

function drawAlike(times: StepTimes, seed: number): DrawSeconds {
  const random = placedRandom(seed);
  if (times.kind === 'constant') return () => times.meanSeconds;
  if (times.kind === 'recorded') {
    const { seconds } = times;
    return (replica, step) => seconds[Math.floor(random.uniform(replica, step) * seconds.length)] as number;
  }
  const variance = Math.log(1 + times.variation ** 2);
  const deviation = Math.sqrt(variance);
  const location = Math.log(times.meanSeconds) - variance / 2;
  return (replica, step) => Math.exp(location + deviation * random.normal(replica, step));
}

/** To how many times its computing time each replica is slowed; those of the share lie evenly among all. */
export function slownessFactors({ stragglers, share, factor }: Slowness, replicas: number): Float64Array {
  const factors = new Float64Array(replicas).fill(1);
  const slow = Math.round(share * replicas);
  for (let index = 0; index < slow; index++) factors[Math.floor(((index + 0.5) * replicas) / slow)] = factor;
  for (const straggler of stragglers) {
    if (straggler.replica < replicas) factors[straggler.replica] = straggler.factor;
  }
  return factors;
}
