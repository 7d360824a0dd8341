import * as tf from '../../../tf.ts';
import type { Kernel } from '../kernel.ts';
import type { TrainingWasm } from '../training-wasm.ts';
import { batchMatMul } from './batch-mat-mul.ts';
import { batchMomentsKernel, batchNormTrainGradKernel, batchNormTrainKernel } from './batch-norm-train.ts';
import { conv2d } from './conv2d.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { cast, identity } from './copies.ts';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-backprop.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { fusedConv2d } from './fused-conv2d.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { mean, sum } from './sums.ts';
import { transpose } from './transpose.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Every kernel that differs from the package's. */
export const kernels: readonly Kernel[] = [
  batchMatMul,
  batchMomentsKernel,
  batchNormTrainGradKernel,
  batchNormTrainKernel,
  cast,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  fusedBatchNorm,
  fusedConv2d,
  identity,
  maxPoolGrad,
  mean,
  sum,
  transpose,
  unsortedSegmentSum,
];

let installed = false;

/** Registers the kernels with TensorFlow.js, once a process. */
export function installKernels(): void {
  if (installed) return;
  installed = true;
  for (const { name, run } of kernels) {
    const config = tf.getKernel(name, 'wasm');
    const packaged = config?.kernelFunc;
    const kernelFunc: tf.KernelFunc = (call) =>
      run({
        inputs: call.inputs as Record<string, tf.TensorInfo>,
        attrs: call.attrs ?? {},
        backend: call.backend as TrainingWasm,
        packaged: () => {
          if (packaged === undefined) throw new Error(`the wasm backend has no kernel ${name} of its own`);
          const output = packaged(call);
          if (Array.isArray(output)) throw new TypeError(`kernel ${name} has more than one output`);
          return output;
        },
      });
    // In place, so that the package's set-up of its own kernel, which may still be called, stays.
    if (config === undefined) tf.registerKernel({ kernelName: name, backendName: 'wasm', kernelFunc });
    else config.kernelFunc = kernelFunc;
  }
}
