import { imageChannels, imageSide } from './dataset.ts';
import type { Random } from './random.ts';

/** Whether a point of [-1, 1] x [-1, 1] (x right, y down) belongs to a shape. All are the same when mirrored. */
export type Shape = (x: number, y: number) => boolean;

export const shapes = [
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
] as const satisfies readonly Shape[];

export type Colour = readonly [red: number, green: number, blue: number];

/** How far a colour may stray, in bytes. */
const colourJitter = 24;

/** A slope from one dull colour to another, with noise, over a square picture. */
export function drawBackground(pixels: Uint8Array, random: Random, side = imageSide): void {
  const dull = () => 60 + random.integer(130);
  const start: Colour = [dull(), dull(), dull()];
  const end: Colour = [dull(), dull(), dull()];
  const slant = random.uniform();
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at += imageChannels) {
      const share = (slant * x + (1 - slant) * y) / side;
      // One draw a pixel is enough for three channels: four bits of noise each.
      const noise = random.bits();
      pixels[at] = start[0] + (end[0] - start[0]) * share + (noise & 15) - 8;
      pixels[at + 1] = start[1] + (end[1] - start[1]) * share + ((noise >>> 4) & 15) - 8;
      pixels[at + 2] = start[2] + (end[2] - start[2]) * share + ((noise >>> 8) & 15) - 8;
    }
  }
}

/** A colour near another. */
export function jitter([red, green, blue]: Colour, random: Random): Colour {
  const stray = (value: number) =>
    Math.min(255, Math.max(0, value + (random.uniform() * 2 - 1) * colourJitter));
  return [stray(red), stray(green), stray(blue)];
}
