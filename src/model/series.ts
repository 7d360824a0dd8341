/** A figure that is sampled over time. */
export interface Series {
  /** Id of the device it belongs to, or null for the training or the host as a whole. */
  readonly device: string | null;
  /** A word of the field: `util`, `memoryBytes`, `loss`. Units stand in names; ratios are 0..1. */
  readonly metric: string;
  /** Where its values are read. */
  readonly from: string;
}

/** Says that a figure cannot be had, and why, from here on. */
export interface AbsentSeries {
  readonly device: string | null;
  readonly metric: string;
  readonly why: string;
}

/** The figures that the project samples itself. Trainings may add names of their own. */
export const metrics = {
  util: 'util',
  processUtil: 'processUtil',
  memoryUsedBytes: 'memoryUsedBytes',
  processMemoryBytes: 'processMemoryBytes',
  temperatureCelsius: 'temperatureCelsius',
  loss: 'loss',
  accuracy: 'accuracy',
  learningRate: 'learningRate',
  validationLoss: 'validationLoss',
  validationAccuracy: 'validationAccuracy',
} as const;
