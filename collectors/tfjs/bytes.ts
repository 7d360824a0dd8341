import type { Bytes } from '../../src/model/units.ts';
import { type KernelCost, returnsItsInput } from './flops.ts';
import { elementBytes, type KernelCall, sizeOf } from './kernel-call.ts';
import type { TensorInfo } from './tensorflow.ts';

/**
 * Bytes that one execution has to move at least: each input read once and each output written once, by real shapes
 * and types. Caches may turn that into more or less traffic. An output that shares the storage of an input is not
 * written; where all do, nothing is read either. Null where a type's size is unknown, as for strings.
 */
export function bytesOf(cost: KernelCost | undefined, call: KernelCall): Bytes | null {
  if (cost !== undefined && returnsItsInput(call)) return 0;
  const storages = new Set([...call.inputs.values()].map((read) => read.dataId));
  const written = total(call.outputs.filter((made) => !storages.has(made.dataId)));
  if (written === null) return null;
  let bytes = written;
  for (const [name, read] of call.inputs) {
    if (cost?.unread?.includes(name)) continue;
    const taken = bytesRead(cost, call, read);
    if (taken === null) return null;
    bytes += cost?.selectsFrom === name ? Math.min(taken, written) : taken;
  }
  return bytes;
}

function bytesRead(cost: KernelCost | undefined, call: KernelCall, read: TensorInfo): Bytes | null {
  const perElement = elementBytes(read.dtype);
  if (perElement === null) return null;
  const size = sizeOf(read.shape);
  try {
    return perElement * (cost?.elementsRead?.(size, call) ?? size);
  } catch {
    return null;
  }
}

function total(tensors: readonly TensorInfo[]): Bytes | null {
  let sum = 0;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}

function tensorBytes(tensor: TensorInfo): Bytes | null {
  const perElement = elementBytes(tensor.dtype);
  return perElement === null ? null : sizeOf(tensor.shape) * perElement;
}
