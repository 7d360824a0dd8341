import { basename, join } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import { annotatedDataset } from './annotated-set.ts';
import { type AnnotatedPicture, groundTruthOf } from './annotations.ts';
import type { Dataset, PictureSettings } from './dataset.ts';
import { exists, namesIn, readText } from './files.ts';
import { NoteBook } from './notes.ts';
import type { ScenePictures } from './scenes.ts';
import { holdBack } from './stand-in.ts';
import { parseVocXml, type VocAnnotation } from './voc-xml.ts';

/** The classes of PASCAL VOC; a set that has no others keeps their numbers. */
export const vocClasses: readonly string[] = (
  'aeroplane bicycle bird boat bottle bus car cat chair cow ' +
  'diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor'
).split(' ');

const whatToDo = 'give a directory with Annotations/ and JPEGImages/';
/** Far more than any picture's annotation takes. */
const mostXmlBytes = 8 * 2 ** 20;
const endings = ['.jpg', '.jpeg', '.png', '.JPG', '.JPEG', '.PNG'];

/**
 * Opens a directory laid out as PASCAL VOC. `ImageSets/Main/train.txt` and `val.txt` divide it where they are; else the last
 * tenth is held back for evaluation. An annotation that cannot be read is left out and counted.
 * @throws WarpwatchError `not-found`, `unreadable` or `bad-data`
 */
export function openVoc(path: string, settings: PictureSettings): Dataset<ScenePictures> {
  const folder = join(path, 'Annotations');
  const names = namesIn(folder, whatToDo).filter((name) => name.endsWith('.xml'));
  const notes = new NoteBook();
  const read = names.flatMap((name) => readAnnotation(join(folder, name), notes));
  const first = read[0];
  if (first === undefined) {
    notes.tellCounts();
    const why = [`${folder} has no annotation that can be read`, ...notes.sentences].join('. ');
    throw new WarpwatchError('bad-data', `${why.replace(/\.$/, '')}; ${whatToDo}.`);
  }
  const classNames = classesOf(read.map(({ annotation }) => annotation));
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const pictures = picturesOf(path, read, labels, notes);
  return annotatedDataset({ path, classNames, ...divide(path, pictures), notes }, settings);
}

interface Read {
  /** Of the annotation, without its ending. */
  readonly name: string;
  readonly file: string;
  readonly annotation: VocAnnotation;
}

function readAnnotation(file: string, notes: NoteBook): readonly Read[] {
  try {
    const annotation = parseVocXml(readText(file, mostXmlBytes, whatToDo), file);
    return [{ name: basename(file, '.xml'), file, annotation }];
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    notes.count('Annotations that cannot be read, left out', file);
    return [];
  }
}

function classesOf(annotations: readonly VocAnnotation[]): readonly string[] {
  const found = new Set(annotations.flatMap(({ objects }) => objects.map(({ name }) => name)));
  found.delete('');
  return [...found].every((name) => vocClasses.includes(name)) ? vocClasses : [...found].sort();
}

function picturesOf(
  path: string,
  read: readonly Read[],
  labels: ReadonlyMap<string, number>,
  notes: NoteBook,
): readonly (AnnotatedPicture & { readonly name: string })[] {
  const folder = join(path, 'JPEGImages');
  const there = new Set(namesIn(folder, whatToDo));
  return read.flatMap(({ name, file, annotation }) => {
    const { filename, width, height, objects } = annotation;
    // Only its last part: a name is no way out of the folder.
    const named = filename === null ? [] : [basename(filename)];
    const picture = [...named, ...endings.map((ending) => name + ending)].find((each) => there.has(each));
    if (picture === undefined) {
      notes.count('Pictures that are annotated and not there, left out', file);
      return [];
    }
    if (!(width > 0 && height > 0)) {
      notes.count('Annotations without the size of their picture, left out', file);
      return [];
    }
    const stated = objects.map(({ name: className, difficult, box: [xmin, ymin, xmax, ymax] }) => ({
      // Pixels count from 1, and the last one belongs to the box.
      left: xmin - 1,
      top: ymin - 1,
      right: xmax,
      bottom: ymax,
      label: labels.get(className) ?? null,
      difficult,
    }));
    const truth = groundTruthOf(stated, { width, height }, file, notes);
    return [{ name, file: join(folder, picture), truth }];
  });
}

/** By the set's own lists, or the last tenth for evaluation. */
function divide<T extends { readonly name: string }>(path: string, pictures: readonly T[]) {
  const [train, validation] = ['train', 'val'].map((part) => join(path, 'ImageSets', 'Main', `${part}.txt`));
  if (train === undefined || validation === undefined || !exists(train) || !exists(validation))
    return holdBack(pictures);
  const listed = (file: string) =>
    new Set(
      readText(file, mostXmlBytes, whatToDo)
        .split('\n')
        .map((line) => line.trim().split(/\s+/)[0]),
    );
  const [inTrain, inValidation] = [listed(train), listed(validation)];
  return {
    train: pictures.filter(({ name }) => inTrain.has(name)),
    validation: pictures.filter(({ name }) => inValidation.has(name)),
  };
}
