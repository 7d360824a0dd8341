import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { asMatrices } from '../../../workloads/backends/wasm/kernels/transpose.ts';
import * as tf from '../../../workloads/tf.ts';
import { agree, evaluate, random, randomTies } from './agreement.ts';

const test = suite('wasm kernels');
let started: StartedBackend[] = [];

test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

const pools: [size: number, strides: number, pad: 'same' | 'valid' | number][] = [
  [2, 2, 'valid'],
  [3, 2, 'same'],
  [3, 1, 'same'],
  [3, 2, 1],
];
for (const [size, strides, pad] of pools) {
  test(`max pool gradient, ${size}x${size} by ${strides}, ${pad}: negative maxima and ties`, async () => {
    for (const shift of [0, -10]) {
      await agree(() => {
        const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, strides, pad);
        const input = tf.add(randomTies([2, 9, 8, 5], 4), shift);
        return tf.grad(pool)(input, random(pool(input).shape, 5));
      });
    }
  });
}

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    test(`matrix product, transposed ${transposeA} and ${transposeB}, with gradients`, async () => {
      for (const batch of [[], [3]]) {
        await agree(() => {
          const a = random([...batch, ...(transposeA ? [17, 6] : [6, 17])], 6);
          const b = random([...batch, ...(transposeB ? [9, 17] : [17, 9])], 7);
          const multiply = (left: tf.Tensor, right: tf.Tensor) =>
            tf.matMul(left, right, transposeA, transposeB);
          return [multiply(a, b), ...tf.grads(multiply)([a, b], random([...batch, 6, 9], 8))];
        });
      }
    });
  }
}

test('matrix products of every size, also of a batch of one', async () => {
  const sizes: [number[], number[]][] = [
    [
      [4, 5],
      [5, 8],
    ],
    [
      [3, 7],
      [7, 16],
    ],
    [
      [130, 70],
      [70, 24],
    ],
    [
      [1, 9, 300],
      [300, 16],
    ],
    [
      [1, 1, 9, 30],
      [1, 30, 32],
    ],
  ];
  for (const [a, b] of sizes) await agree(() => tf.matMul(random(a, 28), random(b, 29)));
});

test('transposes of every order agree with the cpu backend', async () => {
  const orders = [
    [1, 0, 2, 3],
    [0, 2, 1, 3],
    [0, 3, 1, 2],
    [0, 2, 3, 1],
    [3, 2, 1, 0],
    [2, 3, 0, 1],
    [0, 1, 3, 2],
  ];
  for (const shape of [
    [2, 3, 4, 5],
    [1, 7, 6, 1],
    [4, 1, 9, 8],
    [1, 1, 13, 18],
  ]) {
    for (const order of orders) await agree(() => tf.transpose(random(shape, 9), order));
  }
  await agree(() => tf.transpose(tf.cast(randomTies([7, 10], 10), 'int32')));
  await agree(() => tf.transpose(tf.greater(random([7, 10], 10), 0)));
});

test('a swap of neighbouring groups of axes is a batch of matrix transposes', () => {
  assert.equal(asMatrices([2, 3, 4, 5], [0, 3, 1, 2]), { matrices: 2, rows: 12, columns: 5 });
  assert.equal(asMatrices([2, 3, 4, 5], [2, 3, 0, 1]), { matrices: 1, rows: 6, columns: 20 });
  assert.equal(asMatrices([2, 1, 4], [1, 0, 2]), { matrices: 1, rows: 1, columns: 8 });
  assert.is(asMatrices([2, 3, 4, 5], [3, 2, 1, 0]), null);
});

