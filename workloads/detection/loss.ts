import * as tf from '../tf.ts';
import { boxSize } from './boxes.ts';
import type { DetectionTargets } from './encode.ts';

/** Background boxes for each box with an object; Liu et al. 2016, section 2.2, hard negative mining. */
const negativesPerPositive = 3;

/** Targets on the device. */
export interface LossTargets {
  /** [N, boxes, classes + 1], float; the background first. */
  readonly oneHot: tf.Tensor3D;
  /** [N, boxes, 4] */
  readonly offsets: tf.Tensor3D;
  /** [N, boxes]: 1 for a box with an object. */
  readonly positive: tf.Tensor2D;
  /** [N, boxes]: 1 for a box with the background, 0 for those with an object and for those that are ignored. */
  readonly negative: tf.Tensor2D;
  /** [N, k]: 1 for the first boxes of each picture, as many as count of its background boxes; k is the most of them. */
  readonly mined: tf.Tensor2D;
  /** What the sums are divided by: boxes with an object in the batch, at least 1. */
  readonly matches: number;
  dispose(): void;
}

export interface DetectionLoss {
  /** The sum of the two. */
  readonly loss: tf.Scalar;
  /** Cross entropy of the classes, in nats. */
  readonly classLoss: tf.Scalar;
  /** Smooth L1 of the offsets. */
  readonly boxLoss: tf.Scalar;
}

/** Background boxes that count for each picture: the hardest, three for each box with an object. */
export function minedNegatives({ positives, negatives }: DetectionTargets): Int32Array {
  return positives.map((count, picture) =>
    Math.min(negatives[picture] as number, negativesPerPositive * count),
  );
}

/** Puts targets on the device; they belong to the caller. */
export function uploadTargets(targets: DetectionTargets): LossTargets {
  const { pictures, boxes } = targets;
  const scores = targets.classCount + 1;
  const counts = minedNegatives(targets);
  const most = Math.max(1, ...counts);
  const mined = new Float32Array(pictures * most);
  for (const [picture, count] of counts.entries()) mined.fill(1, picture * most, picture * most + count);
  const positive = Float32Array.from(targets.classes, (label) => (label > 0 ? 1 : 0));
  const negative = Float32Array.from(targets.classes, (label) => (label === 0 ? 1 : 0));
  const oneHot = new Float32Array(pictures * boxes * scores);
  for (const [place, label] of targets.classes.entries()) {
    if (label >= 0) oneHot[place * scores + label] = 1;
  }
  const tensors = {
    oneHot: tf.tensor3d(oneHot, [pictures, boxes, scores]),
    offsets: tf.tensor3d(targets.offsets, [pictures, boxes, boxSize]),
    positive: tf.tensor2d(positive, [pictures, boxes]),
    negative: tf.tensor2d(negative, [pictures, boxes]),
    mined: tf.tensor2d(mined, [pictures, most]),
  };
  const matches = Math.max(
    1,
    targets.positives.reduce((sum, count) => sum + count, 0),
  );
  return { ...tensors, matches, dispose: () => tf.dispose(Object.values(tensors)) };
}

/**
 * The loss of a single shot detector (Liu et al. 2016, section 2.2): cross entropy of the classes over the boxes with an
 * object and the hardest of those without, plus smooth L1 (Girshick 2015) of the offsets of the boxes with an object, over
 * the number of these. Both have a gradient of their own, a few kernels each; the choice of boxes has none.
 *
 * @param predictions [N, boxes, classes + 1 + 4]: logits, the background first, then offsets
 */
export function detectionLoss(predictions: tf.Tensor3D, targets: LossTargets): DetectionLoss {
  const [pictures, boxes] = predictions.shape;
  const scores = targets.oneHot.shape[2];
  const logits = tf.slice(predictions, [0, 0, 0], [pictures, boxes, scores]);
  const offsets = tf.slice(predictions, [0, 0, scores], [pictures, boxes, boxSize]);
  const classLoss = minedCrossEntropy(logits, targets);
  const boxLoss = smoothL1(offsets, targets);
  return { loss: tf.add<tf.Scalar>(classLoss, boxLoss), classLoss, boxLoss };
}

