import type { KernelCost } from '../flops.ts';
import { dimension, input, type KernelCall, output, sizeOf } from '../kernel-call.ts';
import { fusedExtras } from './fused.ts';

/** Multiplications an output element takes: the filter without its last dimension, the output channels. */
function taps(filterShape: readonly number[]): number {
  return sizeOf(filterShape.slice(0, -1));
}

/** Multiplications of a depthwise output element: filters are [height, width, channels, multiplier]. */
function depthwiseTaps(filterShape: readonly number[]): number {
  return dimension(filterShape, 0) * dimension(filterShape, 1);
}

type Taps = (filterShape: readonly number[]) => number;

const forward = (tapsOf: Taps) => (call: KernelCall) =>
  2 * sizeOf(output(call).shape) * tapsOf(input(call, 'filter').shape);

// A backward pass visits the same pairs of input and output elements as its forward pass, whose output has the
// shape of dy. So neither stride, padding, dilation nor the order of channels is needed.
const backwardInput = (tapsOf: Taps) => (call: KernelCall) =>
  2 * sizeOf(input(call, 'dy').shape) * tapsOf(input(call, 'filter').shape);

const backwardFilter = (tapsOf: Taps) => (call: KernelCall) =>
  2 * sizeOf(input(call, 'dy').shape) * tapsOf(output(call).shape);

const fused = (tapsOf: Taps): KernelCost => ({
  attributes: ['activation'],
  flops: (call) => forward(tapsOf)(call) + fusedExtras(call),
});

/** Convolutions; filters are [height, width, inputs, outputs], in three dimensions with the depth before. */
export const convolutions: readonly (readonly [string, KernelCost])[] = [
  ['Conv2D', { flops: forward(taps) }],
  ['Conv2DBackpropInput', { flops: backwardInput(taps) }],
  ['Conv2DBackpropFilter', { flops: backwardFilter(taps) }],
  ['FusedConv2D', fused(taps)],
  ['DepthwiseConv2dNative', { flops: forward(depthwiseTaps) }],
  ['DepthwiseConv2dNativeBackpropInput', { flops: backwardInput(depthwiseTaps) }],
  ['DepthwiseConv2dNativeBackpropFilter', { flops: backwardFilter(depthwiseTaps) }],
  ['FusedDepthwiseConv2D', fused(depthwiseTaps)],
  ['Conv3D', { flops: forward(taps) }],
  ['Conv3DBackpropInputV2', { flops: backwardInput(taps) }],
  ['Conv3DBackpropFilterV2', { flops: backwardFilter(taps) }],
];
