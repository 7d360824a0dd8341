import { type AugmentSettings, createAugment } from './augment.ts';
import { type ChannelStatistics, type Dataset, fillBatch, imageChannels, imageSide } from './dataset.ts';
import { type Colour, drawBackground, jitter, type Shape, shapes } from './drawing.ts';
import { createRandom, type Random } from './random.ts';

/** Two colours in stripes along one axis, or one colour. */
interface Fill {
  readonly stripes: 'none' | 'rows' | 'columns';
  readonly colour: Colour;
}

const fills: readonly Fill[] = [
  { stripes: 'none', colour: [215, 40, 40] },
  { stripes: 'none', colour: [230, 130, 25] },
  { stripes: 'none', colour: [225, 215, 45] },
  { stripes: 'none', colour: [40, 170, 55] },
  { stripes: 'none', colour: [50, 200, 210] },
  { stripes: 'none', colour: [45, 70, 215] },
  { stripes: 'none', colour: [165, 50, 195] },
  { stripes: 'none', colour: [240, 240, 240] },
  { stripes: 'rows', colour: [235, 235, 235] },
  { stripes: 'columns', colour: [235, 235, 235] },
];

/** Width of a stripe, in pixels of a picture of 32; a larger picture is drawn larger. */
const stripePixels = 2;
const stripeShadow: Colour = [25, 25, 25];
/** Half the size of a shape, likewise. */
const smallestRadius = 7;
const largestRadius = 13;

export const syntheticClasses = shapes.length * fills.length;

/** Measured over 20,000 samples of seed 1. */
const statistics: ChannelStatistics = { mean: [128, 126, 124], deviation: [50, 46, 50] };

export interface SyntheticSettings {
  readonly seed: number;
  /** Null trains on the samples as drawn. */
  readonly augment: AugmentSettings | null;
  /** Side of the pictures; 32 where left out. */
  readonly side?: number;
}

/**
 * Pictures that a network can learn without any download: class = shape x 10 + fill, at a random place, of a random
 * size, on a random background. They never end; samples for evaluation come from a stream of their own.
 */
export function createSyntheticShapes({ seed, augment, side = imageSide }: SyntheticSettings): Dataset {
  const change = augment === null ? null : createAugment(augment, side);
  return {
    name: `synthetic shapes, ${syntheticClasses} classes`,
    synthetic: true,
    augmented: augment !== null,
    classes: syntheticClasses,
    trainSize: null,
    trainingBatch(number, size) {
      const streamOf = (name: string, index: number) =>
        createRandom(seed, `${name} ${number * size + index}`);
      return fillBatch(
        size,
        statistics,
        (pixels, index) => drawSample(pixels, streamOf('synthetic train', index), side),
        change && ((pixels, index) => change(pixels, streamOf('augment', index))),
        side,
      );
    },
    *evaluationBatches(size, count) {
      const random = createRandom(seed, 'synthetic test');
      for (let batch = 0; batch < count; batch++) {
        yield fillBatch(size, statistics, (pixels) => drawSample(pixels, random, side), null, side);
      }
    },
  };
}

/** Draws the next sample of `random` into `pixels` ([side, side, 3] bytes) and returns its class. */
export function drawSample(pixels: Uint8Array, random: Random, side = imageSide): number {
  const label = random.integer(syntheticClasses);
  const shape = shapes[Math.floor(label / fills.length)] as Shape;
  const fill = fills[label % fills.length] as Fill;
  drawBackground(pixels, random, side);
  drawShape(pixels, shape, fill, random, side);
  return label;
}

function drawShape(pixels: Uint8Array, shape: Shape, fill: Fill, random: Random, side: number): void {
  const scale = side / imageSide;
  const radius = scale * (smallestRadius + random.uniform() * (largestRadius - smallestRadius));
  const centreX = radius + random.uniform() * (side - 2 * radius);
  const centreY = radius + random.uniform() * (side - 2 * radius);
  const colour = jitter(fill.colour, random);
  const shadow = jitter(stripeShadow, random);
  const firstX = Math.floor(centreX - radius);
  const firstY = Math.floor(centreY - radius);
  for (let y = firstY; y < Math.min(side, centreY + radius); y++) {
    for (let x = firstX; x < Math.min(side, centreX + radius); x++) {
      if (!shape((x + 0.5 - centreX) / radius, (y + 0.5 - centreY) / radius)) continue;
      const along = fill.stripes === 'rows' ? y - firstY : x - firstX;
      const dark = fill.stripes !== 'none' && Math.floor(along / (stripePixels * scale)) % 2 === 1;
      const [red, green, blue] = dark ? shadow : colour;
      const at = (y * side + x) * imageChannels;
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
    }
  }
}
