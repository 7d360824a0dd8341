import { boxAt } from '../../detection/boxes.ts';

const channels = 3;
/** A picture is cut into so many bands from top to bottom; a feature is the mean of a channel over a band. */
const bands = 8;
/** Of each band so many pixels are looked at, evenly spread. */
const pixelsOfBand = 16;
/** A box is cut into cells, so many across and down; a feature is the mean of a channel over a cell. */
const cells = 3;
/** In each cell so many points are looked at, across and down. */
const pointsOfCell = 3;
/** Of a picture so many pixels are looked at for its mean. */
const pixelsOfPicture = 128;

/** The most features that a sample has; there may be fewer, and the others are 0 then. */
export const mostFeatures = Math.max(bands, cells * cells) * channels;

/**
 * Means over bands of the picture whose `numbers` numbers begin at `start`, into `own`.
 * @returns whether the picture is large enough
 */
export function bandFeatures(
  images: Float32Array,
  start: number,
  numbers: number,
  own: Float64Array,
): boolean {
  own.fill(0);
  const pixels = Math.floor(numbers / channels / bands);
  if (pixels === 0) return false;
  // An odd stride meets all columns.
  const stride = Math.floor(pixels / pixelsOfBand) | 1;
  const looked = Math.ceil(pixels / stride);
  for (let band = 0; band < bands; band++) {
    const first = start + band * pixels * channels;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let pixel = 0; pixel < looked; pixel++) {
      const at = first + pixel * stride * channels;
      red += images[at] as number;
      green += images[at + 1] as number;
      blue += images[at + 2] as number;
    }
    own[band * channels] = red / looked;
    own[band * channels + 1] = green / looked;
    own[band * channels + 2] = blue / looked;
  }
  return true;
}

type Colour = readonly [number, number, number];

/** Of a picture, [H, W, 3]. */
export function meanColour(picture: Float32Array): Colour {
  const pixels = Math.floor(picture.length / channels);
  const stride = Math.floor(pixels / pixelsOfPicture) | 1;
  const sum: [number, number, number] = [0, 0, 0];
  let looked = 0;
  for (let pixel = 0; pixel < pixels; pixel += stride) {
    for (let channel = 0; channel < channels; channel++) {
      sum[channel] = (sum[channel] as number) + (picture[pixel * channels + channel] as number);
    }
    looked += 1;
  }
  return [sum[0] / looked, sum[1] / looked, sum[2] / looked];
}

/**
 * Means over cells of what is in a box of a picture, less `mean`, into `own`.
 *
 * @param picture [height, width, 3]
 * @param box ymin, xmin, ymax, xmax, each from 0 to 1
 */
export function boxFeatures(
  picture: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  box: Float32Array,
  mean: Colour,
  own: Float64Array,
): void {
  own.fill(0);
  const [top, left, bottom, right] = boxAt(box, 0);
  const points = cells * pointsOfCell;
  // The middle of each of so many equal parts.
  const placeOf = (point: number, from: number, to: number, side: number) =>
    Math.min(side - 1, Math.max(0, Math.floor((from + ((point + 0.5) / points) * (to - from)) * side)));
  for (let down = 0; down < points; down++) {
    const row = placeOf(down, top, bottom, height) * width;
    for (let across = 0; across < points; across++) {
      const at = (row + placeOf(across, left, right, width)) * channels;
      const cell = Math.floor(down / pointsOfCell) * cells + Math.floor(across / pointsOfCell);
      for (let channel = 0; channel < channels; channel++) {
        const value = (picture[at + channel] as number) - (mean[channel] as number);
        const feature = cell * channels + channel;
        own[feature] = (own[feature] as number) + value / pointsOfCell ** 2;
      }
    }
  }
}
