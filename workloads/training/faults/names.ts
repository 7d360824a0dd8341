/**
 * Faults that a training can be given on purpose, each with what it does. Names alone: what they do loads TensorFlow.js.
 */
export const faultSummaries = {
  'identical-batch': 'the first batch again at each step',
  'duplicate-samples': 'a few samples fill each batch',
  'constant-labels': 'all labels are those of one class',
  'shuffled-labels': 'labels belong to other samples of their batch',
  'over-fit': 'a tiny training set, without decay and augmentation',
  'bad-init': 'the layers that predict begin far too large',
  'frozen-bn': 'moving statistics of normalisations never update',
  'lagging-bn': 'moving statistics keep 0.9999 of their value at each step',
  'high-learning-rate': 'the learning rate is 100 times as high',
  'low-learning-rate': 'the learning rate is a ten-thousandth',
  'vanishing-gradients': 'each layer hands back a part of its gradient',
  'exploding-gradients': 'each layer hands back many times its gradient',
  nan: 'a layer in the middle gives infinity from step 10 on',
  'folded-op': 'a dropout mask is drawn in the first step and used ever after',
  'frozen-layer': 'the optimizer does not know a layer in the middle',
  'no-learning': 'the first layer gives zeros, whatever it sees',
} as const;

export type FaultName = keyof typeof faultSummaries;

/** What `--fault` takes; `none` for a sound training. */
export type FaultChoice = FaultName | 'none';
