import type { Flops } from '../../src/model/units.ts';
import type { Batch } from '../data/dataset.ts';
import type { MovingStatistic, Parameter } from '../models/builder.ts';
import type * as tf from '../tf.ts';
import type { LabelledObjects } from './health/label-signal.ts';

/** Some samples on the device. */
export interface TaskBatch {
  /** Samples. */
  readonly size: number;
  /** The same on the host. */
  readonly source: Batch;
  dispose(): void;
}

/** What a batch gave: both belong to the caller. */
export interface Forward {
  readonly loss: tf.Scalar;
  /** Whatever `measure` needs to see, such as logits. */
  readonly predictions: tf.Tensor;
  /** Parts of the loss by name, such as `boxLoss`; reported beside it. */
  readonly parts?: Readonly<Record<string, tf.Scalar>>;
}

/** Figures of a whole evaluation that are no means over batches, such as mean average precision. */
export interface Tally<B extends TaskBatch> {
  add(predictions: Float32Array, batch: B): void;
  figures(): Figures;
}

/** Figures by name, such as `accuracy`. */
export type Figures = Readonly<Record<string, number>>;

/** What the training loop trains: a model, its data and its loss. A workload is one of these. */
export interface TrainingTask<H extends Batch = Batch, B extends TaskBatch = TaskBatch> {
  /** Such as `resnet20`. */
  readonly name: string;
  /** Such as `synthetic shapes, 100 classes` or a path. */
  readonly data: string;
  /** Whether the data are made up. */
  readonly synthetic: boolean;
  /** Whether training samples are changed at random before each use. */
  readonly augmentation: boolean;
  readonly parameters: readonly Parameter[];
  /** What normalisations keep of the batches; left out where the model has none. */
  readonly statistics?: readonly MovingStatistic[];
  /** Model FLOPs to train on one sample, forward and backward. */
  readonly trainingFlops: Flops;
  /** Loss of a model that knows nothing. */
  readonly chanceLoss: number;
  /** Classes that are told apart. */
  readonly classes: number;
  /** Training samples there are, or null where they never end. */
  readonly trainSize: number | null;
  /** Puts samples on the device. */
  upload(batch: H): B;
  /** Samples that training never sees, the same at each call; at most `samples`. */
  evaluationBatches(batchSize: number, samples: number): Iterable<B>;
  /** The loss and its predictions; called under a gradient tape where `training`. */
  forward(batch: B, training: boolean): Forward;
  /** Figures from the predictions, means over the batch. */
  measure(predictions: Float32Array, batch: B): Figures;
  /** The labels of the samples, or of the objects in them; left out where labels are no classes. */
  labelsOf?(batch: B): ArrayLike<number>;
  /** Whether each sample has one label, in the order of `labelsOf`. */
  readonly oneLabelEach?: boolean;
  /** The objects in each sample, where labels are those of objects. */
  objectsOf?(batch: B): LabelledObjects;
  /** Begins to count over an evaluation, where that gives more than the means of `measure`. */
  tally?(): Tally<B>;
  /** Frees the model. */
  dispose(): void;
}
