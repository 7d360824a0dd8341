import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { decodePicture, readPicture } from '../../../workloads/data/decode-picture.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { failsWith, halves, jpegBytes, pngBytes } from './picture-files.ts';

const test = suite('decode picture');
const directory = temporaryDirectory();
const picture = halves(24, 16, [200, 30, 40], [20, 60, 220]);
const jpegFile = jpegBytes(picture, 95);
const pngFile = pngBytes(picture);

test('a PNG gives its pixels exactly, a JPEG nearly', () => {
  assert.equal(decodePicture(pngFile, 'a.png'), picture);
  const { width, height, pixels } = decodePicture(jpegFile, 'a.jpg');
  assert.equal([width, height, pixels.length], [24, 16, 24 * 16 * 3]);
  const worst = pixels.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (picture.pixels[at] ?? 0))),
    0,
  );
  assert.ok(worst < 40, `a channel is out by ${worst}`);
});

test('what a file is called does not matter', () => {
  assert.equal(decodePicture(pngFile, 'really-a-png.jpg'), picture);
});

test('gray, alpha and 16 bits become red, green and blue of a byte each', () => {
  const gray = halves(8, 4, [90, 90, 90], [180, 180, 180]);
  assert.equal(decodePicture(pngBytes(gray, { colorType: 0 }), 'gray.png').pixels, gray.pixels);
  assert.equal(decodePicture(pngBytes(gray, { colorType: 4 }), 'gray-alpha.png').pixels, gray.pixels);
  assert.equal(decodePicture(pngBytes(picture, { colorType: 6 }), 'alpha.png').pixels, picture.pixels);
  assert.equal(
    decodePicture(pngBytes(picture, { bitDepth: 16, colorType: 2 }), 'deep.png').pixels,
    picture.pixels,
  );
});

test('a grayscale JPEG becomes red, green and blue', () => {
  const { width, pixels } = decodePicture(grayJpeg(), 'gray.jpg');
  assert.is(width, 8);
  assert.ok(pixels.every((value, at) => value === pixels[at - (at % 3)]));
});

test('what is no picture, or none that can be read, is named', () => {
  const refused = (bytes: Uint8Array, ...words: string[]) =>
    assert.throws(() => decodePicture(bytes, 'x.jpg'), failsWith('bad-data', 'x.jpg', ...words));
  refused(new Uint8Array(0), 'empty');
  refused(Buffer.from('GIF89a and so on'), 'GIF');
  refused(Buffer.from('RIFF....WEBPVP8 '), 'WebP');
  refused(Buffer.from('<html>404</html>'), 'neither');
  refused(withChannels(4), 'CMYK');
  refused(withBits(12), '12 bits');
  refused(withSize(jpegFile, 0, 16), '0 by 16');
  refused(withSize(jpegFile, 60_000, 60_000), 'million');
});

test('every cut is told, wherever it is', () => {
  for (const bytes of [jpegFile, pngFile]) {
    for (let length = 0; length < bytes.length - 2; length += 7)
      assert.throws(
        () => decodePicture(bytes.subarray(0, length), 'cut.jpg'),
        failsWith('bad-data', 'cut.jpg'),
      );
  }
});

test('damaged bytes give a picture or a sentence, nothing else', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.constantFrom(jpegFile, pngFile), damage, (whole, changes) => {
      const bytes = whole.slice();
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      try {
        const { width, height, pixels } = decodePicture(bytes, 'damaged');
        assert.is(pixels.length, width * height * 3);
      } catch (error) {
        assert.ok(error instanceof WarpwatchError, String(error));
        assert.match(error.message, 'damaged');
      }
    }),
    { numRuns: 300 },
  );
});

test('a file that is missing, a folder or a picture of any name is read or told', () => {
  const file = join(directory, 'there');
  writeFileSync(file, pngFile);
  assert.equal(readPicture(file), picture);
  mkdirSync(join(directory, 'folder.jpg'));
  assert.throws(() => readPicture(join(directory, 'folder.jpg')), failsWith('unreadable', 'folder.jpg'));
  assert.throws(() => readPicture(join(directory, 'gone.jpg')), failsWith('not-found', 'gone.jpg'));
});

/** The place of the frame header FFC0, of which the size follows at 5 and 7, the number of colours at 9. */
function frameOf(bytes: Uint8Array): number {
  return bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
}

function withSize(bytes: Uint8Array, width: number, height: number): Uint8Array {
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint16(frameOf(bytes) + 5, height);
  new DataView(changed.buffer).setUint16(frameOf(bytes) + 7, width);
  return changed;
}

function withChannels(channels: number): Uint8Array {
  const changed = jpegFile.slice();
  changed[frameOf(jpegFile) + 9] = channels;
  return changed;
}

function withBits(bits: number): Uint8Array {
  const changed = jpegFile.slice();
  changed[frameOf(jpegFile) + 4] = bits;
  return changed;
}

/**
 * An 8x8 picture of one gray, by hand (ITU-T T.81): a quantisation table of ones, a frame of one component, the least tables of
 * codes, and a scan whose one block is a DC difference of category 0 and an end of block.
 */
function grayJpeg(): Uint8Array {
  const segment = (marker: number, ...body: number[]) => [0xff, marker, 0, body.length + 2, ...body];
  const oneCode = [1, ...new Array<number>(15).fill(0), 0];
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...new Array<number>(64).fill(1)),
    ...segment(0xc0, 8, 0, 8, 0, 8, 1, 1, 0x11, 0),
    ...segment(0xc4, 0x00, ...oneCode),
    ...segment(0xc4, 0x10, ...oneCode),
    ...segment(0xda, 1, 1, 0x00, 0, 63, 0),
    ...[0x3f, 0xff, 0xd9],
  ]);
}

test.run();
