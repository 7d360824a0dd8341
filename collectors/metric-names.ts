import { metrics } from '../src/model/series.ts';

/**
 * Words by which programs call what the project has a name for, in lower case and without separators. The order of the
 * words differs by framework: Keras says `val_loss`, PyTorch's examples `Loss/train`.
 */
const names: Readonly<Record<string, string>> = {
  loss: metrics.loss,
  trainloss: metrics.loss,
  losstrain: metrics.loss,
  trainingloss: metrics.loss,
  accuracy: metrics.accuracy,
  acc: metrics.accuracy,
  trainaccuracy: metrics.accuracy,
  accuracytrain: metrics.accuracy,
  trainacc: metrics.accuracy,
  acctrain: metrics.accuracy,
  lr: metrics.learningRate,
  learningrate: metrics.learningRate,
  trainlr: metrics.learningRate,
  trainlearningrate: metrics.learningRate,
  valloss: metrics.validationLoss,
  lossval: metrics.validationLoss,
  evalloss: metrics.validationLoss,
  validationloss: metrics.validationLoss,
  lossvalidation: metrics.validationLoss,
  valaccuracy: metrics.validationAccuracy,
  accuracyval: metrics.validationAccuracy,
  valacc: metrics.validationAccuracy,
  evalaccuracy: metrics.validationAccuracy,
  validationaccuracy: metrics.validationAccuracy,
  accuracyvalidation: metrics.validationAccuracy,
};

/** The project's name of a figure that a program calls `name`, or the name itself where it has none. */
export function metricName(name: string): string {
  const key = name.toLowerCase().replaceAll(/[_./ -]/g, '');
  return (Object.hasOwn(names, key) ? names[key] : undefined) ?? name;
}
