import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { WarpwatchError } from '../../../src/model/errors.ts';
import type { Picture } from '../../../workloads/data/picture.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** A picture whose left half has one colour and whose right half another. */
export function halves(width: number, height: number, left: Colour, right: Colour): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    pixels.set(pixel % width < width / 2 ? left : right, pixel * 3);
  return { width, height, pixels };
}

export function jpegBytes({ width, height, pixels }: Picture, quality = 90): Uint8Array {
  // A copy, since the slice of a Buffer shares its memory.
  return Uint8Array.from(jpeg.encode({ width, height, data: withAlpha(pixels) }, quality).data);
}

export function pngBytes(
  { width, height, pixels }: Picture,
  options: { colorType?: 0 | 2 | 4 | 6; bitDepth?: 8 | 16 } = {},
): Uint8Array {
  const png = new PNG({ width, height });
  const rgba = withAlpha(pixels);
  // Channels of 16 bits are taken as such, with the same value in both bytes.
  png.data =
    options.bitDepth === 16 ? Buffer.from(Uint16Array.from(rgba, (value) => value * 257).buffer) : rgba;
  return Uint8Array.from(PNG.sync.write(png, options));
}

function withAlpha(pixels: Uint8Array): Buffer {
  const rgba = Buffer.alloc((pixels.length / 3) * 4, 255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4)
    rgba.set(pixels.subarray(from, from + 3), to);
  return rgba;
}

/** Writes files below a directory, with the folders that they need. */
export function writeFiles(root: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** A check for `assert.throws`: the project's own error of this code, whose sentence holds all words. */
export function failsWith(code: string, ...words: readonly string[]): (error: unknown) => boolean {
  return (error) =>
    error instanceof WarpwatchError &&
    error.code === code &&
    error.message.endsWith('.') &&
    words.every((word) => error.message.includes(word));
}
