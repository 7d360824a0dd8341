import { type Known, known } from '../../src/model/measured.ts';
import type { Flops } from '../../src/model/units.ts';
import * as tf from '../tf.ts';

/** Time spent on measuring; longer gains nothing on the machines tried. */
const budgetMs = 350;
/** At least so many rounds, for a machine on which one is longer than the budget. */
const fewestRounds = 3;

/**
 * Measures the FLOP/s of an fp32 product of two `size` x `size` matrices on the active backend: the best of as
 * many rounds as fit. The best, since whatever else runs on the machine can only make a round slower.
 *
 * @param label the backend in words, for `from`
 */
export async function measurePeakFlops(label: string, size: number): Promise<Known<Flops>> {
  const a = tf.randomUniform([size, size]);
  const b = tf.randomUniform([size, size]);
  let bestMs = Number.POSITIVE_INFINITY;
  let rounds = 0;
  const begin = performance.now();
  while (rounds < fewestRounds || performance.now() - begin < budgetMs) {
    const start = performance.now();
    const product = tf.matMul(a, b);
    bestMs = Math.min(bestMs, performance.now() - start);
    product.dispose();
    rounds += 1;
  }
  tf.dispose([a, b]);
  const from = `measured: fp32 matrix product ${size}x${size}x${size}, best of ${rounds}, ${label}`;
  return known((2 * size ** 3) / (bestMs / 1000), from);
}
