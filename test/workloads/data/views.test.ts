import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jitterColour } from '../../../workloads/data/colour.ts';
import { createRandom } from '../../../workloads/data/random.ts';
import { resample } from '../../../workloads/data/resample.ts';
import {
  centreCrop,
  moveTruth,
  objectView,
  randomCrop,
  type View,
  wholeView,
} from '../../../workloads/data/views.ts';
import { halves } from './picture-files.ts';

const test = suite('views of pictures');
const black = [0, 0, 0] as const;

const boxes = fc
  .array(
    fc.tuple(
      ...([0, 1, 2, 3].map(() => fc.double({ min: 0, max: 1, noNaN: true })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    { maxLength: 6 },
  )
  .map((corners) =>
    Float32Array.from(
      corners.flatMap(([a, b, c, d]) => [
        Math.min(a, c) * 0.95,
        Math.min(b, d) * 0.95,
        Math.min(a, c) * 0.95 + 0.05 * Math.max(a, c),
        Math.min(b, d) * 0.95 + 0.05 * Math.max(b, d),
      ]),
    ),
  );

function seen(view: View, size: { width: number; height: number }, side: number): Uint8Array {
  const picture = halves(size.width, size.height, [250, 10, 10], [10, 10, 250]);
  const target = new Uint8Array(side * side * 3);
  resample(picture, view, side, target, black);
  return target;
}

test('a view of the same size is the picture itself', () => {
  const picture = halves(16, 16, [1, 2, 3], [250, 251, 252]);
  const target = new Uint8Array(16 * 16 * 3);
  resample(picture, wholeView, 16, target, black);
  assert.equal(target, picture.pixels);
});

test('shrinking takes the mean of the pixels that become one', () => {
  const size = 64;
  const pixels = Uint8Array.from({ length: size * size * 3 }, (_, at) =>
    Math.floor(at / 3) % 2 === 0 ? 0 : 200,
  );
  const target = new Uint8Array(8 * 8 * 3);
  resample({ width: size, height: size, pixels }, wholeView, 8, target, black);
  // At the border the filter ends with the picture.
  const inner = target.filter((_, at) => Math.floor(at / 3) % 8 > 0 && Math.floor(at / 3) % 8 < 7);
  assert.ok(inner.every((value) => Math.abs(value - 100) <= 2));
  assert.ok(target.every((value) => Math.abs(value - 100) <= 12));
});

test('stretching keeps what is left and what is right, a flip exchanges them', () => {
  const stretched = seen(wholeView, { width: 40, height: 10 }, 12);
  assert.equal([...stretched.subarray(0, 3)], [250, 10, 10]);
  assert.equal([...stretched.subarray(33, 36)], [10, 10, 250]);
  const flipped = seen({ ...wholeView, flip: true }, { width: 40, height: 10 }, 12);
  assert.equal([...flipped.subarray(0, 3)], [10, 10, 250]);
});

test('a window beyond the picture shows the given colour there', () => {
  const view = { left: -1, top: -1, width: 3, height: 3, flip: false };
  const target = seen(view, { width: 30, height: 30 }, 30);
  assert.equal([...target.subarray(0, 3)], [0, 0, 0]);
  const middle = (15 * 30 + 12) * 3;
  assert.equal([...target.subarray(middle, middle + 3)], [250, 10, 10]);
});

test('a picture of one pixel can be shown at any size', () => {
  const target = new Uint8Array(5 * 5 * 3);
  resample({ width: 1, height: 1, pixels: Uint8Array.of(9, 8, 7) }, wholeView, 5, target, black);
  assert.equal([...target.subarray(72)], [9, 8, 7]);
});

test('crops stay within the picture, and the centre is square', () => {
  const length = fc.integer({ min: 1, max: 900 });
  fc.assert(
    fc.property(length, length, fc.integer(), (width, height, seed) => {
      const picture = { width, height, pixels: new Uint8Array(0) };
      for (const view of [randomCrop(picture, createRandom(seed, 'crop')), centreCrop(picture)]) {
        assert.ok(view.left >= 0 && view.top >= 0 && view.width > 0 && view.height > 0);
        assert.ok(view.left + view.width <= 1 + 1e-9 && view.top + view.height <= 1 + 1e-9);
      }
      const { width: across, height: down } = centreCrop(picture);
      assert.ok(Math.abs(across * width - down * height) < 1e-6);
    }),
  );
});

test('no random view loses or cuts an object', () => {
  fc.assert(
    fc.property(boxes, fc.integer(), (corners, seed) => {
      const view = objectView(corners, createRandom(seed, 'view'));
      for (let at = 0; at < corners.length; at += 4) {
        const [top = 0, left = 0, bottom = 0, right = 0] = corners.subarray(at, at + 4);
        assert.ok(top >= view.top - 1e-6 && bottom <= view.top + view.height + 1e-6);
        assert.ok(left >= view.left - 1e-6 && right <= view.left + view.width + 1e-6);
      }
      const labels = new Int32Array(corners.length / 4);
      const moved = moveTruth({ boxes: corners, labels }, view);
      assert.is(moved.boxes.length, corners.length);
      assert.ok(moved.boxes.every((value) => value >= 0 && value <= 1));
      for (let at = 0; at < corners.length; at += 4) {
        const area = (from: Float32Array) =>
          ((from[at + 2] ?? 0) - (from[at] ?? 0)) * ((from[at + 3] ?? 0) - (from[at + 1] ?? 0));
        const wanted = area(corners) / (view.width * view.height);
        assert.ok(
          Math.abs(area(moved.boxes) - wanted) < 1e-4 * (1 + wanted),
          'the area grows as the window shrinks',
        );
      }
    }),
  );
});

test('boxes move with what is in them', () => {
  const picture = halves(60, 60, [0, 0, 0], [0, 0, 0]);
  for (let y = 20; y < 32; y++)
    for (let x = 10; x < 28; x++) picture.pixels.set([255, 255, 255], (y * 60 + x) * 3);
  const truth = { boxes: Float32Array.of(20 / 60, 10 / 60, 32 / 60, 28 / 60), labels: Int32Array.of(0) };
  for (let seed = 0; seed < 20; seed++) {
    const view = objectView(truth.boxes, createRandom(seed, 'view'));
    const target = new Uint8Array(90 * 90 * 3);
    resample(picture, view, 90, target, black);
    const [top = 0, left = 0, bottom = 0, right = 0] = moveTruth(truth, view).boxes;
    let white = 0;
    let whiteInside = 0;
    for (let y = 0; y < 90; y++) {
      for (let x = 0; x < 90; x++) {
        if ((target[(y * 90 + x) * 3] ?? 0) < 128) continue;
        white += 1;
        const within = y + 1 >= top * 90 && y <= bottom * 90 && x + 1 >= left * 90 && x <= right * 90;
        if (within) whiteInside += 1;
      }
    }
    assert.is(whiteInside, white);
    const area = (bottom - top) * (right - left) * 90 * 90;
    assert.ok(Math.abs(white - area) < 0.2 * area, `${white} white pixels in a box of ${area}`);
  }
});

test('colours stray, gray stays gray, and the same stream does the same', () => {
  const gray = new Uint8Array(30).fill(100);
  jitterColour(gray, createRandom(1, 'colour'));
  assert.is(new Set(gray).size, 1);
  assert.is.not(gray[0], 100);
  const [once, again] = [0, 1].map(() => {
    const pixels = Uint8Array.of(250, 5, 90);
    jitterColour(pixels, createRandom(7, 'colour'));
    return pixels;
  });
  assert.equal(once, again);
});

test.run();
