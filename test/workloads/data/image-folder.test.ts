import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openImageFolder } from '../../../workloads/data/image-folder.ts';
import { labelledKind, openDataset } from '../../../workloads/data/index.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { failsWith, halves, jpegBytes, pngBytes, writeFiles } from './picture-files.ts';

const test = suite('image folder');
const settings = { seed: 1, augment: false, side: 32 };
const red = (shade: number) => jpegBytes(halves(50, 40, [255, shade, 0], [255, shade, 0]));
const blue = (shade: number) => pngBytes(halves(40, 50, [0, shade, 255], [0, shade, 255]));

/** `count` pictures in a folder of a class. */
function pictures(folder: string, count: number, make: (shade: number) => Uint8Array, ending: string) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${folder}/${index}${ending}`, make(index * 10)]),
  );
}

test('folders are classes by name; train/ is for training and val/ for evaluation', async () => {
  const root = temporaryDirectory();
  writeFiles(root, {
    ...pictures('train/blue', 4, blue, '.png'),
    ...pictures('train/red', 4, red, '.JPEG'),
    'train/readme.txt': 'no class',
    'val/red/0.jpg': red(200),
    'val/green/0.jpg': red(1),
  });
  assert.is(labelledKind(root), 'folder');
  const dataset = await openDataset({ kind: 'folder', path: root, ...settings });
  assert.equal([dataset.trainSize, dataset.classNames], [8, ['blue', 'red']]);
  const { images, labels, contents } = dataset.trainingBatch(0, 8);
  assert.is(new Set(contents).size, 8);
  for (const [sample, label] of labels.entries()) {
    const [redness = 0, , blueness = 0] = images.subarray(sample * 3072 + 1536, sample * 3072 + 1539);
    assert.is(redness > blueness, label === 1);
  }
  const held = [...dataset.evaluationBatches(4, 2)];
  assert.equal(
    held.map(({ size }) => size),
    [1],
  );
  assert.match(dataset.notes?.sentences.join('\n') ?? '', 'only evaluation has, left out: 1');
});

test('without train/ the last tenth of each class is held back', () => {
  const root = temporaryDirectory();
  writeFiles(root, { ...pictures('a', 20, red, '.jpg'), ...pictures('b', 10, blue, '.png') });
  const dataset = openImageFolder(root, settings);
  assert.is(dataset.trainSize, 27);
  const held = [...dataset.evaluationBatches(2, 9)];
  assert.equal(held.flatMap(({ labels }) => [...labels]).sort(), [0, 0, 1]);
});

test('augmentation changes pictures, neither labels nor what is told of their content', () => {
  const root = temporaryDirectory();
  const half = jpegBytes(halves(60, 40, [255, 0, 0], [0, 0, 255]));
  writeFiles(root, { 'a/0.jpg': half, 'b/0.jpg': red(0) });
  const plain = openImageFolder(root, settings).trainingBatch(0, 6);
  const changed = openImageFolder(root, { ...settings, augment: true }).trainingBatch(0, 6);
  assert.equal(plain.labels, changed.labels);
  assert.equal(plain.contents, changed.contents);
  assert.not.equal(plain.images, changed.images);
  assert.equal(openImageFolder(root, { ...settings, augment: true }).trainingBatch(0, 6), changed);
});

test('a picture that cannot be decoded is replaced by its neighbour with its label, and counted', () => {
  const root = temporaryDirectory();
  writeFiles(root, { ...pictures('a', 3, red, '.jpg'), 'b/0.jpg': red(0).subarray(0, 300), 'b/1.jpg': '' });
  const dataset = openImageFolder(root, settings);
  const { labels } = dataset.trainingBatch(0, 4);
  assert.equal([...labels], [0, 0, 0, 0]);
  assert.is(dataset.notes?.replaced, 1);
  assert.match(dataset.notes?.sentences.join('\n') ?? '', `${join(root, 'b/0.jpg')} is cut or damaged`);
});

test('folders without pictures, files and paths to nowhere are named', () => {
  const root = temporaryDirectory();
  writeFiles(root, { 'a/notes.txt': 'x', 'file.bin': 'x' });
  assert.throws(() => openImageFolder(root, settings), failsWith('bad-data', root));
  assert.throws(() => openImageFolder(join(root, 'file.bin'), settings), failsWith('bad-data', 'file.bin'));
  assert.throws(() => labelledKind(join(root, 'gone')), failsWith('not-found', 'gone'));
  assert.is(labelledKind(join(root, 'file.bin')), 'cifar100');
  assert.is(labelledKind(null), 'shapes');
});

test('pictures of CIFAR are of one size', async () => {
  const description = { kind: 'cifar100', path: 'x', seed: 1, augment: false, side: 64 } as const;
  try {
    await openDataset(description);
    assert.unreachable();
  } catch (error) {
    assert.ok(failsWith('usage', '64', '--image')(error), String(error));
  }
});

test.run();
