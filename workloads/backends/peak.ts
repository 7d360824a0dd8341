import { type Known, known } from '../../src/model/measured.ts';
import type { Flops } from '../../src/model/units.ts';
import * as tf from '../tf.ts';

/** Time spent on measuring at least; on an idle machine longer gains nothing. */
const budgetMs = 350;
/** And at most: on a busy one V8 may still be compiling the kernels for that long. */
const mostMs = 1500;
/** It goes on until no round has been better by more than this for `calmMs`. */
const better = 0.99;
const calmMs = 200;
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
  const beginMs = performance.now();
  let betterMs = beginMs;
  let nowMs = beginMs;
  const goOn = () =>
    rounds < fewestRounds ||
    nowMs - beginMs < budgetMs ||
    (nowMs - betterMs < calmMs && nowMs - beginMs < mostMs);
  while (goOn()) {
    const startMs = nowMs;
    const product = tf.matMul(a, b);
    nowMs = performance.now();
    if (nowMs - startMs < bestMs * better) betterMs = nowMs;
    bestMs = Math.min(bestMs, nowMs - startMs);
    product.dispose();
    rounds += 1;
  }
  tf.dispose([a, b]);
  const from = `measured: fp32 matrix product ${size}x${size}x${size}, best of ${rounds}, ${label}`;
  return known((2 * size ** 3) / (bestMs / 1000), from);
}
