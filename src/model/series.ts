/** A figure that is sampled over time. */
export interface Series {
  /** Id of the device it belongs to, or null for the training or the host as a whole. */
  readonly device: string | null;
  /** A word of the field: `util`, `memoryBytes`, `loss`. Units stand in names; ratios are 0..1. */
  readonly metric: string;
  /** Where its values are read. */
  readonly from: string;
}

/** Where a figure of one rank of a distributed training is read: each tells a loss of its own, and one curve of all would be none. */
export function fromRank(from: string, rank: number): string {
  return `${from}, rank ${rank}`;
}

/** The rank whose figure a series is; null where it is of no rank. */
export function rankOf({ from }: Series): number | null {
  const rank = /, rank (\d+)$/.exec(from)?.[1];
  return rank === undefined ? null : Number(rank);
}

/** Says that a figure cannot be had, and why, from here on. */
export interface AbsentSeries {
  readonly device: string | null;
  readonly metric: string;
  readonly why: string;
}

/** The figures that the project samples itself. Trainings may add names of their own. */
export const metrics = {
  /** Absent with no device: why a source of GPUs gives none. */
  gpus: 'gpus',
  /** Absent with no device: why kernels of a program are missing. */
  kernels: 'kernels',
  util: 'util',
  processUtil: 'processUtil',
  /** Shares of a second in which a kernel ran, and in which anything ran, where somebody else works them out. */
  kernelBusy: 'kernelBusy',
  gpuBusy: 'gpuBusy',
  /** Share of the time of a program that its own profiler took. */
  profilerOverhead: 'profilerOverhead',
  memoryUtil: 'memoryUtil',
  encoderUtil: 'encoderUtil',
  decoderUtil: 'decoderUtil',
  smActive: 'smActive',
  occupancy: 'occupancy',
  tensorActive: 'tensorActive',
  fp64Active: 'fp64Active',
  fp32Active: 'fp32Active',
  fp16Active: 'fp16Active',
  integerActive: 'integerActive',
  dramActive: 'dramActive',
  graphicsActive: 'graphicsActive',
  memoryUsedBytes: 'memoryUsedBytes',
  memoryTotalBytes: 'memoryTotalBytes',
  powerWatts: 'powerWatts',
  powerLimitWatts: 'powerLimitWatts',
  energyJoules: 'energyJoules',
  smClockMegahertz: 'smClockMegahertz',
  smClockMaxMegahertz: 'smClockMaxMegahertz',
  memoryClockMegahertz: 'memoryClockMegahertz',
  memoryClockMaxMegahertz: 'memoryClockMaxMegahertz',
  /** Bits as NVML has them (nvmlClocksEventReasons…); 0 says that nothing holds the clocks down. */
  throttleReasons: 'throttleReasons',
  memoryTemperatureCelsius: 'memoryTemperatureCelsius',
  fanSpeed: 'fanSpeed',
  pcieGeneration: 'pcieGeneration',
  pcieWidth: 'pcieWidth',
  pcieTransmitBytesPerSecond: 'pcieTransmitBytesPerSecond',
  pcieReceiveBytesPerSecond: 'pcieReceiveBytesPerSecond',
  nvlinkTransmitBytesPerSecond: 'nvlinkTransmitBytesPerSecond',
  nvlinkReceiveBytesPerSecond: 'nvlinkReceiveBytesPerSecond',
  /** Errors since the driver was loaded. */
  eccCorrectedErrors: 'eccCorrectedErrors',
  eccUncorrectedErrors: 'eccUncorrectedErrors',
  /** A sample for each event, its value the number of the event (NVIDIA's list of XID errors). */
  xid: 'xid',
  processMemoryBytes: 'processMemoryBytes',
  temperatureCelsius: 'temperatureCelsius',
  loss: 'loss',
  accuracy: 'accuracy',
  learningRate: 'learningRate',
  validationLoss: 'validationLoss',
  validationAccuracy: 'validationAccuracy',
  /** Of a model in two parts, a step: the tensor that goes from the first to the second, and its gradient back. */
  intermediateBytes: 'intermediateBytes',
  intermediateGradientBytes: 'intermediateGradientBytes',
  /** Parts that the loss of a detector is the sum of. */
  classLoss: 'classLoss',
  boxLoss: 'boxLoss',
  /** Of an evaluation of a detector, 0..1: as COCO defines it, and at an overlap of 0.5 alone. */
  validationMeanAveragePrecision: 'validationMeanAveragePrecision',
  validationMeanAveragePrecision50: 'validationMeanAveragePrecision50',
} as const;

/** Figures that a loss is the sum of, where a training reports them. */
export const lossParts = [metrics.classLoss, metrics.boxLoss] as const;
