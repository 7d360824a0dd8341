/**
 * How several replicas train one model, and what each tells of its steps: the words between those that train and those
 * that read a recording.
 */

/** `single` is one replica alone: what the others are compared with. */
export const modeNames = ['single', 'sync', 'async', 'local'] as const;
export type ModeName = (typeof modeNames)[number];

export const transportNames = ['none', 'shared-memory', 'mpi'] as const;
export type TransportName = (typeof transportNames)[number];

/** What a replica says of its group; every replica of a group says the same. */
export interface ParallelInfo {
  readonly mode: ModeName;
  readonly replicas: number;
  readonly transport: TransportName;
  /** The mode's own settings in words, such as `staleness bound 4`; '' where there are none to tell. */
  readonly settings: string;
  /** Replicas that are slowed on purpose, and to how many times their computing time. */
  readonly stragglers: readonly Straggler[];
}

export interface Straggler {
  readonly replica: number;
  readonly factor: number;
}

/**
 * Figures of a step of a replica, each sampled before the step's end; seconds are of that step. What is neither waiting nor
 * communicating nor slowing is computing.
 */
export const parallelMetrics = {
  /** Blocked until another replica does its part. */
  waitSeconds: 'waitSeconds',
  /** Handing over and taking in gradients or parameters: copies, sums, messages; without the waiting. */
  communicateSeconds: 'communicateSeconds',
  /** Time that a straggler was held back on purpose: it stands for a slower device, so that it counts as computing. */
  slowedSeconds: 'slowedSeconds',
  /** Updates of the shared parameters by others between a replica's taking them and its own update. */
  staleness: 'staleness',
  /** Updates of the shared parameters so far. */
  modelVersion: 'modelVersion',
  /** Steps of all replicas so far that this replica knows of. */
  groupSteps: 'groupSteps',
  /** At the end: CRC-32 of all parameters as little-endian float32, in order, and their Euclidean norm. */
  parameterChecksum: 'parameterChecksum',
  parameterNorm: 'parameterNorm',
} as const;

/** Marks of a run of several replicas. */
export const parallelMarks = {
  /** A replica is gone; the text says which and why. */
  replicaLost: 'replica lost',
  /** The parameters of this moment were kept; they are evaluated after the training, at the cost of no step. */
  checkpoint: 'checkpoint',
} as const;
