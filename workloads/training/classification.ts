import type { Dataset, LabelledPictures } from '../data/dataset.ts';
import type { Model } from '../models/model.ts';
import { softmaxCrossEntropy } from '../models/softmax-cross-entropy.ts';
import * as tf from '../tf.ts';
import type { TaskBatch, TrainingTask } from './task.ts';

/** Pictures and labels on the device. */
export interface LabelledBatch extends TaskBatch {
  /** [size, H, W, C] */
  readonly images: tf.Tensor4D;
  /** [size, classes], float. */
  readonly oneHot: tf.Tensor2D;
  readonly source: LabelledPictures;
}

/** Training `model` to name the class of each picture of `dataset`. Gives the figure `accuracy`. */
export function classification(
  model: Model,
  dataset: Dataset,
): TrainingTask<LabelledPictures, LabelledBatch> {
  const upload = (source: LabelledPictures): LabelledBatch => {
    const { height, width, channels } = model.input;
    const { size, labels } = source;
    const images = tf.tensor4d(source.images, [size, height, width, channels]);
    const oneHot = tf.tensor2d(oneHotOf(labels, model.classes), [size, model.classes]);
    return { size, source, images, oneHot, dispose: () => tf.dispose([images, oneHot]) };
  };
  return {
    name: model.name,
    data: dataset.name,
    synthetic: dataset.synthetic,
    augmentation: dataset.augmented,
    parameters: model.parameters,
    trainingFlops: model.trainingFlops,
    // Cross-entropy of equal probabilities.
    chanceLoss: Math.log(model.classes),
    classes: model.classes,
    trainSize: dataset.trainSize,
    upload,
    *evaluationBatches(batchSize, samples) {
      for (const batch of dataset.evaluationBatches(batchSize, Math.ceil(samples / batchSize))) {
        yield upload(batch);
      }
    },
    forward({ images, oneHot }, training) {
      const predictions = model.forward(images, training);
      return { loss: softmaxCrossEntropy(predictions, oneHot), predictions };
    },
    measure: (predictions, { source }) => ({
      accuracy: accuracyOf(predictions, source.labels, model.classes),
    }),
    dispose: model.dispose,
  };
}

function oneHotOf(labels: Int32Array, classes: number): Float32Array {
  const values = new Float32Array(labels.length * classes);
  for (const [index, label] of labels.entries()) values[index * classes + label] = 1;
  return values;
}

/** Share of samples whose highest logit is that of their label. A sample whose logits are NaN counts as wrong. */
export function accuracyOf(logits: Float32Array, labels: Int32Array, classes: number): number {
  let right = 0;
  for (const [sample, label] of labels.entries()) {
    let best = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < classes; index++) {
      const logit = logits[sample * classes + index] as number;
      if (logit > highest) {
        highest = logit;
        best = index;
      }
    }
    if (best === label) right += 1;
  }
  return right / labels.length;
}
