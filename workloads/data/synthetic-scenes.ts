import type { GroundTruth } from '../detection/boxes.ts';
import { type ChannelStatistics, type Dataset, imageChannels } from './dataset.ts';
import { type Colour, drawBackground, jitter, type Shape, shapes } from './drawing.ts';
import { emptyPicture, type Picture } from './picture.ts';
import { createRandom, type Random } from './random.ts';
import { fillScenes, type Scene, type ScenePictures } from './scenes.ts';

/** Disc, square, triangle and plus: as different as a small network can tell at 20 pixels. */
const kinds: readonly { readonly name: string; readonly shape: Shape }[] = [
  { name: 'disc', shape: shapes[0] },
  { name: 'square', shape: shapes[2] },
  { name: 'triangle', shape: shapes[5] },
  { name: 'plus', shape: shapes[7] },
];
const colours: readonly { readonly name: string; readonly colour: Colour }[] = [
  { name: 'red', colour: [215, 40, 40] },
  { name: 'yellow', colour: [225, 215, 45] },
  { name: 'green', colour: [40, 170, 55] },
  { name: 'blue', colour: [45, 70, 215] },
];

/** What objects there are, such as `red disc`; a label is a place in this list. */
export const sceneClasses: readonly string[] = kinds.flatMap(({ name }) =>
  colours.map((colour) => `${colour.name} ${name}`),
);

const mostObjects = 4;
/** Height of an object over that of the picture, and its width over its height. */
const objectSize = { least: 0.14, most: 0.5 };
const mostAspect = 1.4;
/** Objects may touch, but not hide one another: the share of the smaller one that another may cover. */
const mostCovered = 0.1;
const placementTries = 12;
const clutterPieces = 6;

/** Measured over 2,000 scenes of seed 1 at 160 pixels. */
const statistics: ChannelStatistics = { mean: [123, 121, 120], deviation: [40, 37, 38] };

export interface SceneSettings {
  readonly seed: number;
  /** Whether training scenes are looked at in random views and colours. */
  readonly augment: boolean;
  readonly side?: number;
  /** Scenes to train on, the same ones over and over; endless where left out. For a test of learning by heart. */
  readonly trainSize?: number;
}

/**
 * Scenes to train a detector on without any download: one to four objects at random places, of random size and shape, on a
 * random background with clutter of dull colours. They never end; scenes for evaluation come from a stream of their own.
 */
export function createSyntheticScenes(settings: SceneSettings): Dataset<ScenePictures> {
  const { seed, augment, side = 160, trainSize = null } = settings;
  const sceneOf = (stream: string, place: number) =>
    drawScene(createRandom(seed, `${stream} ${place}`), side);
  return {
    name: `synthetic scenes, ${sceneClasses.length} classes`,
    synthetic: true,
    augmented: augment,
    classes: sceneClasses.length,
    classNames: sceneClasses,
    trainSize,
    trainingBatch: (number, size) =>
      fillScenes(
        { size, side, statistics },
        (index) => {
          const place = number * size + index;
          return sceneOf('scene train', trainSize === null ? place : place % trainSize);
        },
        augment ? (index) => createRandom(seed, `augment ${number * size + index}`) : null,
      ),
    *evaluationBatches(size, count) {
      for (let batch = 0; batch < count; batch++) {
        yield fillScenes(
          { size, side, statistics },
          (index) => sceneOf('scene test', batch * size + index),
          null,
        );
      }
    },
  };
}

interface Place {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Draws a scene; its boxes are those of the pixels that were painted. */
export function drawScene(random: Random, side: number): Scene {
  const picture = emptyPicture(side, side);
  drawBackground(picture.pixels, random, side);
  for (let piece = 0; piece < clutterPieces; piece++) drawClutter(picture, random);
  const wanted = 1 + random.integer(mostObjects);
  const places: Place[] = [];
  const boxes: number[] = [];
  const labels: number[] = [];
  for (let object = 0; object < wanted; object++) {
    const place = freePlace(places, random, side);
    if (place === null) continue;
    const label = random.integer(sceneClasses.length);
    const kind = kinds[Math.floor(label / colours.length)];
    const colour = colours[label % colours.length];
    if (kind === undefined || colour === undefined) continue;
    places.push(place);
    labels.push(label);
    boxes.push(...paint(picture, kind.shape, jitter(colour.colour, random), place));
  }
  const truth: GroundTruth = { boxes: Float32Array.from(boxes), labels: Int32Array.from(labels) };
  return { picture, truth };
}

/** Somewhere that hides no other object, or null where none was found. */
function freePlace(taken: readonly Place[], random: Random, side: number): Place | null {
  for (let attempt = 0; attempt < placementTries; attempt++) {
    const height = side * (objectSize.least + random.uniform() ** 2 * (objectSize.most - objectSize.least));
    const width = height * mostAspect ** (random.uniform() * 2 - 1);
    const top = random.uniform() * (side - height);
    const left = random.uniform() * (side - Math.min(side, width));
    const place = { top, left, height, width };
    if (taken.every((other) => coveredShare(place, other) <= mostCovered)) return place;
  }
  return null;
}

function coveredShare(a: Place, b: Place): number {
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  if (height <= 0 || width <= 0) return 0;
  return (height * width) / Math.min(a.height * a.width, b.height * b.width);
}

/** Fills a shape and returns the box of its pixels: ymin, xmin, ymax, xmax over the sides. */
function paint(picture: Picture, shape: Shape, [red, green, blue]: Colour, place: Place): number[] {
  const { width: side, pixels } = picture;
  let [top, left, bottom, right] = [side, side, 0, 0];
  for (let y = Math.floor(place.top); y < Math.min(side, place.top + place.height); y++) {
    const across = ((y + 0.5 - place.top) / place.height) * 2 - 1;
    for (let x = Math.floor(place.left); x < Math.min(side, place.left + place.width); x++) {
      if (!shape(((x + 0.5 - place.left) / place.width) * 2 - 1, across)) continue;
      const at = (y * side + x) * imageChannels;
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
    }
  }
  return [top / side, left / side, bottom / side, right / side];
}

/** A dull bar that is no object. */
function drawClutter(picture: Picture, random: Random): void {
  const { width: side } = picture;
  const dull = () => 60 + random.integer(130);
  const grey = dull();
  const near = () => grey + random.integer(25) - 12;
  const long = side * (0.1 + random.uniform() * 0.5);
  const thick = side * (0.02 + random.uniform() * 0.06);
  const lies = random.uniform() < 0.5;
  const [width, height] = lies ? [long, thick] : [thick, long];
  const place = {
    top: random.uniform() * (side - height),
    left: random.uniform() * (side - width),
    height,
    width,
  };
  paint(picture, () => true, [near(), near(), near()], place);
}
