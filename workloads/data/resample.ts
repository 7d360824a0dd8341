import { imageChannels } from './dataset.ts';
import type { Picture } from './picture.ts';
import type { View } from './views.ts';

/** How each place of one axis is made of the picture's pixels. */
interface Axis {
  /** Of each place, the first pixel that belongs to it. */
  readonly first: Int32Array;
  /** How many do; 0 outside the picture. */
  readonly taps: Int32Array;
  /** Their weights, `stride` for each place; they sum to 1. */
  readonly weights: Float32Array;
  readonly stride: number;
}

/** Kept between calls: a picture's rows at the width of the target. */
let scratch = new Float32Array(0);

/**
 * Draws what a view shows of a picture into a square of `side`: bilinear where it grows; where it shrinks, the filter
 * widens so that every pixel counts, as Pillow and torchvision do it. One axis after the other.
 * @param target [side, side, 3]
 * @param beyond colour outside the picture
 */
export function resample(
  { width, height, pixels }: Picture,
  view: View,
  side: number,
  target: Uint8Array,
  beyond: readonly [number, number, number],
): void {
  const across = axisOf(view.left, view.width, width, side);
  const down = axisOf(view.top, view.height, height, side);
  const [firstRow, endRow] = pixelsOf(down);
  const length = Math.max(0, endRow - firstRow) * side * imageChannels;
  if (scratch.length < length) scratch = new Float32Array(length);
  for (let row = firstRow; row < endRow; row++)
    narrow(pixels, row * width, across, scratch, (row - firstRow) * side * imageChannels);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let [red, green, blue] = beyond;
      const taps = down.taps[y] as number;
      if (taps > 0 && (across.taps[x] as number) > 0) {
        red = 0;
        green = 0;
        blue = 0;
        let from = (((down.first[y] as number) - firstRow) * side + x) * imageChannels;
        for (let tap = y * down.stride; tap < y * down.stride + taps; tap++) {
          const weight = down.weights[tap] as number;
          red += weight * (scratch[from] as number);
          green += weight * (scratch[from + 1] as number);
          blue += weight * (scratch[from + 2] as number);
          from += side * imageChannels;
        }
      }
      const at = (y * side + (view.flip ? side - 1 - x : x)) * imageChannels;
      target[at] = red + 0.5;
      target[at + 1] = green + 0.5;
      target[at + 2] = blue + 0.5;
    }
  }
}

/** One row of pixels at the width of the target. */
function narrow(pixels: Uint8Array, start: number, axis: Axis, target: Float32Array, to: number): void {
  const { first, taps, weights, stride } = axis;
  for (let x = 0, at = to; x < first.length; x++, at += imageChannels) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let from = (start + (first[x] as number)) * imageChannels;
    const end = x * stride + (taps[x] as number);
    for (let tap = x * stride; tap < end; tap++, from += imageChannels) {
      const weight = weights[tap] as number;
      red += weight * (pixels[from] as number);
      green += weight * (pixels[from + 1] as number);
      blue += weight * (pixels[from + 2] as number);
    }
    target[at] = red;
    target[at + 1] = green;
    target[at + 2] = blue;
  }
}

/** `count` places, evenly over a window of an axis of `length` pixels. */
function axisOf(start: number, size: number, length: number, count: number): Axis {
  // A triangle that reaches as far as one place's share of the pixels, and one pixel at least.
  const support = Math.max(1, (size * length) / count);
  const stride = Math.ceil(2 * support) + 1;
  const first = new Int32Array(count);
  const taps = new Int32Array(count);
  const weights = new Float32Array(count * stride);
  for (let place = 0; place < count; place++) {
    const centre = (start + (size * (place + 0.5)) / count) * length;
    if (centre < 0 || centre > length) continue;
    const low = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(length, Math.floor(centre + support + 0.5));
    let sum = 0;
    for (let pixel = low; pixel < end; pixel++) {
      const weight = Math.max(0, 1 - Math.abs(pixel + 0.5 - centre) / support);
      weights[place * stride + pixel - low] = weight;
      sum += weight;
    }
    for (let tap = place * stride; tap < place * stride + end - low; tap++)
      weights[tap] = (weights[tap] as number) / sum;
    first[place] = low;
    taps[place] = end - low;
  }
  return { first, taps, weights, stride };
}

/** The range of pixels that any place is made of; empty where there is none. */
function pixelsOf({ first, taps }: Axis): [first: number, end: number] {
  let [low, end] = [Number.POSITIVE_INFINITY, 0];
  for (let place = 0; place < first.length; place++) {
    const count = taps[place] as number;
    if (count === 0) continue;
    low = Math.min(low, first[place] as number);
    end = Math.max(end, (first[place] as number) + count);
  }
  return low < end ? [low, end] : [0, 0];
}
