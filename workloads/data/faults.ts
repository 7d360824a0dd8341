import type { Batch, Dataset } from './dataset.ts';
import { createRandom } from './random.ts';
import { mapLabels, takeSamples } from './samples.ts';
import { endlessShuffle } from './shuffle.ts';

/**
 * Changes a data set into one that gives other training batches; those of evaluations stay. The same wherever it is
 * called.
 */
type DataFault = <B extends Batch>(dataset: Dataset<B>) => Dataset<B>;

/** Samples that fill a batch of `duplicate-samples`. */
const distinctSamples = 2;
/** The whole training set of `over-fit`; what a detector learns by heart in as many steps has many more labels in each. */
const tinySet = 48;
const tinySceneSet = 8;
/** The faults need no other randomness than one that is the same in each run. */
const seed = 1;

const identicalBatch: DataFault = (dataset) => ({
  ...dataset,
  trainingBatch: (_number, size) => dataset.trainingBatch(0, size),
});

const duplicateSamples: DataFault = (dataset) => ({
  ...dataset,
  trainingBatch(number, size) {
    const few = Math.min(distinctSamples, size);
    const indices = Array.from({ length: size }, (_, index) => index % few);
    return takeSamples(dataset.trainingBatch(number, size), indices);
  },
});

const constantLabels: DataFault = (dataset) => ({
  ...dataset,
  trainingBatch: (number, size) => mapLabels(dataset.trainingBatch(number, size), () => 0),
});

/** Labels move on within the batch by a number of places that is never the same. */
const shuffledLabels: DataFault = (dataset) => ({
  ...dataset,
  trainingBatch(number, size) {
    const batch = dataset.trainingBatch(number, size);
    const random = createRandom(seed, `shuffled labels ${number}`);
    const indices = Array.from({ length: size }, (_, index) => index);
    for (let index = size - 1; index > 0; index--) {
      const other = random.integer(index);
      [indices[index], indices[other]] = [indices[other] as number, indices[index] as number];
    }
    const { images, contents } = batch;
    return { ...takeSamples(batch, indices), images, contents };
  },
});

const overFit: DataFault = <B extends Batch>(dataset: Dataset<B>): Dataset<B> => {
  const trainSize = 'truths' in dataset.trainingBatch(0, 1) ? tinySceneSet : tinySet;
  const indexOf = endlessShuffle(trainSize, seed);
  let all: B | null = null;
  return {
    ...dataset,
    trainSize,
    trainingBatch(number, size) {
      all ??= dataset.trainingBatch(0, trainSize);
      return takeSamples(
        all,
        Array.from({ length: size }, (_, index) => indexOf(number * size + index)),
      );
    },
  };
};

/** By the names of `training/faults/names.ts`. */
const dataFaults: Readonly<Partial<Record<string, DataFault>>> = {
  'identical-batch': identicalBatch,
  'duplicate-samples': duplicateSamples,
  'constant-labels': constantLabels,
  'shuffled-labels': shuffledLabels,
  'over-fit': overFit,
};

/**
 * What a fault makes of a data set; the same where it is none of the data. Needs no TensorFlow.js: a thread that prepares
 * batches may call it.
 */
export function faultyDataset<B extends Batch>(fault: string, dataset: Dataset<B>): Dataset<B> {
  return dataFaults[fault]?.(dataset) ?? dataset;
}
