import { bytesOf, imageChannels, imageSide } from './dataset.ts';
import type { Random } from './random.ts';

/** How far a picture may be changed. */
export interface AugmentSettings {
  /** Black pixels added on each side before a piece of the old size is cut out. */
  readonly padPixels: number;
  readonly flip: boolean;
  readonly maxRotationDegrees: number;
}

/** Pad by 4, crop and flip are those of the ResNet paper (He et al. 2015, section 4.2); the rotation is small. */
export const standardAugmentation: AugmentSettings = { padPixels: 4, flip: true, maxRotationDegrees: 10 };

/** The same for pictures of another size: as much of the picture is moved. */
export function augmentationAt(side: number): AugmentSettings {
  return {
    ...standardAugmentation,
    padPixels: Math.round((standardAugmentation.padPixels * side) / imageSide),
  };
}

/**
 * Changes a picture in place; pictures are laid out as `dataset.ts` says. Choices come from `random`: the same stream
 * changes the same picture in the same way.
 */
export type Augment = (pixels: Uint8Array, random: Random) => void;

export function createAugment(settings: AugmentSettings, side = imageSide): Augment {
  const scratch = new Uint8Array(bytesOf(side));
  const maxRadians = (settings.maxRotationDegrees * Math.PI) / 180;
  return (pixels, random) => {
    // Every choice is drawn each time, so that a setting does not move the ones after it.
    const shiftX = random.integer(2 * settings.padPixels + 1) - settings.padPixels;
    const shiftY = random.integer(2 * settings.padPixels + 1) - settings.padPixels;
    const flips = random.uniform() < 0.5;
    const radians = (random.uniform() * 2 - 1) * maxRadians;
    if (maxRadians > 0) {
      rotate(pixels, radians, scratch, side);
      pixels.set(scratch);
    }
    if (settings.flip && flips) flipHorizontally(pixels, side);
    if (shiftX !== 0 || shiftY !== 0) {
      shift(pixels, shiftX, shiftY, scratch, side);
      pixels.set(scratch);
    }
  };
}

/**
 * Moves the picture right and down by whole pixels into `target`; what comes in is black. Padding by 4 and cropping
 * is a shift by -4..4.
 */
export function shift(
  source: Uint8Array,
  shiftX: number,
  shiftY: number,
  target: Uint8Array,
  side = imageSide,
): void {
  target.fill(0);
  const firstX = Math.max(0, shiftX);
  const width = side - Math.abs(shiftX);
  if (width <= 0) return;
  for (let y = Math.max(0, shiftY); y < Math.min(side, side + shiftY); y++) {
    const from = ((y - shiftY) * side + firstX - shiftX) * imageChannels;
    const row = source.subarray(from, from + width * imageChannels);
    target.set(row, (y * side + firstX) * imageChannels);
  }
}

/** Mirrors the picture left to right, in place. */
export function flipHorizontally(pixels: Uint8Array, side = imageSide): void {
  const rowBytes = side * imageChannels;
  for (let row = 0; row < pixels.length; row += rowBytes) {
    for (let x = 0; x < side / 2; x++) {
      const left = row + x * imageChannels;
      const right = row + (side - 1 - x) * imageChannels;
      for (let channel = 0; channel < imageChannels; channel++) {
        const kept = pixels[left + channel] as number;
        pixels[left + channel] = pixels[right + channel] as number;
        pixels[right + channel] = kept;
      }
    }
  }
}

/**
 * Turns the picture about its centre into `target`, with bilinear sampling; what comes in is black.
 * A rotation by 0 copies it exactly.
 */
export function rotate(source: Uint8Array, radians: number, target: Uint8Array, side = imageSide): void {
  const cosine = Math.cos(radians);
  const sine = Math.sin(radians);
  const centre = (side - 1) / 2;
  const last = side - 1;
  const rowBytes = side * imageChannels;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y * side + x) * imageChannels;
      const fromX = cosine * (x - centre) + sine * (y - centre) + centre;
      const fromY = cosine * (y - centre) - sine * (x - centre) + centre;
      const outside = fromX < 0 || fromY < 0 || fromX > last || fromY > last;
      // The last column and row have no neighbour beyond: sample between the two last ones.
      const left = Math.min(Math.floor(fromX), last - 1);
      const top = Math.min(Math.floor(fromY), last - 1);
      const right = fromX - left;
      const below = fromY - top;
      const corner = (top * side + left) * imageChannels;
      for (let channel = 0; channel < imageChannels; channel++) {
        if (outside) {
          target[at + channel] = 0;
          continue;
        }
        const near = corner + channel;
        const upper =
          (source[near] as number) * (1 - right) + (source[near + imageChannels] as number) * right;
        const lower =
          (source[near + rowBytes] as number) * (1 - right) +
          (source[near + rowBytes + imageChannels] as number) * right;
        target[at + channel] = upper * (1 - below) + lower * below + 0.5;
      }
    }
  }
}
