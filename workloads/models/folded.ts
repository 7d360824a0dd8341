import * as tf from '../tf.ts';
import { batchNormEpsilon } from './batch-norm.ts';
import type { ConvNorm } from './conv-norm.ts';
import { applyBlock, type ResidualNetwork } from './residual.ts';
import { runInTurn } from './stages.ts';

/** Ways to run a convolution with bias and rectifier: as one kernel, or as one kernel for each of them. */
export const executions = ['fused', 'unfused'] as const;
export type Execution = (typeof executions)[number];

/** A residual network for inference whose normalisations are part of its convolutions. */
export interface FoldedNetwork {
  /**
   * Logits, [N, classes], which belong to the caller.
   * @param images [N, H, W, C]
   */
  forward(images: tf.Tensor4D, execution: Execution): tf.Tensor2D;
  /** Frees its own tensors; those of the network that it was made of stay. */
  dispose(): void;
}

interface FoldedConvolution {
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/**
 * Folds the normalisations of a network, as their moving statistics are now, into filters and biases: with
 * f = scale / sqrt(variance + epsilon) a normalised convolution is a convolution by f · weights, plus offset - mean · f.
 */
export function foldNetwork(network: ResidualNetwork): FoldedNetwork {
  const { probe, stem, stemPool, blocks, head } = network;
  const units = [stem, ...blocks.flatMap(({ main, shortcut }) => (shortcut ? [...main, shortcut] : main))];
  const folded = new Map(units.map((unit) => [unit, fold(unit)]));
  const run = (execution: Execution) => (unit: ConvNorm, x: tf.Tensor4D, residual?: tf.Tensor4D) => {
    const convolution = folded.get(unit);
    if (convolution === undefined) throw new RangeError(`${unit.name} is not of this network.`);
    const apply = execution === 'fused' ? asOne : asSeveral;
    return probe.layer(unit.name, () => apply(convolution, unit, x, residual));
  };
  return {
    forward(images, execution) {
      const unit = run(execution);
      const start = (x: tf.Tensor4D) => {
        const features = unit(stem, x);
        return stemPool === null ? features : stemPool.apply(features, false);
      };
      const middle = blocks.map((block) => (x: tf.Tensor4D) => applyBlock(probe, block, x, unit));
      const passes = [start, ...middle, head] as ((x: tf.Tensor) => tf.Tensor)[];
      return runInTurn(passes, images) as tf.Tensor2D;
    },
    dispose() {
      for (const { filter, bias } of folded.values()) tf.dispose([filter, bias]);
    },
  };
}

function fold({ weights, vectors: { scale, offset, mean, variance } }: ConvNorm): FoldedConvolution {
  return tf.tidy(() => {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, batchNormEpsilon)));
    return {
      filter: tf.mul<tf.Tensor4D>(weights, factor),
      bias: tf.sub<tf.Tensor1D>(offset, tf.mul(mean, factor)),
    };
  });
}

/** A rectifier cannot be part of the kernel where a residual comes before it. */
function asOne(
  { filter, bias }: FoldedConvolution,
  { stride, relu }: ConvNorm,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
): tf.Tensor4D {
  const activation = relu && residual === undefined ? 'relu' : 'linear';
  const y = tf.fused.conv2d({ x, filter, strides: stride, pad: 'same', bias, activation });
  if (residual === undefined) return y;
  const sum = tf.add<tf.Tensor4D>(y, residual);
  return relu ? tf.relu(sum) : sum;
}

function asSeveral(
  { filter, bias }: FoldedConvolution,
  { stride, relu }: ConvNorm,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
): tf.Tensor4D {
  const y = tf.add<tf.Tensor4D>(tf.conv2d(x, filter, stride, 'same'), bias);
  const sum = residual === undefined ? y : tf.add<tf.Tensor4D>(y, residual);
  return relu ? tf.relu(sum) : sum;
}
