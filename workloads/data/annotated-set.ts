import { WarpwatchError } from '../../src/model/errors.ts';
import type { AnnotatedPicture } from './annotations.ts';
import { type Dataset, type PictureSettings, photographStatistics } from './dataset.ts';
import type { NoteBook } from './notes.ts';
import { createRandom } from './random.ts';
import { fillScenes, type Scene, type ScenePictures } from './scenes.ts';
import { endlessShuffle } from './shuffle.ts';
import { pictureNear, readablePictures } from './stand-in.ts';

/** What is left of a set of annotated pictures once its annotations are read. */
export interface AnnotatedSet {
  readonly path: string;
  readonly classNames: readonly string[];
  readonly train: readonly AnnotatedPicture[];
  readonly validation: readonly AnnotatedPicture[];
  readonly notes: NoteBook;
}

/**
 * Annotated pictures as a data set. Training passes over pictures without objects, evaluation does not.
 * @throws WarpwatchError `bad-data` naming the path where no picture with an object is left
 */
export function annotatedDataset(
  { path, classNames, train, validation, notes }: AnnotatedSet,
  { seed, augment, side }: PictureSettings,
): Dataset<ScenePictures> {
  const pictures = train.filter(({ truth }) => truth.labels.length > 0);
  for (const { file, truth } of train)
    if (truth.labels.length === 0) notes.count('Training pictures without an object, passed over', file);
  notes.tellCounts();
  if (pictures.length === 0) {
    const why = notes.sentences.length === 0 ? '' : `: ${notes.sentences.join(' ').replace(/\.$/, '')}`;
    throw new WarpwatchError(
      'bad-data',
      `${path} has no picture with an object to train on; look at it${why}.`,
    );
  }
  const indexOf = endlessShuffle(pictures.length, seed);
  const statistics = photographStatistics;
  return {
    name: `${path}, ${classNames.length} classes`,
    synthetic: false,
    augmented: augment,
    classes: classNames.length,
    classNames,
    trainSize: pictures.length,
    notes,
    trainingBatch: (number, size) =>
      fillScenes(
        { size, side, statistics },
        (index) => {
          const { picture, of } = pictureNear(pictures, indexOf(number * size + index), notes);
          return { picture, truth: of.truth };
        },
        augment ? (index) => createRandom(seed, `augment ${number * size + index}`) : null,
      ),
    *evaluationBatches(size, count) {
      const readable = readablePictures(validation, notes);
      for (let batch = 0; batch < count; batch++) {
        const scenes = take(readable, size);
        if (scenes.length === 0) return;
        yield fillScenes({ size: scenes.length, side, statistics }, (index) => scenes[index] as Scene, null);
      }
    },
  };
}

function take(
  readable: ReturnType<typeof readablePictures<AnnotatedPicture>>,
  size: number,
): readonly Scene[] {
  const scenes: Scene[] = [];
  while (scenes.length < size) {
    const next = readable.next();
    if (next.done) break;
    scenes.push({ picture: next.value.picture, truth: next.value.of.truth });
  }
  return scenes;
}
