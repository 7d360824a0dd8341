/**
 * A training loop written by hand, with layers and phases named by the program.
 *
 *     node examples/train-loop.mjs
 */
import * as core from '@tensorflow/tfjs-core';
// Under Node's module loader tfjs-core alone registers no gradients; loading tfjs-layers does.
import * as tfl from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-wasm';
import { instrument } from 'warpwatch/tfjs';

const tf = { ...core, ...tfl };
tf.enableProdMode();
await tf.setBackend('wasm');

const watch = await instrument(tf, { title: 'loop' });

const batchSize = 256;
const hidden = tf.variable(tf.randomNormal([64, 512], 0, 0.1));
const head = tf.variable(tf.randomNormal([512, 1], 0, 0.05));
const optimizer = tf.train.momentum(0.02, 0.9);

for (let step = 0; step < 200; step++) {
  await watch.step(batchSize, async () => {
    const [x, y] = watch.phase('input', () => makeBatch());
    const loss = optimizer.minimize(() => {
      const features = watch.layer('hidden', () => tf.relu(tf.matMul(x, hidden)));
      const prediction = watch.layer('head', () => tf.matMul(features, head));
      return tf.losses.meanSquaredError(y, prediction);
    }, true);
    const [value] = await loss.data();
    watch.metric('loss', value);
    tf.dispose([x, y, loss]);
    if (step % 50 === 49) console.log(`step ${step + 1}: loss ${value.toFixed(4)}`);
  });
}

await watch.close();

/** What is to be learned: a bent sum of the inputs. */
function makeBatch() {
  return tf.tidy(() => {
    const x = tf.randomNormal([batchSize, 64]);
    return [x, tf.tanh(tf.mul(tf.mean(x, 1, true), 8))];
  });
}
