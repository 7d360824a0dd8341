import { join } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import { contentHash } from './content-hash.ts';
import {
  bytesOf,
  type Dataset,
  type LabelledPictures,
  normalise,
  type PictureSettings,
  photographStatistics,
} from './dataset.ts';
import { exists, isDirectory, namesIn } from './files.ts';
import { NoteBook } from './notes.ts';
import type { Picture } from './picture.ts';
import { createRandom } from './random.ts';
import { resample } from './resample.ts';
import { endlessShuffle } from './shuffle.ts';
import { holdBack, pictureNear, readablePictures } from './stand-in.ts';
import { centreCrop, randomCrop, type View } from './views.ts';

const whatToDo = 'give a directory with train/CLASS/*.jpeg and val/CLASS/*.jpeg, or with CLASS/*.jpeg';
const pictureName = /\.(?:jpe?g|png)$/i;

interface LabelledFile {
  readonly file: string;
  readonly label: number;
}

/**
 * Opens pictures that are sorted into a folder for each class, as ImageNet is: `train/` and `val/`, or the classes alone, of
 * each of which the last tenth is held back for evaluation. Training sees random crops, mirrored or not (whole centres
 * without augmentation), evaluation sees centres.
 * @throws WarpwatchError `not-found`, `unreadable` or `bad-data`
 */
export function openImageFolder(path: string, settings: PictureSettings): Dataset {
  if (!isDirectory(path, whatToDo))
    throw new WarpwatchError('bad-data', `${path} is no directory; ${whatToDo}.`);
  const notes = new NoteBook();
  const divided = exists(join(path, 'train'));
  const root = divided ? join(path, 'train') : path;
  const classNames = namesIn(root, whatToDo).filter((name) => isDirectory(join(root, name), whatToDo));
  const inTrain = classNames.map((name, label) => filesOf(join(root, name), label, notes));
  const parts = divided
    ? { train: inTrain.flat(), validation: validationOf(join(path, 'val'), classNames, notes) }
    : heldBackOfEach(inTrain);
  notes.tellCounts();
  if (parts.train.length === 0) {
    throw new WarpwatchError(
      'bad-data',
      `${path} has no JPEG or PNG picture in folders of classes; ${whatToDo}.`,
    );
  }
  return datasetOf(path, classNames, parts, settings, notes);
}

function filesOf(folder: string, label: number, notes: NoteBook): readonly LabelledFile[] {
  return namesIn(folder, whatToDo).flatMap((name) => {
    const file = join(folder, name);
    if (pictureName.test(name)) return [{ file, label }];
    notes.count('Files that are not called .jpg, .jpeg or .png, left out', file);
    return [];
  });
}

function validationOf(root: string, classNames: readonly string[], notes: NoteBook): readonly LabelledFile[] {
  if (!exists(root)) return [];
  return namesIn(root, whatToDo).flatMap((name) => {
    const label = classNames.indexOf(name);
    const folder = join(root, name);
    if (label >= 0 && isDirectory(folder, whatToDo)) return filesOf(folder, label, notes);
    notes.count('Classes that only evaluation has, left out', folder);
    return [];
  });
}

function heldBackOfEach(classes: readonly (readonly LabelledFile[])[]): Parts {
  const parts = classes.map((files) => holdBack(files));
  return {
    train: parts.flatMap(({ train }) => train),
    validation: parts.flatMap(({ validation }) => validation),
  };
}

interface Parts {
  readonly train: readonly LabelledFile[];
  readonly validation: readonly LabelledFile[];
}

function datasetOf(
  path: string,
  classNames: readonly string[],
  { train, validation }: Parts,
  { seed, augment, side }: PictureSettings,
  notes: NoteBook,
): Dataset {
  const indexOf = endlessShuffle(train.length, seed);
  // In the order of the folders a few batches would show one class alone.
  const evaluationOrder = endlessShuffle(validation.length, seed);
  const inEvaluation = validation.map((_, index) => validation[evaluationOrder(index)] as LabelledFile);
  return {
    name: `${path}, ${classNames.length} classes`,
    synthetic: false,
    augmented: augment,
    classes: classNames.length,
    classNames,
    trainSize: train.length,
    notes,
    trainingBatch: (number, size) =>
      fill(size, side, (index) => {
        const place = number * size + index;
        const { picture, of } = pictureNear(train, indexOf(place), notes);
        const view = augment
          ? randomCrop(picture, createRandom(seed, `augment ${place}`))
          : centreCrop(picture);
        return { picture, view, label: of.label };
      }),
    *evaluationBatches(size, count) {
      const readable = readablePictures(inEvaluation, notes);
      for (let batch = 0; batch < count; batch++) {
        const seen: Seen[] = [];
        while (seen.length < size) {
          const next = readable.next();
          if (next.done) break;
          const { picture, of } = next.value;
          seen.push({ picture, view: centreCrop(picture), label: of.label });
        }
        if (seen.length === 0) return;
        yield fill(seen.length, side, (index) => seen[index] as Seen);
      }
    },
  };
}

interface Seen {
  readonly picture: Picture;
  readonly view: View;
  readonly label: number;
}

function fill(size: number, side: number, seenAt: (index: number) => Seen): LabelledPictures {
  const bytes = bytesOf(side);
  const images = new Float32Array(size * bytes);
  const labels = new Int32Array(size);
  const contents = new Float64Array(size);
  const pixels = new Uint8Array(bytes);
  for (let index = 0; index < size; index++) {
    const { picture, view, label } = seenAt(index);
    labels[index] = label;
    contents[index] = contentHash(picture.pixels);
    resample(picture, view, side, pixels, photographStatistics.mean);
    normalise(pixels, photographStatistics, images.subarray(index * bytes, (index + 1) * bytes));
  }
  return { size, images, labels, contents };
}
