import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch, Dataset, LabelledPictures } from '../../../workloads/data/dataset.ts';
import { faultyDataset } from '../../../workloads/data/faults.ts';
import { mapLabels, takeSamples } from '../../../workloads/data/samples.ts';
import { createSyntheticScenes } from '../../../workloads/data/synthetic-scenes.ts';
import { createSyntheticShapes } from '../../../workloads/data/synthetic-shapes.ts';
import type { FaultChoice } from '../../../workloads/training/faults/names.ts';

const test = suite('data faults');

const sound = createSyntheticShapes({ seed: 1, augment: null });
const size = 16;
const distinct = (batch: Batch) => new Set(batch.contents).size;

function batchesOf(fault: FaultChoice, count = 3): LabelledPictures[] {
  const dataset = faultyDataset(fault, sound);
  return Array.from({ length: count }, (_, number) => dataset.trainingBatch(number, size));
}

test('any batch is the same at each call, whoever calls, and evaluations are sound', () => {
  const faults = [
    'identical-batch',
    'duplicate-samples',
    'constant-labels',
    'shuffled-labels',
    'over-fit',
  ] as const;
  for (const fault of faults) {
    const [first, , third] = batchesOf(fault);
    assert.equal(faultyDataset(fault, sound).trainingBatch(2, size), third, fault);
    assert.not.equal(first, sound.trainingBatch(0, fault === 'identical-batch' ? 1 : size), fault);
    const evaluation = (dataset: Dataset) => [...dataset.evaluationBatches(4, 1)];
    assert.equal(evaluation(faultyDataset(fault, sound)), evaluation(sound), fault);
  }
});

test('a fault that is none of the data leaves them as they are', () => {
  assert.is(faultyDataset('nan', sound), sound);
  assert.is(faultyDataset('none', sound), sound);
});

test('the identical batch comes again and again', () => {
  const [first, second] = batchesOf('identical-batch');
  assert.equal(second, first);
  assert.is(distinct(first as Batch), size);
});

test('two samples fill a batch, others the next', () => {
  const [first, second] = batchesOf('duplicate-samples') as [LabelledPictures, LabelledPictures];
  assert.is(distinct(first), 2);
  assert.not.equal(first.contents, second.contents);
  assert.equal(first.images.slice(0, 3072), first.images.slice(2 * 3072, 3 * 3072));
});

test('shuffled labels are those of the batch, none where it was, over the same pictures', () => {
  const shapes = { ...sound, trainingBatch: numbered };
  const batch = faultyDataset('shuffled-labels', shapes).trainingBatch(5, size);
  assert.equal(batch.images, numbered(5, size).images);
  assert.equal(
    [...batch.labels].sort((a, b) => a - b),
    [...numbered(5, size).labels],
  );
  assert.not.ok([...batch.labels].some((label, index) => label === index));
});

/** Each sample's label is its place. */
function numbered(number: number, count: number): LabelledPictures {
  return { ...sound.trainingBatch(number, count), labels: Int32Array.from({ length: count }, (_, i) => i) };
}

test('a tiny set says how small it is and goes round', () => {
  assert.is(faultyDataset('over-fit', sound).trainSize, 48);
  const contents = batchesOf('over-fit', 9).flatMap((batch) => [...batch.contents]);
  assert.is(new Set(contents.slice(0, 48)).size, 48, 'each once in a pass');
  assert.is(new Set(contents).size, 48);
  const scenes = faultyDataset('over-fit', createSyntheticScenes({ seed: 1, augment: false, side: 32 }));
  assert.is(scenes.trainSize, 8, 'a picture of a detector has many labels');
  assert.is(new Set([0, 1, 2].flatMap((number) => [...scenes.trainingBatch(number, 4).contents])).size, 8);
});

/** A batch as detection has it: of each picture some boxes with labels. */
interface Scenes extends Batch {
  readonly truths: readonly { readonly boxes: Float32Array; readonly labels: Int32Array }[];
  readonly scale: number;
}

test('samples are taken and labels changed in batches of any kind', () => {
  const truth = (label: number) => ({
    boxes: Float32Array.of(label),
    labels: Int32Array.of(label, label + 1),
  });
  const scenes: Scenes = {
    size: 2,
    images: Float32Array.of(1, 2, 3, 4, 5, 6),
    contents: Float64Array.of(7, 8),
    truths: [truth(10), truth(20)],
    scale: 3,
  };
  assert.equal(takeSamples(scenes, [1, 1, 0]), {
    size: 3,
    images: Float32Array.of(4, 5, 6, 4, 5, 6, 1, 2, 3),
    contents: Float64Array.of(8, 8, 7),
    truths: [truth(20), truth(20), truth(10)],
    scale: 3,
  });
  const changed = mapLabels(scenes, () => 0);
  assert.equal(
    changed.truths.map(({ labels }) => labels),
    [Int32Array.of(0, 0), Int32Array.of(0, 0)],
  );
  assert.is(changed.truths[0]?.boxes[0], 10);
});

test.run();
