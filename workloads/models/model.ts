import type { Bytes, Flops } from '../../src/model/units.ts';
import type * as tf from '../tf.ts';
import type { FeatureShape, ModelBuilder, Parameter } from './builder.ts';
import { forwardFlops, trainingFlops } from './flops.ts';
import { applyStages, type Stage } from './stages.ts';

/** A network over pictures, whatever it says of them. */
export interface Network {
  /** Such as `resnet20`. */
  readonly name: string;
  readonly input: FeatureShape;
  readonly classes: number;
  readonly parameters: readonly Parameter[];
  /** Numbers in all parameters. */
  readonly parameterCount: number;
  /** Model FLOPs for one sample, as `flops.ts` counts them. */
  readonly forwardFlops: Flops;
  readonly trainingFlops: Flops;
  /** What one sample leaves in memory until its backward pass is done. */
  readonly activationBytes: Bytes;
  /** Frees all variables. */
  dispose(): void;
}

/** A classifier of pictures. */
export interface Model extends Network {
  /** `forward` in parts, from the pictures to the logits: between two of them a model can be cut. */
  readonly stages: readonly Stage[];
  /**
   * @param images [N, H, W, C] of the shape `input`
   * @param training whether normalisations use (and move towards) the statistics of this batch
   * @returns logits, [N, classes]
   */
  forward(images: tf.Tensor4D, training: boolean): tf.Tensor2D;
}

/** What every network over pictures is made from. */
export interface ModelShape {
  readonly input: FeatureShape;
  readonly classes: number;
}

/** Completes a classifier from what its builder collected. `stages` lead from pictures to logits. */
export function finishModel(
  name: string,
  shape: ModelShape,
  builder: ModelBuilder,
  stages: readonly Stage[],
): Model {
  return {
    ...finishNetwork(name, shape, builder),
    stages,
    forward: (images, training) => applyStages(stages, images, training) as tf.Tensor2D,
  };
}

/** Completes a network from what its builder collected. */
export function finishNetwork(name: string, { input, classes }: ModelShape, builder: ModelBuilder): Network {
  const { parameters, statistics, multiplyAdds, activationBytes } = builder.collected;
  return {
    name,
    input,
    classes,
    parameters,
    parameterCount: parameters.reduce((sum, { variable }) => sum + variable.size, 0),
    forwardFlops: forwardFlops(multiplyAdds),
    trainingFlops: trainingFlops(multiplyAdds),
    activationBytes,
    dispose() {
      for (const { variable } of parameters) variable.dispose();
      for (const variable of statistics) variable.dispose();
    },
  };
}
