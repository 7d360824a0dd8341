import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gradientNoise } from '../../src/analysis/gradient-noise.ts';
import { gaussian } from './advice/health/health-timelines.ts';

const test = suite('gradient noise');

test('the batch of equal noise and signal is found from cosines of gradients that have both', () => {
  // |G|² = 1 in 400 dimensions; the noise of a batch of 32 has 4 times its square: equal at a batch of 128.
  const [dimensions, batch, noiseSquare] = [400, 32, 4];
  const normal = gaussian(3);
  const gradient = () =>
    Array.from(
      { length: dimensions },
      (_, at) => (at === 0 ? 1 : 0) + Math.sqrt(noiseSquare / dimensions) * normal(),
    );
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
  const cosines = Array.from({ length: 200 }, () => {
    const [a, b] = [gradient(), gradient()];
    return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  });
  const found = gradientNoise(cosines, batch);
  assert.ok(Math.abs((found?.noiseToSignal ?? 0) - 4) < 0.6, `${found?.noiseToSignal}`);
  assert.ok(Math.abs((found?.equalBatch ?? 0) - 128) < 20, `${found?.equalBatch}`);
  assert.is(found?.checks, 100);
});

test('cosines about 0 or below tell no ratio; few, or such as cannot be, tell nothing', () => {
  assert.is(gradientNoise([0.1, -0.1, 0.12, -0.1, 0.02, -0.05], 32)?.noiseToSignal, null);
  assert.is(gradientNoise([-0.5, -0.5, -0.5, -0.5, -0.5, -0.5], 32)?.equalBatch, null);
  assert.is(gradientNoise([0.5, 0.5], 32), null);
  assert.is(gradientNoise([Number.NaN, 7, -3, Number.NaN], 32), null);
  assert.is(gradientNoise([1, 1, 1, 1, 1, 1], null)?.noiseToSignal, 0);
  assert.is(gradientNoise([1, 1, 1, 1, 1, 1], null)?.equalBatch, null);
});

test.run();
