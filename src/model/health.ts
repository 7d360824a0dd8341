/**
 * Figures on whether a training learns. The built-in trainings report all of them; any other program may, under the
 * same names, through its probe, its output or its event files. All belong to no device.
 */
export const healthMetrics = {
  /** Share of the samples of a batch whose content stands earlier in the same batch. */
  duplicateShare: 'duplicateShare',
  /** Share of the samples of a batch whose content was in one of the batches just before, where the data have more. */
  repeatShare: 'repeatShare',
  /** Share of the commonest label among the samples of late; 1 where all labels are the same. */
  topLabelShare: 'topLabelShare',
  /** How much coarse features of the inputs depend on the labels: an F statistic, about 1 where they do not. */
  labelSignal: 'labelSignal',
  /** How many samples that rests on, where they are not the inputs themselves but objects in them; else left out. */
  labelSignalSamples: 'labelSignalSamples',
  /** Euclidean norm of all gradients together, and of each layer's see `layerMetrics`. */
  gradientNorm: 'gradientNorm',
  /** Cosine between the gradients of two steps in a row, -1..1; built-in trainings estimate it from a part of each gradient. */
  gradientCosine: 'gradientCosine',
  /** Euclidean norm of one update over that of the weights. */
  updateRatio: 'updateRatio',
  /** Loss and accuracy of one and the same batch: with its own statistics, and with the moving ones. */
  trainModeLoss: 'trainModeLoss',
  trainModeAccuracy: 'trainModeAccuracy',
  inferenceModeLoss: 'inferenceModeLoss',
  inferenceModeAccuracy: 'inferenceModeAccuracy',
} as const;

/** Figures of the input of a training. */
export const inputMetrics = {
  /** Batches that are ready when the training asks for one. */
  queueDepth: 'inputQueueDepth',
  /** The most that can be ready. */
  queueCapacity: 'inputQueueCapacity',
  /** How long a step waited for its batch. */
  waitSeconds: 'inputWaitSeconds',
  /** How long a thread took to make the batch, whoever waited for it. */
  makeSeconds: 'inputMakeSeconds',
  /** How often another sample stood in for one that could not be read, so far; told where there is one. */
  replacedSamples: 'inputReplacedSamples',
} as const;

/** A mark of this name tells in a sentence what was wrong with the data of a training that goes on. */
export const dataNoteMark = 'data-note';

/** Figures of each layer; their series are named by `layerSeries`. */
export const layerMetrics = {
  /** Root of the mean square of what a layer gives, over the batch or numbers of it that are spread evenly. */
  activationRms: 'activationRms',
  /** Root of the mean square of the gradient of a layer's parameters. */
  gradientRms: 'gradientRms',
  /** Euclidean norm of one update of a layer's parameters over the norm of the parameters. */
  parameterChange: 'parameterChange',
  /** How far the moving statistics of a normalisation are from where they began, over the norm of where they began. */
  statisticsChange: 'statisticsChange',
} as const;

export type LayerMetric = keyof typeof layerMetrics;

/** The name of the series of a layer's figure, such as `gradientRms/stage1/block1/conv1`. */
export function layerSeries(metric: LayerMetric, layer: string): string {
  return `${metric}/${layer}`;
}

/** The layer whose figure a series is, or null where it is no such figure. */
export function layerOfSeries(metric: LayerMetric, series: string): string | null {
  return series.startsWith(`${metric}/`) ? series.slice(metric.length + 1) : null;
}

/** A mark of this name tells where the first number that is not finite came from; its text is a phrase such as `the activation of stage2/block1`. */
export const notFiniteMark = 'not-finite';
