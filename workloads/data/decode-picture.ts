import { readFileSync, statSync } from 'node:fs';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import { imageChannels } from './dataset.ts';
import { fileError } from './files.ts';
import { emptyPicture, type Picture } from './picture.ts';
import { type FrameHeader, readJpegHeader, readPngHeader } from './picture-headers.ts';

/** A photograph of more is refused, so that a file of a few bytes cannot claim all memory. */
const mostPixels = 32e6;
const mostFileBytes = 256 * 2 ** 20;
/** jpeg-js keeps coefficients in whole numbers: 12 bytes a pixel with colour, and room for its own. */
const jpegMemoryMegabytes = 768;

interface Format {
  readonly name: string;
  readonly starts: readonly number[];
  /** Null for what is known but cannot be read. */
  readonly decode: ((bytes: Uint8Array, file: string) => Picture) | null;
}

/** Known by their first bytes: a name may say anything. */
const formats: readonly Format[] = [
  { name: 'JPEG', starts: [0xff, 0xd8], decode: decodeJpeg },
  { name: 'PNG', starts: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], decode: decodePng },
  { name: 'GIF', starts: [0x47, 0x49, 0x46, 0x38], decode: null },
  { name: 'BMP', starts: [0x42, 0x4d], decode: null },
  { name: 'TIFF', starts: [0x49, 0x49, 0x2a, 0x00], decode: null },
  { name: 'TIFF', starts: [0x4d, 0x4d, 0x00, 0x2a], decode: null },
  { name: 'WebP or other RIFF', starts: [0x52, 0x49, 0x46, 0x46], decode: null },
];

/**
 * Decodes a JPEG or a PNG file, whatever it is called. Gray becomes red, green and blue, alpha is left out, 16 bits become 8;
 * the orientation that a camera notes is not obeyed, as annotations are about the pixels as they are stored.
 * @param file for the error's sentence
 * @throws WarpwatchError `bad-data` where the file is cut, damaged, empty, too large or of another kind
 */
export function decodePicture(bytes: Uint8Array, file: string): Picture {
  if (bytes.length === 0) throw bad(`${file} is empty; get the picture again or leave it out.`);
  const format = formats.find(({ starts }) => starts.every((byte, at) => bytes[at] === byte));
  if (format === undefined) {
    throw bad(
      `${file} is neither a JPEG nor a PNG picture, whatever its name says; convert it or leave it out.`,
    );
  }
  if (format.decode === null) {
    throw bad(`${file} is a ${format.name} picture, and only JPEG and PNG can be read; convert it.`);
  }
  return format.decode(bytes, file);
}

/**
 * Reads and decodes a file.
 * @throws WarpwatchError `not-found`, `unreadable`, and as `decodePicture` does
 */
export function readPicture(file: string): Picture {
  let bytes: Uint8Array;
  try {
    const about = statSync(file);
    // Opening a pipe would wait for ever.
    if (!about.isFile()) throw new WarpwatchError('unreadable', `${file} is no file; name a picture.`);
    if (about.size > mostFileBytes) throw bad(`${file} is too large for a picture; leave it out.`);
    bytes = readFileSync(file);
  } catch (cause) {
    if (cause instanceof WarpwatchError) throw cause;
    throw fileError(file, cause, 'look at the path');
  }
  return decodePicture(bytes, file);
}

function decodeJpeg(bytes: Uint8Array, file: string): Picture {
  const header = readJpegHeader(bytes);
  checkSize(header, file);
  if (header.channels !== 1 && header.channels !== 3) {
    throw bad(`${file} is a JPEG in CMYK colours, meant for print; convert it to RGB or leave it out.`);
  }
  if (header.bits !== 8) {
    throw bad(`${file} is a JPEG of ${header.bits} bits a colour, and only 8 can be read; convert it.`);
  }
  const picture = attempt(file, () =>
    jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      // A cut picture is told, not filled up with gray.
      tolerantDecoding: false,
      maxResolutionInMP: mostPixels / 1e6,
      maxMemoryUsageInMB: jpegMemoryMegabytes,
    }),
  );
  return checked({ width: picture.width, height: picture.height, pixels: picture.data }, file);
}

function decodePng(bytes: Uint8Array, file: string): Picture {
  checkSize(readPngHeader(bytes), file);
  const decoded = attempt(file, () =>
    PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
  );
  const picture = emptyPicture(decoded.width, decoded.height);
  const { data } = decoded;
  for (let from = 0, to = 0; to < picture.pixels.length; from += 4, to += imageChannels) {
    picture.pixels[to] = data[from] as number;
    picture.pixels[to + 1] = data[from + 1] as number;
    picture.pixels[to + 2] = data[from + 2] as number;
  }
  return checked(picture, file);
}

/** Before anything is decoded, so that memory is not claimed for what cannot be. */
function checkSize(header: FrameHeader | null, file: string): asserts header is FrameHeader {
  if (header === null) throw bad(`${file} is cut or damaged: it has no size; get it again or leave it out.`);
  const { width, height } = header;
  if (width === 0 || height === 0) {
    throw bad(`${file} is a picture of ${width} by ${height} pixels; leave it out.`);
  }
  if (width * height > mostPixels) {
    throw bad(
      `${file} has ${width} by ${height} pixels, more than ${mostPixels / 1e6} million; make it smaller.`,
    );
  }
}

/** Whatever a decoder throws at damaged bytes is about the file. */
function attempt<T>(file: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new WarpwatchError(
      'bad-data',
      `${file} is cut or damaged (${reasonOf(cause)}); get it again or leave it out.`,
      { cause },
    );
  }
}

/** What pngjs says of a file that ends early is about its streams. */
function reasonOf(cause: unknown): string {
  const message = messageOf(cause);
  return /read requests/.test(message) ? 'it ends too early' : message;
}

function checked(picture: Picture, file: string): Picture {
  if (picture.pixels.length === picture.width * picture.height * imageChannels) return picture;
  throw bad(`${file} is cut or damaged: it has fewer pixels than it says; get it again or leave it out.`);
}

function bad(message: string): WarpwatchError {
  return new WarpwatchError('bad-data', message);
}
