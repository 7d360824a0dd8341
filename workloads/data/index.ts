import { join } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import { augmentationAt } from './augment.ts';
import { type Dataset, imageSide, type LabelledPictures } from './dataset.ts';
import { faultyDataset } from './faults.ts';
import { exists, isDirectory } from './files.ts';
import type { ScenePictures } from './scenes.ts';

/** What the batches of each kind of data set hold. */
export interface BatchOf {
  shapes: LabelledPictures;
  cifar100: LabelledPictures;
  folder: LabelledPictures;
  scenes: ScenePictures;
  coco: ScenePictures;
  voc: ScenePictures;
}

export type DataKind = keyof BatchOf;

/** A data set in words that can be handed to a thread, which opens the same one. */
export interface DataDescription<K extends DataKind = DataKind> {
  readonly kind: K;
  /** Where the files are; null for what is made up. */
  readonly path: string | null;
  readonly seed: number;
  readonly augment: boolean;
  /** Pixels of a side of the square that pictures become. */
  readonly side: number;
  /** Only for scenes that are made up: so many, again and again, instead of endless ones. */
  readonly trainSize?: number;
  /** A fault of the batches that was put in on purpose. */
  readonly fault?: string;
}

type Openers = {
  readonly [K in DataKind]: (description: DataDescription<K>) => Promise<Dataset<BatchOf[K]>>;
};

/** A new kind of data set is a file and a row here. Each is loaded when it is opened: decoders take a while. */
const openers: Openers = {
  shapes: async ({ seed, augment, side }) => {
    const { createSyntheticShapes } = await import('./synthetic-shapes.ts');
    return createSyntheticShapes({ seed, augment: augment ? augmentationAt(side) : null, side });
  },
  cifar100: async (description) => {
    const { openCifar100 } = await import('./cifar100.ts');
    const { seed, augment, side } = description;
    if (side !== imageSide) {
      const wanted = `pictures of CIFAR-100 have ${imageSide} pixels a side, not ${side}; leave --image out`;
      throw new WarpwatchError('usage', `The ${wanted}.`);
    }
    return openCifar100(pathOf(description), { seed, augment: augment ? augmentationAt(side) : null });
  },
  folder: async (description) => {
    const { openImageFolder } = await import('./image-folder.ts');
    return openImageFolder(pathOf(description), description);
  },
  scenes: async (description) => {
    const { createSyntheticScenes } = await import('./synthetic-scenes.ts');
    return createSyntheticScenes(description);
  },
  coco: async (description) => {
    const { openCoco } = await import('./coco.ts');
    return openCoco(pathOf(description), description);
  },
  voc: async (description) => {
    const { openVoc } = await import('./voc.ts');
    return openVoc(pathOf(description), description);
  },
};

/**
 * Opens a data set as it is described: the same batches on every thread.
 * @throws WarpwatchError `not-found`, `unreadable`, `bad-data` or `usage`, naming the file
 */
export async function openDataset<K extends DataKind>(
  description: DataDescription<K>,
): Promise<Dataset<BatchOf[K]>> {
  const dataset = await openers[description.kind](description);
  return description.fault === undefined ? dataset : faultyDataset(description.fault, dataset);
}

/** The kind of data to classify at `path`; without a path they are made up. @throws WarpwatchError `not-found`, `unreadable` */
export function labelledKind(path: string | null): 'shapes' | 'cifar100' | 'folder' {
  if (path === null) return 'shapes';
  const whatToDo =
    'give a directory or file of CIFAR-100, binary version, or a directory with train/CLASS/*.jpeg';
  return isDirectory(path, whatToDo) && !exists(join(path, 'train.bin')) ? 'folder' : 'cifar100';
}

/** The kind of data to detect objects in at `path`; without a path they are made up. @throws WarpwatchError `not-found`, `unreadable` */
export function sceneKind(path: string | null): 'scenes' | 'coco' | 'voc' {
  if (path === null) return 'scenes';
  const whatToDo =
    'give a COCO annotation file, a directory with annotations*.json or instances*.json, or one with Annotations/ and JPEGImages/';
  return isDirectory(path, whatToDo) && exists(join(path, 'Annotations')) ? 'voc' : 'coco';
}

function pathOf({ kind, path }: DataDescription): string {
  if (path !== null) return path;
  throw new WarpwatchError('usage', `Data of the kind ${kind} need a path; give --data.`);
}