test('sums and means over leading, trailing, middle and all axes', async () => {
  const axes = [[0], [0, 1, 2], [1, 2], [3], [2, 3], [0, 2], [1], [0, 1, 2, 3], [-1, 1, 2]];
  for (const shape of [
    [3, 5, 7, 6],
    [2, 9, 8, 16],
    [2, 3, 1, 200],
    [5, 4, 3, 21],
  ]) {
    for (const axis of axes) {
      for (const keepDims of [false, true]) {
        await agree(() => {
          const x = random(shape, 11);
          return [tf.sum(x, axis, keepDims), tf.mean(x, axis, keepDims)];
        });
      }
    }
  }
  await agree(() => [tf.sum(tf.cast(randomTies([4, 90], 12), 'int32'), 0), tf.mean(tf.ones([5], 'int32'))]);
});

test('a long sum keeps its digits', async () => {
  const [total, mean] = await evaluate('wasm', () => {
    const x = tf.fill([1 << 20, 4], 0.1);
    return [tf.sum(x), tf.mean(x, 0)];
  });
  assert.ok(Math.abs((total?.values[0] ?? 0) / (0.1 * 4 * 2 ** 20) - 1) < 1e-6);
  assert.ok(Math.abs((mean?.values[3] ?? 0) / 0.1 - 1) < 1e-6);
});

test('casts and clones share elements or convert them', async () => {
  await agree(() => {
    const x = random([3, 4], 13);
    const y = tf.cast(tf.greater(x, 0), 'float32');
    return [x.clone(), tf.cast(x, 'float32'), tf.cast(tf.mul(x, 9), 'int32'), y, tf.reshape(x.clone(), [12])];
  });
  tf.tidy(() => {
    const words = tf.tensor(['a', 'b']);
    assert.equal(words.clone().dataSync(), ['a', 'b'] as unknown as tf.TypedArray);
  });
});

test('batch normalisation with given statistics', async () => {
  for (const channels of [4, 6, 16]) {
    await agree(() => {
      const [mean, beta, gamma] = [14, 15, 16].map((seed) => random([channels], seed)) as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      const variance = tf.square(random([channels], 17)) as tf.Tensor1D;
      const x = random([2, 5, 3, channels], 18) as tf.Tensor4D;
      return [tf.batchNorm(x, mean, variance, beta, gamma, 1e-3), tf.batchNorm(x, mean, variance)];
    });
  }
});

test('the gradient of a gather sums rows with the same index', async () => {
  await agree(() => {
    const indices = tf.tensor1d([3, 0, 3, 1, 3], 'int32');
    const gather = (x: tf.Tensor) => tf.gather(x, indices);
    return tf.grad(gather)(random([5, 3], 22), random([5, 3], 23));
  });
});

test('the gradient of a dilated convolution is refused in words', async () => {
  await tf.setBackend('wasm');
  tf.tidy(() => {
    const filter = random([3, 3, 4, 4], 24) as tf.Tensor4D;
    const convolve = (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter, 1, 'same', 'NHWC', 2);
    assert.throws(() => tf.grad(convolve)(random([1, 8, 8, 4], 25)), /dilation/);
  });
});

test('steps with momentum and weight decay lower the loss and leave nothing behind', async () => {
  await tf.setBackend('wasm');
  const weights = tf.tidy(() => tf.variable(random([3, 3, 4, 8], 26)));
  const optimizer = tf.train.momentum(0.01, 0.9);
  const loss = () => {
    const x = random([2, 8, 8, 4], 27) as tf.Tensor4D;
    const y = tf.conv2d(x, weights as unknown as tf.Tensor4D, 1, 'same');
    return tf.add(tf.mean(tf.square(y)), tf.mul(1e-3, tf.sum(tf.square(weights)))) as tf.Scalar;
  };
  const step = () => tf.tidy(() => optimizer.minimize(loss, true)?.dataSync()[0] ?? Number.NaN);
  const first = step();
  const { numTensors } = tf.memory();
  const dataIds = tf.backend().numDataIds();
  const later = [step(), step(), step()];
  assert.ok((later[2] ?? Number.NaN) < first);
  assert.is(tf.memory().numTensors, numTensors);
  assert.is(tf.backend().numDataIds(), dataIds);
  optimizer.dispose();
  weights.dispose();
});

test.run();
