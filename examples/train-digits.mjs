/**
 * A small training of your own under warpwatch. Lines marked with (w) are all that is needed.
 *
 *     node examples/train-digits.mjs
 */

import * as core from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-wasm';
import { instrument } from 'warpwatch/tfjs'; // (w)

// With the package @tensorflow/tfjs this is: import * as tf from '@tensorflow/tfjs'
const tf = { ...core, ...tfl };
tf.enableProdMode();
await tf.setBackend('wasm');

const watch = await instrument(tf, { title: 'digits' }); // (w)

const { images, labels } = makeDigits(2048);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ name: 'hidden1', units: 256, activation: 'relu', inputShape: [28 * 28] }),
    tf.layers.dense({ name: 'hidden2', units: 128, activation: 'relu' }),
    tf.layers.dense({ name: 'classes', units: 10, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });

await model.fit(images, labels, {
  epochs: 5,
  batchSize: 128,
  verbose: 0,
  callbacks: watch.fitCallbacks(), // (w) each batch is a step, each figure of the logs a metric
});

const endEvaluation = watch.range('evaluation');
const [, accuracy] = model.evaluate(images, labels, { batchSize: 512 });
console.log(`accuracy on the training pictures: ${(100 * accuracy.dataSync()[0]).toFixed(1)} %`);
endEvaluation();

await watch.close(); // (w)

/** Made-up digits: ten fixed patterns of 28 x 28 pixels under noise. */
function makeDigits(count) {
  const patterns = tf.randomUniform([10, 28 * 28], 0, 1, 'float32', 7);
  const digits = tf.randomUniform([count], 0, 10, 'int32', 11);
  const noise = tf.randomNormal([count, 28 * 28], 0, 2, 'float32', 13);
  const made = {
    images: tf.add(tf.gather(patterns, digits), noise),
    labels: tf.cast(tf.oneHot(digits, 10), 'float32'),
  };
  tf.dispose([patterns, digits, noise]);
  return made;
}