function minedCrossEntropy(logits: tf.Tensor3D, targets: LossTargets): tf.Scalar {
  const { oneHot, positive, negative, mined, matches } = targets;
  const operation = tf.customGrad<tf.Scalar>((...parts) => {
    const [scores, save] = parts as [tf.Tensor3D, tf.GradSaveFunc];
    const shifted = tf.sub(scores, tf.max(scores, -1, true));
    const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
    const entropy = tf.neg(tf.sum<tf.Tensor2D>(tf.mul(logProbabilities, oneHot), -1));
    const weights = tf.add<tf.Tensor2D>(positive, hardest(tf.mul(entropy, negative), negative, mined));
    save([logProbabilities, weights]);
    return {
      value: tf.div<tf.Scalar>(tf.sum(tf.mul(entropy, weights)), matches),
      // The engine does not tidy the gradient of a customGrad.
      gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [kept, counts] = saved as [tf.Tensor3D, tf.Tensor2D];
          const scaled = tf.expandDims(tf.mul(counts, tf.div(dy, matches)), -1);
          return tf.mul(tf.sub(tf.exp(kept), oneHot), scaled);
        }),
    };
  });
  return operation(logits);
}

/** [N, boxes]: 1 for the boxes of each picture with the highest entropy among its background, as many as `mined` says. */
function hardest(entropy: tf.Tensor, negative: tf.Tensor2D, mined: tf.Tensor2D): tf.Tensor2D {
  const [pictures, boxes] = negative.shape;
  const [, most] = mined.shape;
  // An entropy is 0 or more, so that what is no background comes last.
  const candidates = tf.sub(entropy, tf.sub(1, negative));
  const { indices } = tf.topk(candidates, most, true);
  const rows = tf.mul(tf.range(0, pictures, 1, 'int32'), tf.scalar(boxes, 'int32'));
  const places = tf.add(indices, tf.expandDims(rows, 1));
  const flat = tf.scatterND(tf.reshape(places, [-1, 1]), tf.reshape(mined, [-1]), [pictures * boxes]);
  return tf.reshape(flat, [pictures, boxes]);
}

function smoothL1(offsets: tf.Tensor3D, targets: LossTargets): tf.Scalar {
  const operation = tf.customGrad<tf.Scalar>((...parts) => {
    const [predicted, save] = parts as [tf.Tensor3D, tf.GradSaveFunc];
    const error = tf.mul(tf.sub(predicted, targets.offsets), tf.expandDims(targets.positive, -1));
    // The slope. Up to 1 it is the error and the loss error²/2; beyond it is ±1 and the loss |error| - 1/2.
    const slope = tf.clipByValue(error, -1, 1);
    save([slope]);
    const loss = tf.sum(tf.mul(slope, tf.sub(error, tf.mul(slope, 0.5))));
    return {
      value: tf.div<tf.Scalar>(loss, targets.matches),
      gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) =>
        tf.tidy(() => tf.mul(saved[0] as tf.Tensor, tf.div(dy, targets.matches))),
    };
  });
  return operation(offsets);
}

/**
 * The loss of a detector that knows nothing: all logits alike and all offsets 0. Each box that counts then costs ln(classes
 * + 1), and there are 1 + 3 of them for each match (fewer where a picture has not so many background boxes); offsets cost
 * smooth L1 of what they should have been. A model before its first step, whose last layers start near zero, is close to it.
 */
export function chanceLoss(targets: DetectionTargets): number {
  const sum = (counts: Int32Array) => counts.reduce((total, count) => total + count, 0);
  const matches = sum(targets.positives);
  if (matches === 0) return 0;
  let boxes = 0;
  // Offsets of boxes without an object are 0 and cost nothing.
  for (const offset of targets.offsets) {
    const size = Math.abs(offset);
    boxes += size < 1 ? size ** 2 / 2 : size - 0.5;
  }
  return ((matches + sum(minedNegatives(targets))) * Math.log(targets.classCount + 1) + boxes) / matches;
}
