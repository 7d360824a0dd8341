import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createAugment,
  flipHorizontally,
  rotate,
  shift,
  standardAugmentation,
} from '../../../workloads/data/augment.ts';
import { imageBytes, imageChannels, imageSide } from '../../../workloads/data/dataset.ts';
import { createRandom } from '../../../workloads/data/random.ts';

const test = suite('augment');

const picture = fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => {
  const random = createRandom(seed, 'picture');
  // Never 0, so that black can only have come in from outside.
  return Uint8Array.from({ length: imageBytes }, () => 1 + random.integer(255));
});
const runs = { numRuns: 25 };

function pixel(pixels: Uint8Array, x: number, y: number): readonly number[] {
  const at = (y * imageSide + x) * imageChannels;
  return [...pixels.subarray(at, at + imageChannels)];
}

test('a shift moves every pixel that stays, and black comes in', () => {
  const offset = fc.integer({ min: -imageSide - 2, max: imageSide + 2 });
  fc.assert(
    fc.property(picture, offset, offset, (source, shiftX, shiftY) => {
      const target = new Uint8Array(imageBytes).fill(7);
      shift(source, shiftX, shiftY, target);
      for (let y = 0; y < imageSide; y++) {
        for (let x = 0; x < imageSide; x++) {
          const fromX = x - shiftX;
          const fromY = y - shiftY;
          const inside = fromX >= 0 && fromX < imageSide && fromY >= 0 && fromY < imageSide;
          assert.equal(pixel(target, x, y), inside ? pixel(source, fromX, fromY) : [0, 0, 0]);
        }
      }
    }),
    { numRuns: 10 },
  );
});

test('a flip mirrors, and two are none', () => {
  fc.assert(
    fc.property(picture, (source) => {
      const pixels = source.slice();
      flipHorizontally(pixels);
      assert.equal(pixel(pixels, 0, 5), pixel(source, imageSide - 1, 5));
      assert.equal(pixel(pixels, 15, 31), pixel(source, 16, 31));
      flipHorizontally(pixels);
      assert.equal(pixels, source);
    }),
    runs,
  );
});

test('a rotation by nothing copies, and by half a turn mirrors both ways', () => {
  fc.assert(
    fc.property(picture, (source) => {
      const target = new Uint8Array(imageBytes);
      rotate(source, 0, target);
      assert.equal(target, source);
      rotate(source, Math.PI, target);
      // Away from the border, where rounding may fall outside.
      assert.equal(pixel(target, 1, 2), pixel(source, imageSide - 2, imageSide - 3));
    }),
    runs,
  );
});

test('a rotation turns clockwise about the centre', () => {
  const source = new Uint8Array(imageBytes);
  const at = (15 * imageSide + 25) * imageChannels;
  source.fill(200, at, at + imageChannels);
  const target = new Uint8Array(imageBytes);
  rotate(source, Math.PI / 2, target);
  assert.equal(pixel(target, 16, 25), [200, 200, 200]);
});

test('no augmentation invents a colour, and the same stream changes in the same way', () => {
  fc.assert(
    fc.property(picture, fc.integer(), (source, seed) => {
      const once = source.slice();
      const again = source.slice();
      createAugment(standardAugmentation)(once, createRandom(seed, 'augment'));
      createAugment(standardAugmentation)(again, createRandom(seed, 'augment'));
      assert.equal(once, again);
      assert.is(once.length, imageBytes);
      const highest = source.reduce((a, b) => Math.max(a, b), 0);
      assert.ok(once.every((value) => value <= highest));
    }),
    runs,
  );
});

test('pictures differ from one another and from what they were', () => {
  const augment = createAugment(standardAugmentation);
  const random = createRandom(1, 'augment');
  const source = new Uint8Array(imageBytes).map((_, index) => (index * 37) % 251);
  const seen = new Set<string>([source.join()]);
  for (let index = 0; index < 20; index++) {
    const pixels = source.slice();
    augment(pixels, random);
    seen.add(pixels.join());
  }
  assert.is(seen.size, 21);
});

test('an augmentation without any change leaves the picture', () => {
  const augment = createAugment({ padPixels: 0, flip: false, maxRotationDegrees: 0 });
  const source = new Uint8Array(imageBytes).map((_, index) => index % 251);
  const pixels = source.slice();
  augment(pixels, createRandom(1, 'augment'));
  assert.equal(pixels, source);
});

test.run();
