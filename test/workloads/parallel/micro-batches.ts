import type { TrainingProbe } from '../../../src/model/training.ts';
import type { LabelledPictures } from '../../../workloads/data/dataset.ts';
import * as tf from '../../../workloads/tf.ts';
import type { LabelledBatch } from '../../../workloads/training/classification.ts';
import { computeGradients, type Gradients } from '../../../workloads/training/gradients.ts';
import type { TrainingTask } from '../../../workloads/training/task.ts';

/** Gradients as the mean of those of `count` parts of a batch: one replica stands for several. Its predictions are zeros. */
export function summedGradients(count: number) {
  return (
    task: TrainingTask<never, LabelledBatch>,
    batch: LabelledBatch,
    probe: TrainingProbe,
  ): Gradients => {
    const upload = task.upload as unknown as (source: LabelledPictures) => LabelledBatch;
    const given = partsOf(batch.source, count).map((source) => {
      const part = upload(source);
      const gradients = computeGradients(task, part, probe);
      part.dispose();
      return gradients;
    });
    const gradients = task.parameters.map((_, at) =>
      meanOf(given.map((each) => each.gradients[at] as tf.Tensor)),
    );
    const loss = meanOf(given.map((each) => each.loss)) as tf.Scalar;
    for (const each of given) tf.dispose([each.loss, each.predictions, ...each.gradients]);
    return { loss, gradients, predictions: tf.zeros([batch.size, task.classes]) };
  };
}

function meanOf(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tf.tidy(() => tf.div(tf.addN([...tensors]), tensors.length));
}

function partsOf({ images, labels, contents, size }: LabelledPictures, count: number): LabelledPictures[] {
  const each = size / count;
  const length = images.length / count;
  return Array.from({ length: count }, (_, at) => ({
    size: each,
    images: images.slice(at * length, (at + 1) * length),
    labels: labels.slice(at * each, (at + 1) * each),
    contents: contents.slice(at * each, (at + 1) * each),
  }));
}
