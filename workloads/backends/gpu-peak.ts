import { type Known, known } from '../../src/model/measured.ts';
import type { Flops } from '../../src/model/units.ts';
import * as tf from '../tf.ts';

/** A software device takes milliseconds for the smallest, a large GPU 10 ms for the largest. */
const sides = { least: 128, most: 4096 } as const;
/** A product that takes longer is large enough: what it takes to start one is little beside it. */
const enoughMs = 20;
const rounds = 3;
/** Quick products in a round, of which the host waits for the last only. */
const products = 4;

/**
 * Measures the FLOP/s of an fp32 product of two square matrices on a backend whose kernels run later, the best of a few rounds. The side
 * grows until a product takes some milliseconds. The host waits for the last product of a round and reads one element of
 * it, which adds less than a percent.
 */
export async function measureGpuPeak(label: string): Promise<Known<Flops>> {
  let side: number = sides.least;
  let seconds = await secondsOfProduct(side);
  while (seconds * 1e3 < enoughMs && side < sides.most) {
    side *= 2;
    seconds = await secondsOfProduct(side);
  }
  const from = `measured: fp32 matrix product ${side}x${side}x${side}, best of ${rounds}, ${label}`;
  return known((2 * side ** 3) / seconds, from);
}

async function secondsOfProduct(side: number): Promise<number> {
  const [a, b] = [noise(side), noise(side)];
  // Compiles the kernel and puts both matrices on the device.
  await multiply(a, b, 1);
  const firstMs = await multiply(a, b, 1);
  const count = firstMs < enoughMs ? products : 1;
  let bestMs = firstMs;
  for (let round = 1; round < rounds; round += 1) {
    bestMs = Math.min(bestMs, (await multiply(a, b, count)) / count);
  }
  tf.dispose([a, b]);
  return bestMs / 1e3;
}

/** Tiles of one small random matrix: the host would take seconds to draw the numbers of a large one. */
function noise(side: number): tf.Tensor2D {
  const repeats = side / sides.least;
  return tf.tidy(() => tf.tile(tf.randomUniform([sides.least, sides.least]), [repeats, repeats]));
}

/** Milliseconds of `count` products. */
async function multiply(a: tf.Tensor, b: tf.Tensor, count: number): Promise<number> {
  const startMs = performance.now();
  const corner = tf.tidy(() => {
    for (let index = 1; index < count; index += 1) tf.matMul(a, b);
    return tf.slice(tf.matMul(a, b), [0, 0], [1, 1]);
  });
  await corner.data();
  corner.dispose();
  return performance.now() - startMs;
}
