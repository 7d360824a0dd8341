import type { Bytes } from '../../src/model/units.ts';
import type { KernelInput, KernelInputs, TensorInfo } from './tensorflow.ts';

/** One execution of a kernel, as the rules of cost see it. */
export interface KernelCall {
  /** By name; a plain list of inputs counts its names from `0`. */
  readonly inputs: ReadonlyMap<string, TensorInfo>;
  readonly outputs: readonly TensorInfo[];
  /** Those attributes that the kernel's rule names. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Puts an execution into the form that rules of cost read. */
export function kernelCall(
  inputs: KernelInputs,
  outputs: readonly TensorInfo[],
  attributes: Readonly<Record<string, unknown>>,
): KernelCall {
  const named = new Map<string, TensorInfo>();
  for (const [name, input] of Object.entries<KernelInput>({ ...inputs })) {
    if (isList(input)) input.forEach((tensor, index) => void named.set(`${name}/${index}`, tensor));
    else if (input) named.set(name, input);
  }
  return { inputs: named, outputs, attributes };
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isList<T>(value: T | readonly T[] | null | undefined): value is readonly T[] {
  return Array.isArray(value);
}

/** Whether the inputs of a kernel are a plain list. */
export function isTensorList(inputs: KernelInputs): inputs is readonly TensorInfo[] {
  return Array.isArray(inputs);
}

/** Number of elements; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

/** The named input. Throws a RangeError where it is missing; the caller then knows nothing of the cost. */
export function input(call: KernelCall, name: string): TensorInfo {
  const found = call.inputs.get(name);
  if (found === undefined) throw new RangeError(`input ${name} is missing`);
  return found;
}

/** The first output. Throws a RangeError where there is none. */
export function output(call: KernelCall): TensorInfo {
  const found = call.outputs[0];
  if (found === undefined) throw new RangeError('an output is missing');
  return found;
}

/** Length along an axis, counted from the end for negative ones. Throws a RangeError beyond the rank. */
export function dimension(shape: readonly number[], axis: number): number {
  const length = shape.at(axis);
  if (length === undefined) throw new RangeError(`axis ${axis} is beyond rank ${shape.length}`);
  return length;
}

/** Bytes of one element in memory (tfjs-core, util_base.ts), or null for strings and types unknown here. */
export function elementBytes(dtype: string): Bytes | null {
  switch (dtype) {
    case 'float32':
    case 'int32':
      return 4;
    case 'bool':
      return 1;
    case 'complex64':
      return 8;
    default:
      return null;
  }
}
