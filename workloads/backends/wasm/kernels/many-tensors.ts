import type { TensorInfo } from '../../../tf.ts';
import { util } from '../../../tf.ts';
import { spreadOf } from '../../many-tensors.ts';
import {
  type MostAttrs,
  numbersOfMany,
  squaredDistances,
  squaresOfMany,
} from '../../many-tensors-kernels.ts';
import { kernel } from '../kernel.ts';
import type { TrainingWasm } from '../training-wasm.ts';

/** Sums in double precision, four at a time, so that none waits for the one before. */
export const squaresOfManyKernel = kernel<string, MostAttrs>(
  squaresOfMany,
  ({ inputs, attrs: { most }, backend }) => {
    const tensors = Object.values(inputs);
    return vector(backend, tensors.length, () =>
      tensors.map((tensor) => {
        const values = viewOf(backend, tensor);
        const { stride } = spreadOf(values.length, most);
        return stride === 1 ? squares(values) : squaresOfSome(values, stride);
      }),
    );
  },
);

export const squaredDistancesKernel = kernel<string>(squaredDistances, ({ inputs, backend }) => {
  const tensors = Object.values(inputs);
  return vector(backend, tensors.length, () => {
    const sums: number[] = [];
    for (let index = 0; index + 1 < tensors.length; index += 2) {
      const [from, to] = [tensors[index] as TensorInfo, tensors[index + 1] as TensorInfo];
      const values = viewOf(backend, from);
      sums.push(squaredDistance(values, viewOf(backend, to)), squares(values));
    }
    return sums;
  });
});

export const numbersOfManyKernel = kernel<string, MostAttrs>(
  numbersOfMany,
  ({ inputs, attrs: { most }, backend }) => {
    const tensors = Object.values(inputs);
    const spreads = tensors.map(({ shape }) => spreadOf(util.sizeFromShape(shape), most));
    const length = spreads.reduce((sum, { count }) => sum + count, 0);
    const output = backend.makeOutput([length], 'float32');
    const target = viewOf(backend, output);
    let at = 0;
    for (const [index, { stride, count }] of spreads.entries()) {
      const values = viewOf(backend, tensors[index] as TensorInfo);
      if (stride === 1) target.set(values, at);
      else for (let taken = 0; taken < count; taken++) target[at + taken] = values[taken * stride] as number;
      at += count;
    }
    return output;
  },
);

/** Room comes first: views of the heap are void after it. */
function vector(backend: TrainingWasm, length: number, values: () => number[]): TensorInfo {
  const output = backend.makeOutput([length], 'float32');
  viewOf(backend, output).set(values());
  return output;
}

function viewOf(backend: TrainingWasm, tensor: TensorInfo): Float32Array {
  const size = util.sizeFromShape(tensor.shape);
  return new Float32Array(backend.instance.memory.buffer, backend.pointer(tensor), size);
}

function squares(values: Float32Array): number {
  const whole = values.length - (values.length % 4);
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let at = 0; at < whole; at += 4) {
    first += (values[at] as number) ** 2;
    second += (values[at + 1] as number) ** 2;
    third += (values[at + 2] as number) ** 2;
    fourth += (values[at + 3] as number) ** 2;
  }
  for (let at = whole; at < values.length; at++) first += (values[at] as number) ** 2;
  return first + second + third + fourth;
}

function squaresOfSome(values: Float32Array, stride: number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += stride) sum += (values[at] as number) ** 2;
  return sum;
}

function squaredDistance(from: Float32Array, to: Float32Array): number {
  const whole = from.length - (from.length % 4);
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let at = 0; at < whole; at += 4) {
    first += ((from[at] as number) - (to[at] as number)) ** 2;
    second += ((from[at + 1] as number) - (to[at + 1] as number)) ** 2;
    third += ((from[at + 2] as number) - (to[at + 2] as number)) ** 2;
    fourth += ((from[at + 3] as number) - (to[at + 3] as number)) ** 2;
  }
  for (let at = whole; at < from.length; at++) first += ((from[at] as number) - (to[at] as number)) ** 2;
  return first + second + third + fourth;
}
