import type { BuilderSettings } from './builder.ts';
import type { Model, ModelShape } from './model.ts';
import type { ResidualNetwork } from './residual.ts';
import { createResNetBottleneck, resnet50 } from './resnet-bottleneck.ts';
import { createResNetCifar } from './resnet-cifar.ts';
import { createResNetImageNet, imageNetResNets } from './resnet-imagenet.ts';

/** From this side of the pictures on, in pixels, networks have the stem for ImageNet: it leaves 16x16 of 64x64. */
export const imageNetSide = 64;

/** Depths that `createResNet` takes; 18, 34 and 50 are the networks for ImageNet. */
export type ResNetDepth = '18' | '20' | '32' | '34' | '50' | '56';

/**
 * The residual network of a depth that suits the pictures. 20, 32 and 56 are those for CIFAR at any size. 50 is v1.5 with
 * the stem for ImageNet where pictures have a side of `imageNetSide` at least, and v2 with the small stem below; 18 and 34
 * have the stem for ImageNet.
 */
export function createResNet(depth: ResNetDepth, shape: ModelShape, settings: BuilderSettings): Model {
  const side = Math.min(shape.input.height, shape.input.width);
  return depth === '50' && side < imageNetSide
    ? createResNetBottleneck(resnet50, shape, settings)
    : createResidualNetwork(depth, shape, settings);
}

/** The same of the first version at any size, whose blocks can be run in other ways. */
export function createResidualNetwork(
  depth: ResNetDepth,
  shape: ModelShape,
  settings: BuilderSettings,
): ResidualNetwork {
  return depth === '20' || depth === '32' || depth === '56'
    ? createResNetCifar({ depth: Number(depth) }, shape, settings)
    : createResNetImageNet(imageNetResNets[depth], shape, settings);
}
