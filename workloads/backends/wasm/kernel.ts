import * as tf from '../../tf.ts';
import type { TrainingWasm } from './training-wasm.ts';

/** What a kernel is run with. */
export interface KernelCall<Input extends string, Attributes> {
  readonly inputs: Readonly<Record<Input, tf.TensorInfo>>;
  readonly attrs: Attributes;
  readonly backend: TrainingWasm;
  /** Runs the package's own kernel on the same; throws where it has none. */
  readonly packaged: () => tf.TensorInfo;
}

/** A kernel that we add to, or put in the place of one of, the package's. */
export interface Kernel {
  /** The name that TensorFlow.js gives it. */
  readonly name: string;
  readonly run: (call: KernelCall<string, tf.NamedAttrMap>) => tf.TensorInfo | tf.TensorInfo[];
}

/** Describes a kernel with the names of its inputs and the type of its attributes, as tfjs-core's kernel_names.ts states them. */
export function kernel<Input extends string, Attributes = unknown>(
  name: string,
  run: (call: KernelCall<Input, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): Kernel {
  return { name, run: run as unknown as Kernel['run'] };
}

/**
 * Runs a registered kernel of the backend. Its result is not tracked by the engine: hand it on, or dispose it with
 * `backend.disposeData`.
 */
export function runKernel(
  backend: TrainingWasm,
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): tf.TensorInfo {
  const config = tf.getKernel(name, 'wasm');
  const output = config.kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend });
  if (Array.isArray(output)) throw new TypeError(`kernel ${name} has more than one output`);
  return output;
}

/** The same elements in another shape, without a copy: the data count one more reference. */
export function reshaped(backend: TrainingWasm, tensor: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  backend.incRef(tensor.dataId);
  return { dataId: tensor.dataId, shape, dtype: tensor.dtype };
}
