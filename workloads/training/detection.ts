import type { Dataset } from '../data/dataset.ts';
import type { ScenePictures } from '../data/scenes.ts';
import { averagePrecision, coco, cocoAt, type PrecisionDefinition } from '../detection/average-precision.ts';
import { boxSize, type Detections, type GroundTruth } from '../detection/boxes.ts';
import { detect } from '../detection/detect.ts';
import { type DetectionTargets, encodeTargets } from '../detection/encode.ts';
import { chanceLoss, detectionLoss, type LossTargets, uploadTargets } from '../detection/loss.ts';
import type { Detector } from '../models/ssd.ts';
import * as tf from '../tf.ts';
import type { Figures, Tally, TaskBatch, TrainingTask } from './task.ts';

/** Pictures and what each default box should say of them, on the device. */
export interface SceneBatch extends TaskBatch {
  /** [size, H, W, C] */
  readonly images: tf.Tensor4D;
  readonly targets: LossTargets;
  readonly source: ScenePictures;
  /** The targets on the host. */
  readonly encoded: DetectionTargets;
}

/** Samples that the loss of chance is worked out from: it depends on how many default boxes objects take. */
const chanceSamples = 16;

/**
 * Training `detector` to find the objects of `dataset`. Gives the parts of its loss, `classLoss` and `boxLoss`, the figure
 * `accuracy` (of the default boxes with an object, those whose likeliest class is that of the object), and of an evaluation
 * `meanAveragePrecision` as COCO defines it and `meanAveragePrecision50` at an overlap of 0.5.
 *
 * @param atHalf how the latter is defined: COCO's way unless the data have a definition of their own
 */
export function detection(
  detector: Detector,
  dataset: Dataset<ScenePictures>,
  atHalf: PrecisionDefinition = cocoAt(0.5),
): TrainingTask<ScenePictures, SceneBatch> {
  const { classes, defaultBoxes, input } = detector;
  const upload = (source: ScenePictures): SceneBatch => {
    const { size } = source;
    const encoded = encodeTargets(defaultBoxes, source.truths, classes);
    const targets = uploadTargets(encoded);
    const images = tf.tensor4d(source.images, [size, input.height, input.width, input.channels]);
    const dispose = () => {
      images.dispose();
      targets.dispose();
    };
    return { size, source, encoded, images, targets, dispose };
  };
  return {
    name: detector.name,
    data: dataset.name,
    synthetic: dataset.synthetic,
    augmentation: dataset.augmented,
    classes,
    trainSize: dataset.trainSize,
    parameters: detector.parameters,
    statistics: detector.statistics,
    trainingFlops: detector.trainingFlops,
    chanceLoss: chanceLoss(
      encodeTargets(defaultBoxes, dataset.trainingBatch(0, chanceSamples).truths, classes),
    ),
    upload,
    *evaluationBatches(batchSize, samples) {
      for (const batch of dataset.evaluationBatches(batchSize, Math.ceil(samples / batchSize))) {
        yield upload(batch);
      }
    },
    forward({ images, targets }, training) {
      const predictions = detector.forward(images, training);
      const { loss, classLoss, boxLoss } = detectionLoss(predictions, targets);
      return { loss, predictions, parts: { classLoss, boxLoss } };
    },
    measure: (predictions, { encoded }) => accuracyOf(predictions, encoded, classes),
    tally: () => precisionTally(detector, atHalf),
    labelsOf: ({ source }) => source.truths.flatMap(({ labels }) => [...labels]),
    objectsOf: ({ source: { truths } }) => ({ height: input.height, width: input.width, truths }),
    dispose: detector.dispose,
  };
}

/** Share of the default boxes with an object whose likeliest class is the right one; nothing where there is no object. */
function accuracyOf(predictions: Float32Array, targets: DetectionTargets, classes: number): Figures {
  const width = classes + 1 + boxSize;
  let boxes = 0;
  let right = 0;
  for (const [place, label] of targets.classes.entries()) {
    if (label <= 0) continue;
    boxes += 1;
    const scores = predictions.subarray(place * width, place * width + classes + 1);
    let best = 0;
    for (let index = 1; index <= classes; index++) {
      if ((scores[index] as number) > (scores[best] as number)) best = index;
    }
    if (best === label) right += 1;
  }
  return boxes === 0 ? {} : { accuracy: right / boxes };
}

function precisionTally({ classes, defaultBoxes }: Detector, atHalf: PrecisionDefinition): Tally<SceneBatch> {
  const found: Detections[] = [];
  const truths: GroundTruth[] = [];
  return {
    add(predictions, { source }) {
      found.push(...detect(predictions, defaultBoxes, classes));
      truths.push(...source.truths);
    },
    figures() {
      const meanAveragePrecision = averagePrecision(found, truths, classes, coco).mean;
      const meanAveragePrecision50 = averagePrecision(found, truths, classes, atHalf).mean;
      // Without an object in all pictures nothing can be said.
      if (meanAveragePrecision === null || meanAveragePrecision50 === null) return {};
      return { meanAveragePrecision, meanAveragePrecision50 };
    },
  };
}
