import { type AugmentSettings, createAugment } from './augment.ts';
import { type ChannelStatistics, type Dataset, fillBatch, imageChannels, imageSide } from './dataset.ts';
import { createRandom, type Random } from './random.ts';

/** Whether a point of [-1, 1] x [-1, 1] (x right, y down) belongs to a shape. All are the same when mirrored. */
type Shape = (x: number, y: number) => boolean;

const shapes: readonly Shape[] = [
  (x, y) => x * x + y * y < 0.9, // disc
  (x, y) => Math.abs(x * x + y * y - 0.6) < 0.35, // ring
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.8, // square
  (x, y) => Math.abs(Math.max(Math.abs(x), Math.abs(y)) - 0.7) < 0.2, // frame
  (x, y) => Math.abs(x) + Math.abs(y) < 1, // diamond
  (x, y) => y < 0.8 && Math.abs(x) < (y + 1) * 0.5, // triangle
  (x, y) => y > -0.8 && Math.abs(x) < (1 - y) * 0.5, // triangle on its tip
  (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.27 && Math.max(Math.abs(x), Math.abs(y)) < 0.95, // plus
  (x, y) => Math.abs(Math.abs(x) - Math.abs(y)) < 0.33 && Math.max(Math.abs(x), Math.abs(y)) < 0.9, // saltire
  (x, y) => Math.abs(y) < 0.35 && Math.abs(x) < 0.98, // bar
];

type Colour = readonly [red: number, green: number, blue: number];

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

/** Width of a stripe, in pixels. */
const stripePixels = 2;
const stripeShadow: Colour = [25, 25, 25];
/** How far a colour may stray, in bytes. */
const colourJitter = 24;
/** Half the size of a shape, in pixels. */
const smallestRadius = 7;
const largestRadius = 13;

export const syntheticClasses = shapes.length * fills.length;

/** Measured over 20,000 samples of seed 1. */
const statistics: ChannelStatistics = { mean: [128, 126, 124], deviation: [50, 46, 50] };

export interface SyntheticSettings {
  readonly seed: number;
  /** Null trains on the samples as drawn. */
  readonly augment: AugmentSettings | null;
}

/**
 * Pictures that a network can learn without any download: class = shape x 10 + fill, at a random place, of a random
 * size, on a random background. They never end; samples for evaluation come from a stream of their own.
 */
export function createSyntheticShapes({ seed, augment }: SyntheticSettings): Dataset {
  const change = augment === null ? null : createAugment(augment);
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
        (pixels, index) => drawSample(pixels, streamOf('synthetic train', index)),
        change && ((pixels, index) => change(pixels, streamOf('augment', index))),
      );
    },
    *evaluationBatches(size, count) {
      const random = createRandom(seed, 'synthetic test');
      for (let batch = 0; batch < count; batch++) {
        yield fillBatch(size, statistics, (pixels) => drawSample(pixels, random), null);
      }
    },
  };
}

/** Draws the next sample of `random` into `pixels` ([32, 32, 3] bytes) and returns its class. */
export function drawSample(pixels: Uint8Array, random: Random): number {
  const label = random.integer(syntheticClasses);
  const shape = shapes[Math.floor(label / fills.length)] as Shape;
  const fill = fills[label % fills.length] as Fill;
  drawBackground(pixels, random);
  drawShape(pixels, shape, fill, random);
  return label;
}

/** A slope from one dull colour to another, with noise. */
function drawBackground(pixels: Uint8Array, random: Random): void {
  const dull = () => 60 + random.integer(130);
  const start: Colour = [dull(), dull(), dull()];
  const end: Colour = [dull(), dull(), dull()];
  const slant = random.uniform();
  for (let y = 0, at = 0; y < imageSide; y++) {
    for (let x = 0; x < imageSide; x++, at += imageChannels) {
      const share = (slant * x + (1 - slant) * y) / imageSide;
      // One draw a pixel is enough for three channels: four bits of noise each.
      const noise = random.bits();
      pixels[at] = start[0] + (end[0] - start[0]) * share + (noise & 15) - 8;
      pixels[at + 1] = start[1] + (end[1] - start[1]) * share + ((noise >>> 4) & 15) - 8;
      pixels[at + 2] = start[2] + (end[2] - start[2]) * share + ((noise >>> 8) & 15) - 8;
    }
  }
}

function drawShape(pixels: Uint8Array, shape: Shape, fill: Fill, random: Random): void {
  const radius = smallestRadius + random.uniform() * (largestRadius - smallestRadius);
  const centreX = radius + random.uniform() * (imageSide - 2 * radius);
  const centreY = radius + random.uniform() * (imageSide - 2 * radius);
  const colour = jitter(fill.colour, random);
  const shadow = jitter(stripeShadow, random);
  const firstX = Math.floor(centreX - radius);
  const firstY = Math.floor(centreY - radius);
  for (let y = firstY; y < Math.min(imageSide, centreY + radius); y++) {
    for (let x = firstX; x < Math.min(imageSide, centreX + radius); x++) {
      if (!shape((x + 0.5 - centreX) / radius, (y + 0.5 - centreY) / radius)) continue;
      const along = fill.stripes === 'rows' ? y - firstY : x - firstX;
      const dark = fill.stripes !== 'none' && Math.floor(along / stripePixels) % 2 === 1;
      const [red, green, blue] = dark ? shadow : colour;
      const at = (y * imageSide + x) * imageChannels;
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
    }
  }
}

function jitter([red, green, blue]: Colour, random: Random): Colour {
  const stray = (value: number) =>
    Math.min(255, Math.max(0, value + (random.uniform() * 2 - 1) * colourJitter));
  return [stray(red), stray(green), stray(blue)];
}
