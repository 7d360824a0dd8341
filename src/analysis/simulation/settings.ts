import type { ModeName } from '../../model/parallel.ts';
import type { Bytes, Ratio, Seconds } from '../../model/units.ts';
import type { StalenessCounts } from '../replica-staleness.ts';
import type { AllReduceSettings } from './collectives.ts';
import type { Failures } from './failures.ts';
import type { Slowness, StepTimes } from './step-times.ts';

/** What simulated replicas train on, whatever their mode and number. */
export interface SimulationSettings extends AllReduceSettings {
  /** Steps of each replica, in modes without lockstep on average. */
  readonly steps: number;
  /** Of them the first, which no figure counts. */
  readonly warmUpSteps: number;
  readonly batchSize: number;
  /** Of the gradients, and of the parameters. */
  readonly bytes: Bytes;
  readonly times: StepTimes;
  readonly slowness: Slowness;
  /** Of what is averaged at a time. */
  readonly bucketBytes: Bytes;
  /**
   * Share of a step's computing in which gradients come to be, evenly: as soon as a bucket is full it is averaged. 0 where
   * nothing is averaged before the step's computing is over.
   */
  readonly backwardShare: Ratio;
  readonly server: ServerSettings;
  /** Steps between two averages of parameters, in the mode `local`. */
  readonly averageEvery: number;
  readonly failures: Failures | null;
  readonly seed: number;
}

/** Parameter servers, each with an even part of the parameters. */
export interface ServerSettings {
  /** Null for one a node. */
  readonly servers: number | null;
  /** Of a server's link, each direction. */
  readonly bytesPerSecond: number;
  /** To update all parameters, were it one server alone. */
  readonly applySeconds: Seconds;
  /** The most steps that a replica may be ahead of the slowest; null for any. */
  readonly stalenessBound: number | null;
}

export type SimulatedMode = Exclude<ModeName, 'single'>;

/** What became of a mode with so many replicas; figures are over the steps after warming up. */
export interface Outcome {
  readonly mode: ModeName;
  readonly replicas: number;
  /** Of all replicas. */
  readonly samples: number;
  /** From the begin of the stretch to its end; failures are not in it. */
  readonly seconds: Seconds;
  readonly parts: ReplicaParts;
  /** Null where the mode knows none. */
  readonly staleness: StalenessCounts | null;
  /** Share of the parameter servers' time in which what keeps them busiest is busy; null where there are none. */
  readonly serverBusy: Ratio | null;
}

/** Sums of each replica over its steps, in seconds; the first three add up to the time of its steps. */
export interface ReplicaParts {
  readonly compute: Float64Array;
  readonly wait: Float64Array;
  readonly communicate: Float64Array;
  /** Of `compute`, what a straggler takes longer than the others. */
  readonly slowed: Float64Array;
  readonly steps: Float64Array;
}

export function noParts(replicas: number): ReplicaParts {
  const zeros = (): Float64Array => new Float64Array(replicas);
  return { compute: zeros(), wait: zeros(), communicate: zeros(), slowed: zeros(), steps: zeros() };
}

/** Steps of a replica, and where their time went. */
export interface StepParts {
  readonly count: number;
  readonly compute: Seconds;
  readonly wait: Seconds;
  readonly communicate: Seconds;
}

/** @param factor to which the replica's computing is slowed */
export function addSteps(parts: ReplicaParts, replica: number, steps: StepParts, factor: number): void {
  (parts.compute[replica] as number) += steps.compute;
  (parts.wait[replica] as number) += steps.wait;
  (parts.communicate[replica] as number) += steps.communicate;
  (parts.slowed[replica] as number) += steps.compute * (1 - 1 / factor);
  (parts.steps[replica] as number) += steps.count;
}
