import { imageChannels } from './dataset.ts';
import type { Picture } from './picture.ts';
import type { View } from './views.ts';

/** Where the samples of one axis are: for each, its two neighbours and the share of the second; -1 outside the picture. */
interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

/** A picture that shrinks by more than this many pixels to one is sampled at no more places; the rest hardly shows. */
const mostSamples = 8;

/**
 * Draws what a view shows of a picture into a square of `side`, bilinearly; where it shrinks, each pixel is the mean of
 * several samples, one for each pixel that becomes part of it.
 * @param target [side, side, 3]
 * @param beyond colour outside the picture
 */
export function resample(
  picture: Picture,
  view: View,
  side: number,
  target: Uint8Array,
  beyond: readonly [number, number, number],
): void {
  const { width, height, pixels } = picture;
  const samplesX = samplesFor((view.width * width) / side);
  const samplesY = samplesFor((view.height * height) / side);
  const across = axisOf(view.left, view.width, width, side * samplesX);
  const down = axisOf(view.top, view.height, height, side * samplesY);
  const rowBytes = width * imageChannels;
  const scale = 1 / (samplesX * samplesY);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = y * samplesY; row < (y + 1) * samplesY; row++) {
        const upper = down.first[row] as number;
        const lower = down.second[row] as number;
        const below = down.share[row] as number;
        for (let column = x * samplesX; column < (x + 1) * samplesX; column++) {
          const left = across.first[column] as number;
          if (upper < 0 || left < 0) {
            red += beyond[0];
            green += beyond[1];
            blue += beyond[2];
            continue;
          }
          const nextLeft = across.second[column] as number;
          const right = across.share[column] as number;
          const topLeft = upper * rowBytes + left * imageChannels;
          const topRight = upper * rowBytes + nextLeft * imageChannels;
          const lowLeft = lower * rowBytes + left * imageChannels;
          const lowRight = lower * rowBytes + nextLeft * imageChannels;
          const a = (1 - below) * (1 - right);
          const b = (1 - below) * right;
          const c = below * (1 - right);
          const d = below * right;
          red +=
            a * (pixels[topLeft] as number) +
            b * (pixels[topRight] as number) +
            c * (pixels[lowLeft] as number) +
            d * (pixels[lowRight] as number);
          green +=
            a * (pixels[topLeft + 1] as number) +
            b * (pixels[topRight + 1] as number) +
            c * (pixels[lowLeft + 1] as number) +
            d * (pixels[lowRight + 1] as number);
          blue +=
            a * (pixels[topLeft + 2] as number) +
            b * (pixels[topRight + 2] as number) +
            c * (pixels[lowLeft + 2] as number) +
            d * (pixels[lowRight + 2] as number);
        }
      }
      const at = (y * side + (view.flip ? side - 1 - x : x)) * imageChannels;
      target[at] = red * scale + 0.5;
      target[at + 1] = green * scale + 0.5;
      target[at + 2] = blue * scale + 0.5;
    }
  }
}

function samplesFor(shrinking: number): number {
  return Math.min(mostSamples, Math.max(1, Math.round(shrinking)));
}

/** `count` samples, evenly over a window of an axis of `length` pixels, each in the middle of its part. */
function axisOf(start: number, size: number, length: number, count: number): Axis {
  const first = new Int32Array(count);
  const second = new Int32Array(count);
  const share = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const place = (start + (size * (index + 0.5)) / count) * length;
    if (place < 0 || place > length) {
      first[index] = -1;
      continue;
    }
    // Half a pixel at each border has no neighbour beyond it and takes its own colour.
    const centre = Math.min(length - 1, Math.max(0, place - 0.5));
    const before = Math.floor(centre);
    first[index] = before;
    second[index] = Math.min(length - 1, before + 1);
    share[index] = centre - before;
  }
  return { first, second, share };
}
