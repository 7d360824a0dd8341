import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import { executions, foldNetwork } from '../../../workloads/models/folded.ts';
import type { ResidualNetwork } from '../../../workloads/models/residual.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import { createResNetImageNet } from '../../../workloads/models/resnet-imagenet.ts';
import * as tf from '../../../workloads/tf.ts';
import { recordKernels } from '../../collectors/tfjs/record-kernels.ts';

const test = suite('folded');

const settings: BuilderSettings = { probe: silentProbe, initializer: 'he', seed: 1 };
const shape = { input: { height: 16, width: 16, channels: 3 }, classes: 5 };
const networks: readonly (() => ResidualNetwork)[] = [
  () => createResNetCifar({ depth: 8, width: 8 }, shape, settings),
  () => createResNetImageNet({ depth: 10, blocks: [1, 1], block: 'bottleneck', width: 8 }, shape, settings),
];
const random = (seed: number) => tf.randomNormal<tf.Rank.R4>([2, 16, 16, 3], 0.5, 2, 'float32', seed);

/** Moves the statistics away from where they start. */
function calibrated(create: () => ResidualNetwork): ResidualNetwork {
  const network = create();
  for (let pass = 0; pass < 5; pass++) tf.tidy(() => void network.forward(random(pass), true));
  return network;
}

for (const name of ['cpu', 'wasm'] as const) {
  let backend: StartedBackend | null = null;

  test(`on ${name} both ways give what the network itself infers`, async () => {
    backend = await startBackend(name, name === 'wasm' ? { threads: 1 } : {});
    const before = tf.memory().numTensors;
    for (const create of networks) {
      const network = calibrated(create);
      const folded = foldNetwork(network);
      tf.tidy(() => {
        const images = random(9);
        const expected = network.forward(images, false);
        const scale = tf.max(tf.abs(expected)).dataSync()[0] ?? 0;
        for (const execution of executions) {
          const difference = tf.max(tf.abs(tf.sub(folded.forward(images, execution), expected)));
          const relative = (difference.dataSync()[0] ?? Number.NaN) / scale;
          assert.ok(relative < 1e-5, `${network.name} ${execution}: ${relative}`);
        }
      });
      folded.dispose();
      network.dispose();
    }
    assert.is(tf.memory().numTensors, before);
  });

  test(`on ${name} a convolution, its bias and its rectifier are one kernel or three, and as much arithmetic`, async () => {
    const network = networks[0]?.();
    assert.ok(network);
    const folded = foldNetwork(network);
    const images = random(1);
    const [fused, unfused] = executions.map((execution) => {
      const { activities } = recordKernels(() => void folded.forward(images, execution), name);
      const count = (kernel: string) => activities.filter(({ launch }) => launch.name === kernel).length;
      const sum = (of: 'flops' | 'bytes') =>
        activities.reduce((total, { launch }) => total + (launch[of] ?? Number.NaN), 0);
      return { count, flops: sum('flops'), bytes: sum('bytes') };
    });
    assert.ok(fused && unfused);
    // The stem, three blocks of two, two projections; three rectifiers and sums come after a residual.
    assert.equal(['FusedConv2D', 'Conv2D', 'Relu'].map(fused.count), [9, 0, 3]);
    assert.equal(['FusedConv2D', 'Conv2D', 'Relu'].map(unfused.count), [0, 9, 7]);
    assert.is(unfused.count('Add') - fused.count('Add'), 9);
    assert.is(fused.flops, unfused.flops);
    // Nine biases and four rectifiers read and write their features once more; biases are read once either way.
    const [wide, middle, deep] = [2 * 16 * 16 * 8, 2 * 8 * 8 * 16, 2 * 4 * 4 * 32];
    const again = 3 * wide + 3 * middle + 3 * deep + (2 * wide + middle + deep);
    assert.is(unfused.bytes - fused.bytes, 2 * 4 * again);
    images.dispose();
    folded.dispose();
    network.dispose();
    await backend?.stop();
  });
}

test.run();
