import type { Flops } from '../../src/model/units.ts';

/** Rows and columns of a convolution's output, its filter and its channels. */
export interface ConvolutionShape {
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
}

/** Multiply-adds that a convolution needs for one sample. */
export function convolutionMultiplyAdds(shape: ConvolutionShape): number {
  const pixels = shape.outputHeight * shape.outputWidth;
  const taps = shape.kernelHeight * shape.kernelWidth;
  return pixels * taps * shape.inputChannels * shape.outputChannels;
}

/** Multiply-adds that a dense layer needs for one sample. */
export function denseMultiplyAdds(inputs: number, outputs: number): number {
  return inputs * outputs;
}

/**
 * Model FLOPs of a forward pass: those of convolutions and dense layers, a multiply-add as two. Normalisation,
 * activations and additions are left out, as in the published counts.
 */
export function forwardFlops(multiplyAdds: number): Flops {
  return 2 * multiplyAdds;
}

/**
 * Model FLOPs of forward and backward: the gradients of inputs and of weights cost a forward pass each (PaLM,
 * Chowdhery et al. 2022, appendix B counts so). Recomputation would not count.
 */
export function trainingFlops(multiplyAdds: number): Flops {
  return 3 * forwardFlops(multiplyAdds);
}
