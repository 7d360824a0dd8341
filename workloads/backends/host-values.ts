import * as tf from '../tf.ts';

/** Whether a tensor can be read as soon as its kernel has returned; elsewhere its values have to be awaited. */
export function readsAtOnce(): boolean {
  return tf.getBackend() !== 'webgpu';
}

/**
 * The elements of a float32 tensor on the host, on wasm without a copy: to be read before the next kernel runs, never to be
 * changed. Only where `readsAtOnce`.
 */
export function viewOf(tensor: tf.Tensor): Float32Array {
  const backend = tf.backend();
  return hasHeap(backend) ? backend.typedArrayFromHeap(tensor) : tensor.dataSync<'float32'>();
}

/** The elements of float32 tensors on the host, on every backend; as `viewOf`. All are asked for before one is waited for. */
export function viewsOf(tensors: readonly tf.Tensor[]): Float32Array[] | Promise<Float32Array[]> {
  if (readsAtOnce()) return tensors.map(viewOf);
  return Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
}

/** A tensor of values that are others' to change afterwards. */
export function tensorOf(values: Float32Array, shape: number[]): tf.Tensor {
  // wasm copies what it is given into its heap; the others may keep the array itself.
  return tf.tensor(hasHeap(tf.backend()) ? values : values.slice(), shape);
}

/** Gives a variable new values. A new tensor and not a write into the old one: the wasm backend keeps packed weights by tensor. */
export function assignValues(variable: tf.Variable, values: Float32Array): void {
  const tensor = tensorOf(values, variable.shape);
  variable.assign(tensor);
  tensor.dispose();
}

interface HeapBackend {
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
}

function hasHeap(backend: object): backend is HeapBackend {
  return 'typedArrayFromHeap' in backend;
}
