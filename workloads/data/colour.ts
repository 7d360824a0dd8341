import { imageChannels } from './dataset.ts';
import type { Random } from './random.ts';

/** How far brightness (bytes), contrast and saturation (factors about 1) stray: half of what SSD's own training does. */
const stray = { brightness: 16, contrast: 0.25, saturation: 0.25 };
/** Share of each channel in what the eye sees as brightness (ITU-R BT.601). */
const luma = [0.299, 0.587, 0.114] as const;

/** Changes brightness, contrast and saturation of a picture at random, in place. */
export function jitterColour(pixels: Uint8Array, random: Random): void {
  const around = (most: number) => (random.uniform() * 2 - 1) * most;
  const brightness = around(stray.brightness);
  const contrast = 1 + around(stray.contrast);
  const saturation = 1 + around(stray.saturation);
  const own = contrast * saturation;
  const grey = contrast * (1 - saturation);
  // Contrast turns about the middle of the range.
  const offset = brightness + 128 * (1 - contrast) + 0.5;
  for (let at = 0; at < pixels.length; at += imageChannels) {
    const red = pixels[at] as number;
    const green = pixels[at + 1] as number;
    const blue = pixels[at + 2] as number;
    const shared = grey * (luma[0] * red + luma[1] * green + luma[2] * blue) + offset;
    pixels[at] = clamp(own * red + shared);
    pixels[at + 1] = clamp(own * green + shared);
    pixels[at + 2] = clamp(own * blue + shared);
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
