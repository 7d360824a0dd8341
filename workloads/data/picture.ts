import { imageChannels } from './dataset.ts';

/** A picture of any size: rows of pixels, red, green and blue, one byte each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly pixels: Uint8Array;
}

export function emptyPicture(width: number, height: number): Picture {
  return { width, height, pixels: new Uint8Array(width * height * imageChannels) };
}
