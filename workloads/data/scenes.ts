import type { GroundTruth } from '../detection/boxes.ts';
import { jitterColour } from './colour.ts';
import { contentHash } from './content-hash.ts';
import { type Batch, bytesOf, type ChannelStatistics, normalise } from './dataset.ts';
import type { Picture } from './picture.ts';
import type { Random } from './random.ts';
import { resample } from './resample.ts';
import { moveTruth, objectView, wholeView } from './views.ts';

/** Pictures with objects in them. */
export interface ScenePictures extends Batch {
  /** [size], the objects of each picture as it is in the batch. */
  readonly truths: readonly GroundTruth[];
}

/** A picture and its objects, before anything at random. */
export interface Scene {
  readonly picture: Picture;
  readonly truth: GroundTruth;
}

export interface SceneBatchSettings {
  readonly size: number;
  /** Pictures are stretched to squares of this side. */
  readonly side: number;
  readonly statistics: ChannelStatistics;
}

/**
 * Collects `size` scenes. Where there is `randomOf`, each is looked at in a random view that keeps every object, its boxes
 * follow, and its colours stray.
 */
export function fillScenes(
  { size, side, statistics }: SceneBatchSettings,
  sceneOf: (index: number) => Scene,
  randomOf: ((index: number) => Random) | null,
): ScenePictures {
  const bytes = bytesOf(side);
  const images = new Float32Array(size * bytes);
  const contents = new Float64Array(size);
  const truths: GroundTruth[] = [];
  const pixels = new Uint8Array(bytes);
  for (let index = 0; index < size; index++) {
    const { picture, truth } = sceneOf(index);
    contents[index] = contentHash(picture.pixels);
    const random = randomOf?.(index) ?? null;
    const view = random === null ? wholeView : objectView(truth.boxes, random);
    resample(picture, view, side, pixels, statistics.mean);
    if (random !== null) jitterColour(pixels, random);
    truths.push(moveTruth(truth, view));
    normalise(pixels, statistics, images.subarray(index * bytes, (index + 1) * bytes));
  }
  return { size, images, contents, truths };
}
