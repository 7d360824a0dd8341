import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, xoshiro128StarStar } from '../../../workloads/data/random.ts';

const test = suite('random');

test('xoshiro128** gives what the C code of its authors gives', () => {
  const next = xoshiro128StarStar([1, 2, 3, 4]);
  const expected = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849];
  assert.equal(
    expected.map(() => next()),
    expected,
  );
});

test('a seed and a name pick a stream', () => {
  const draw = (seed: number, name: string) => {
    const random = createRandom(seed, name);
    return [random.bits(), random.bits(), random.bits()];
  };
  assert.equal(draw(1, 'a'), draw(1, 'a'));
  assert.not.equal(draw(1, 'a'), draw(1, 'b'));
  assert.not.equal(draw(1, 'a'), draw(2, 'a'));
});

test('distributions have their moments', () => {
  const random = createRandom(7, 'moments');
  const count = 50_000;
  let uniform = 0;
  let normal = 0;
  let square = 0;
  const counts = [0, 0, 0];
  for (let index = 0; index < count; index++) {
    uniform += random.uniform();
    const value = random.normal();
    normal += value;
    square += value * value;
    const face = random.integer(3);
    counts[face] = (counts[face] ?? 0) + 1;
  }
  // Five standard errors.
  assert.ok(Math.abs(uniform / count - 0.5) < 5 * Math.sqrt(1 / 12 / count));
  assert.ok(Math.abs(normal / count) < 5 / Math.sqrt(count));
  assert.ok(Math.abs(square / count - 1) < 5 * Math.sqrt(2 / count));
  assert.is(counts.length, 3);
  for (const share of counts) assert.ok(Math.abs(share / count - 1 / 3) < 5 * Math.sqrt(2 / 9 / count));
});

test.run();
