import type { GroundTruth } from '../detection/boxes.ts';
import type { Picture } from './picture.ts';
import type { Random } from './random.ts';

/**
 * What is seen of a picture: a window whose numbers are shares of the picture's width and height, which may reach beyond
 * it, and whether it is mirrored.
 */
export interface View {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly flip: boolean;
}

export const wholeView: View = { left: 0, top: 0, width: 1, height: 1, flip: false };

/** Area and shape of a random crop in training: those of torchvision's RandomResizedCrop, after Szegedy et al. 2014. */
const cropArea = { least: 0.08, most: 1 };
const mostAspect = 4 / 3;
const cropTries = 10;
/** In evaluation the shorter side becomes 256 and 224 of it are seen (Krizhevsky et al. 2012). */
const centreShare = 224 / 256;
/** SSD shrinks pictures to a quarter of their sides (Liu et al. 2016, section 3.6); at sides below 300 half is enough. */
const mostExpansion = 2;
/** A window on objects is no narrower, and its sides differ by no more than SSD's crops. */
const leastWindow = 0.3;
const mostWindowAspect = 2;

/** A crop of random size and shape, mirrored or not, to train a classifier on. */
export function randomCrop({ width, height }: Picture, random: Random): View {
  const flip = random.uniform() < 0.5;
  for (let attempt = 0; attempt < cropTries; attempt++) {
    const area = width * height * between(cropArea.least, cropArea.most, random);
    const aspect = Math.exp(between(-Math.log(mostAspect), Math.log(mostAspect), random));
    const cropWidth = Math.sqrt(area * aspect) / width;
    const cropHeight = Math.sqrt(area / aspect) / height;
    if (cropWidth > 1 || cropHeight > 1) continue;
    const left = random.uniform() * (1 - cropWidth);
    const top = random.uniform() * (1 - cropHeight);
    return { left, top, width: cropWidth, height: cropHeight, flip };
  }
  return { ...centreCrop({ width, height }), flip };
}

/** The square in the middle, to look at a picture as it is. */
export function centreCrop({ width, height }: Pick<Picture, 'width' | 'height'>): View {
  const shorter = Math.min(width, height) * centreShare;
  const [seenWidth, seenHeight] = [shorter / width, shorter / height];
  return {
    left: (1 - seenWidth) / 2,
    top: (1 - seenHeight) / 2,
    width: seenWidth,
    height: seenHeight,
    flip: false,
  };
}

/**
 * A random window that holds every object whole, so that none is lost: half the time a part of the picture, half the time the
 * picture with a border; mirrored or not.
 * @param boxes [n, 4]: ymin, xmin, ymax, xmax, 0..1
 */
export function objectView(boxes: Float32Array, random: Random): View {
  const flip = random.uniform() < 0.5;
  const expand = random.uniform() < 0.5;
  const [first, second, third, fourth] = [0, 0, 0, 0].map(() => random.uniform()) as [
    number,
    number,
    number,
    number,
  ];
  if (expand) {
    const size = 1 + first * (mostExpansion - 1);
    return { left: second * (1 - size), top: third * (1 - size), width: size, height: size, flip };
  }
  const [top, left, bottom, right] = boundsOf(boxes);
  const across = windowAround(left, right, first, second);
  const down = windowAround(top, bottom, third, fourth);
  // What is too long for its height grows in height, within the picture.
  const wide = grown(across, (down[1] - down[0]) / mostWindowAspect);
  const high = grown(down, (across[1] - across[0]) / mostWindowAspect);
  return { left: wide[0], top: high[0], width: wide[1] - wide[0], height: high[1] - high[0], flip };
}

/** The objects as a view shows them. */
export function moveTruth(truth: GroundTruth, view: View): GroundTruth {
  const boxes = new Float32Array(truth.boxes.length);
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  for (let at = 0; at < boxes.length; at += 4) {
    const [top = 0, left = 0, bottom = 0, right = 0] = truth.boxes.subarray(at, at + 4);
    const first = (left - view.left) / view.width;
    const last = (right - view.left) / view.width;
    boxes[at] = clip((top - view.top) / view.height);
    boxes[at + 1] = clip(view.flip ? 1 - last : first);
    boxes[at + 2] = clip((bottom - view.top) / view.height);
    boxes[at + 3] = clip(view.flip ? 1 - first : last);
  }
  return { ...truth, boxes };
}

/** The least box around all; the middle of the picture where there are none. */
function boundsOf(boxes: Float32Array): [number, number, number, number] {
  if (boxes.length === 0) return [0.5, 0.5, 0.5, 0.5];
  const bounds: [number, number, number, number] = [1, 1, 0, 0];
  for (let at = 0; at < boxes.length; at += 4) {
    bounds[0] = Math.min(bounds[0], boxes[at] as number);
    bounds[1] = Math.min(bounds[1], boxes[at + 1] as number);
    bounds[2] = Math.max(bounds[2], boxes[at + 2] as number);
    bounds[3] = Math.max(bounds[3], boxes[at + 3] as number);
  }
  return bounds;
}

/** From before `low` to beyond `high`, each by a share of the room that there is. */
function windowAround(low: number, high: number, before: number, beyond: number): [number, number] {
  return grown([low * before, high + (1 - high) * beyond], leastWindow);
}

/** The range made at least `least` long, evenly on both sides, within 0..1. */
function grown([low, high]: [number, number], least: number): [number, number] {
  const missing = least - (high - low);
  if (missing <= 0) return [low, high];
  const start = Math.min(Math.max(0, low - missing / 2), 1 - least);
  return [start, start + least];
}

function between(low: number, high: number, random: Random): number {
  return low + random.uniform() * (high - low);
}
