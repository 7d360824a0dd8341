import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import { type AugmentSettings, createAugment } from './augment.ts';
import {
  type ChannelStatistics,
  type Dataset,
  fillBatch,
  imageBytes,
  type LabelledPictures,
} from './dataset.ts';
import { fileError, isDirectory } from './files.ts';
import { createRandom } from './random.ts';
import { endlessShuffle } from './shuffle.ts';

/** The binary version of CIFAR-100 (cs.toronto.edu/~kriz/cifar.html): coarse label, fine label, red, green, blue plane. */
const labelBytes = 2;
export const cifarRecordBytes = labelBytes + imageBytes;
const planeBytes = imageBytes / 3;
const coarseClasses = 20;
const fineClasses = 100;
/** CIFAR-10 has one label a record; a frequent mistake. */
const cifar10RecordBytes = 1 + imageBytes;

/** Of the 50,000 training pictures, as bytes; the figures that most trainings on CIFAR-100 use. */
const statistics: ChannelStatistics = {
  mean: [129.3, 124.1, 112.4],
  deviation: [68.2, 65.4, 70.4],
};

/** Share of a single file that is held back for evaluation. */
const heldBack = 0.1;

const whatToDo =
  'get "CIFAR-100 binary version" from https://www.cs.toronto.edu/~kriz/cifar.html and give the unpacked directory with train.bin and test.bin';

/** Records of a file, checked. */
export interface CifarRecords {
  readonly count: number;
  readonly bytes: Uint8Array;
}

/**
 * Checks the bytes of a CIFAR-100 file without copying them.
 * @throws WarpwatchError `bad-data` naming `file` where the size or a label is not that of CIFAR-100.
 */
export function parseCifar100(bytes: Uint8Array, file: string): CifarRecords {
  if (bytes.length === 0 || bytes.length % cifarRecordBytes !== 0) {
    const looksLike10 = bytes.length > 0 && bytes.length % cifar10RecordBytes === 0;
    const guess = looksLike10 ? '; its size is that of a CIFAR-10 file' : '';
    throw new WarpwatchError(
      'bad-data',
      `${file} is no CIFAR-100 file: its ${bytes.length} bytes are not a whole number of ${cifarRecordBytes}-byte records${guess}; ${whatToDo}.`,
    );
  }
  const count = bytes.length / cifarRecordBytes;
  for (let record = 0; record < count; record++) {
    const coarse = bytes[record * cifarRecordBytes] as number;
    const fine = bytes[record * cifarRecordBytes + 1] as number;
    if (coarse < coarseClasses && fine < fineClasses) continue;
    throw new WarpwatchError(
      'bad-data',
      `${file} is no CIFAR-100 file: record ${record} has labels ${coarse} and ${fine}, beyond ${coarseClasses - 1} and ${fineClasses - 1}; ${whatToDo}.`,
    );
  }
  return { count, bytes };
}

/** Copies a record's picture to rows of pixels ([32, 32, 3]) and returns its fine label. */
export function readCifarRecord(records: CifarRecords, record: number, pixels: Uint8Array): number {
  const start = record * cifarRecordBytes;
  const planes = records.bytes.subarray(start + labelBytes, start + cifarRecordBytes);
  for (let pixel = 0, at = 0; pixel < planeBytes; pixel++, at += 3) {
    pixels[at] = planes[pixel] as number;
    pixels[at + 1] = planes[planeBytes + pixel] as number;
    pixels[at + 2] = planes[2 * planeBytes + pixel] as number;
  }
  return records.bytes[start + 1] as number;
}

export interface CifarSettings {
  readonly seed: number;
  /** Null trains on the pictures as they are. */
  readonly augment: AugmentSettings | null;
}

/**
 * Opens CIFAR-100 at `path`: a directory with train.bin and test.bin, or one file, of which the last tenth is held
 * back for evaluation.
 * @throws WarpwatchError `not-found`, `unreadable` or `bad-data`.
 */
export function openCifar100(path: string, settings: CifarSettings): Dataset {
  if (isDirectory(path, whatToDo)) {
    const train = readRecords(join(path, 'train.bin'));
    const test = readRecords(join(path, 'test.bin'));
    return datasetOf(path, whole(train), whole(test), settings);
  }
  const records = readRecords(path);
  const trainCount = Math.max(1, Math.floor(records.count * (1 - heldBack)));
  const train = { records, first: 0, count: trainCount };
  const test = { records, first: trainCount, count: records.count - trainCount };
  return datasetOf(path, train, test, settings);
}

interface Part {
  readonly records: CifarRecords;
  readonly first: number;
  readonly count: number;
}

function whole(records: CifarRecords): Part {
  return { records, first: 0, count: records.count };
}

function datasetOf(name: string, train: Part, test: Part, { seed, augment }: CifarSettings): Dataset {
  const indexOf = endlessShuffle(train.count, seed);
  const change = augment === null ? null : createAugment(augment);
  return {
    name,
    synthetic: false,
    augmented: augment !== null,
    classes: fineClasses,
    trainSize: train.count,
    trainingBatch: (number, size) =>
      fillBatch(
        size,
        statistics,
        (pixels, index) =>
          readCifarRecord(train.records, train.first + indexOf(number * size + index), pixels),
        change && ((pixels, index) => change(pixels, createRandom(seed, `augment ${number * size + index}`))),
      ),
    evaluationBatches: (size, count) => inOrder(test, size, count),
  };
}

function* inOrder(part: Part, size: number, count: number): Iterable<LabelledPictures> {
  for (let batch = 0; batch < count; batch++) {
    const first = batch * size;
    const here = Math.min(size, part.count - first);
    if (here <= 0) return;
    const draw = (pixels: Uint8Array, index: number) =>
      readCifarRecord(part.records, part.first + first + index, pixels);
    yield fillBatch(here, statistics, draw, null);
  }
}

function readRecords(file: string): CifarRecords {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw fileError(file, cause, whatToDo);
  }
  return parseCifar100(bytes, file);
}
