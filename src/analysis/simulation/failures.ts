import type { Ratio, Seconds } from '../../model/units.ts';
import type { SimulatedMode } from './settings.ts';

/** GPUs that fail by chance, each as often, whatever its age. */
export interface Failures {
  /** Of one GPU, from one failure to the next. */
  readonly meanSecondsBetween: Seconds;
  /** Training between two checkpoints. */
  readonly checkpointEverySeconds: Seconds;
  /** What a checkpoint holds the training up. */
  readonly checkpointSeconds: Seconds;
  /** From a failure to the GPU, or its substitute, being back. */
  readonly restartSeconds: Seconds;
  /** What replicas in lockstep do: all start again from the last checkpoint, or go on with fewer until it is back. */
  readonly onFailure: 'restart' | 'fewer';
}

/**
 * The share of its throughput without failures that a mode keeps. A step takes so short beside the time between failures
 * that they are reckoned with apart from steps, in closed form.
 */
export function keptShare(failures: Failures, mode: SimulatedMode, replicas: number): Ratio {
  const { meanSecondsBetween, restartSeconds, onFailure } = failures;
  const lockstep = mode !== 'async';
  if (lockstep && onFailure === 'restart') return keptByRestarts(failures, replicas);
  // Each is up for the one and down for the other, by turns.
  const up = meanSecondsBetween / (meanSecondsBetween + restartSeconds);
  return up * checkpointShare(failures);
}

/**
 * From Daly (2006), "A higher order estimate of the optimum checkpoint interval for restart dumps": failures at rate λ make
 * a stretch of τ with its checkpoint of δ take (1/λ + R) · (e^(λ(τ+δ)) - 1) on average, where a restart of R meets no failure.
 */
function keptByRestarts(failures: Failures, replicas: number): Ratio {
  const { meanSecondsBetween, checkpointEverySeconds, checkpointSeconds, restartSeconds } = failures;
  const between = meanSecondsBetween / replicas;
  const tries = Math.expm1((checkpointEverySeconds + checkpointSeconds) / between);
  return checkpointEverySeconds / ((between + restartSeconds) * tries);
}

function checkpointShare({ checkpointEverySeconds, checkpointSeconds }: Failures): Ratio {
  return checkpointEverySeconds / (checkpointEverySeconds + checkpointSeconds);
}
