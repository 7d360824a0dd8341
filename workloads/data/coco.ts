import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import { annotatedDataset } from './annotated-set.ts';
import type { AnnotatedPicture } from './annotations.ts';
import { type CocoAnnotations, parseCoco } from './coco-json.ts';
import type { Dataset, PictureSettings } from './dataset.ts';
import { exists, isDirectory, namesIn, readText } from './files.ts';
import { NoteBook } from './notes.ts';
import type { ScenePictures } from './scenes.ts';
import { holdBack } from './stand-in.ts';

const whatToDo =
  'give a COCO annotation file, or a directory with annotations*.json or instances*.json and its pictures';
/** The longest text that a string can hold is 512 MiB; all of COCO's training annotations take 448. */
const mostJsonBytes = Number.POSITIVE_INFINITY;

/**
 * Opens COCO-style annotations and their pictures. `path` is one JSON file, of which the last tenth is held back for evaluation, or a
 * directory: of `annotations*.json` or `instances*.json` in it or in its `annotations/`, the file with `val` or `test` in its name
 * is for evaluation. Pictures are beside the file, in `images/`, or in a folder named as the file's split, such as
 * `train2017/`, there or one level up.
 * @throws WarpwatchError `not-found`, `unreadable` or `bad-data`, naming the file
 */
export function openCoco(path: string, settings: PictureSettings): Dataset<ScenePictures> {
  const files = isDirectory(path, whatToDo) ? cocoFilesIn(path) : [path];
  const isHeldBack = (file: string) => /val|test/i.test(basename(file));
  const trainFile = files.find((file) => !isHeldBack(file)) ?? files[0];
  if (trainFile === undefined)
    throw new WarpwatchError('not-found', `${path} holds no COCO annotations; ${whatToDo}.`);
  const testFile = files.find((file) => file !== trainFile && isHeldBack(file));
  const notes = new NoteBook();
  const annotations = parseCoco(readText(trainFile, mostJsonBytes, whatToDo), trainFile, notes);
  const all = picturesOf(annotations, trainFile, notes);
  const { categories } = annotations;
  const classNames = [...categories.values()];
  if (testFile === undefined)
    return annotatedDataset({ path, classNames, ...holdBack(all), notes }, settings);
  const test = parseCoco(readText(testFile, mostJsonBytes, whatToDo), testFile, notes, categories);
  const validation = picturesOf(test, testFile, notes);
  return annotatedDataset({ path, classNames, train: all, validation, notes }, settings);
}

/** Files of annotations in a directory, or none. */
export function cocoFilesIn(directory: string): readonly string[] {
  const here = annotationFiles(directory);
  if (here.length > 0) return here;
  const below = join(directory, 'annotations');
  if (!exists(below) || !isDirectory(below, whatToDo)) return [];
  return annotationFiles(below);
}

function annotationFiles(directory: string): readonly string[] {
  return namesIn(directory, whatToDo)
    .filter((name) => /^(?:instances|annotations).*\.json$/i.test(name))
    .map((name) => join(directory, name));
}

/** Pictures that exist; the others are counted. */
function picturesOf({ pictures }: CocoAnnotations, file: string, notes: NoteBook): AnnotatedPicture[] {
  const folder = folderOf(
    pictures.map(({ name }) => name),
    file,
  );
  const there = new Set(exists(folder) ? readdirSync(folder) : []);
  return pictures.flatMap(({ name, truth }) => {
    const picture = join(folder, name);
    if (there.has(name) || (name.includes('/') && exists(picture))) return [{ file: picture, truth }];
    notes.count('Pictures that are annotated and not there, left out', picture);
    return [];
  });
}

/** Where the pictures of a file are: the first place that has one of the first few. */
function folderOf(names: readonly string[], file: string): string {
  const beside = dirname(file);
  const above = dirname(beside);
  const split = basename(file, '.json').replace(/^(?:instances|annotations)_?/i, '');
  const places = [beside, above].flatMap((place) => [
    place,
    join(place, 'images'),
    ...(split === '' ? [] : [join(place, split), join(place, 'images', split)]),
  ]);
  const some = names.slice(0, 10);
  return places.find((place) => some.some((name) => exists(join(place, name)))) ?? beside;
}
