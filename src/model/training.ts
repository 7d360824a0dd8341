import type { ParallelInfo } from './parallel.ts';
import type { Flops, Nanoseconds } from './units.ts';

/** One iteration of a training, from taking its batch to the end of its update. */
export interface Step {
  /** Counted from 1. */
  readonly number: number;
  readonly startNs: Nanoseconds;
  readonly endNs: Nanoseconds;
  /** Samples (images, sequences) trained on, or null where unknown. */
  readonly samples: number | null;
  /** The rank that took it, in a distributed training. */
  readonly rank?: number;
}

/** A named moment (start = end) or range, such as `evaluation`. */
export interface Mark {
  readonly name: string;
  readonly startNs: Nanoseconds;
  readonly endNs: Nanoseconds;
  readonly text: string;
}

/** The mark of a program that was started to be recorded, from its start to its end. */
export const programMark = 'program';

/** What a training says about itself when it starts; shown beside its figures. */
export interface WorkloadInfo {
  /** Such as `resnet20`. */
  readonly name: string;
  /** Such as `wasm, 2 threads`. */
  readonly backend: string;
  /** Such as `synthetic shapes, 100 classes` or a path. */
  readonly data: string;
  /** Whether the data are made up; shown wherever a result is shown. */
  readonly synthetic: boolean;
  readonly batchSize: number;
  readonly parameters: number;
  /** Arithmetic that the model needs for one sample: to train forward and backward, to infer forward; null where unknown. */
  readonly modelFlopsPerSample: Flops | null;
  /** The end that was asked for: a number of steps, or seconds, whichever is set. */
  readonly plannedSteps: number | null;
  readonly plannedSeconds: number | null;
  /** Loss of a model that knows nothing, such as ln C for C classes; left out where that is not known. */
  readonly chanceLoss?: number;
  /** Classes that are told apart, where the labels are classes. */
  readonly classes?: number;
  /** Training samples there are; left out where they never end or where that is not known. */
  readonly trainSize?: number;
  /** What keeps the model from learning its samples by heart, where that is told. */
  readonly regularisation?: Regularisation;
  /** A fault that was put in on purpose, such as `frozen-bn`; shown wherever a result is shown. */
  readonly fault?: string;
  /** How it is trained by several replicas, or by one that others are compared with. */
  readonly parallel?: ParallelInfo;
}

/** What keeps a model from learning its samples by heart. */
export interface Regularisation {
  /** Strength; 0 for none. */
  readonly weightDecay: number;
  /** Whether samples are changed at random before each use. */
  readonly augmentation: boolean;
}

/**
 * What a training tells its watcher. Trainings know this interface alone; `collectors/tfjs` implements it over a
 * recording, and `silentProbe` ignores everything. Calls are cheap (under a microsecond) and never throw.
 */
export interface TrainingProbe {
  /** Names the model layer that the kernels of `body` belong to; nested names join with `/`. */
  layer<T>(name: string, body: () => T): T;
  /** Names the part of the step that the kernels of `body` belong to: input, forward, backward, optimizer, evaluation. */
  phase<T>(name: string, body: () => T): T;
  /** Starts the next step. Input work that belongs to it comes after this call. */
  beginStep(): void;
  /** Ends the step; `samples` is the batch size. */
  endStep(samples: number): void;
  /** A figure of this moment, or of an earlier one, such as `loss`, `accuracy`, `validationAccuracy`. May be NaN. */
  metric(name: string, value: number, atNs?: Nanoseconds): void;
  /** This moment, for figures that are known later. */
  now(): Nanoseconds;
  /** A range that is not a step, such as `evaluation`: call the function it returns at the end. */
  range(name: string, text?: string): () => void;
  /** Says what is trained; once, before the first step. */
  describe(info: WorkloadInfo): void;
}

/** A probe that watches nothing. */
export const silentProbe: TrainingProbe = {
  layer: (_name, body) => body(),
  phase: (_name, body) => body(),
  beginStep: () => undefined,
  endStep: () => undefined,
  metric: () => undefined,
  now: () => 0,
  range: () => () => undefined,
  describe: () => undefined,
};
