import type { Launch, LaunchShape } from '../../src/model/activity.ts';
import type { LaunchId, StreamWriter } from '../../src/recording/stream-writer.ts';
import type { Context } from './attribution.ts';
import { bytesOf } from './bytes.ts';
import { flopsOf, type KernelCost, kernelCosts } from './flops.ts';
import { isList, kernelCall } from './kernel-call.ts';
import { LaunchTable, type LaunchTableOptions } from './launch-table.ts';
import { Signature, type SignedKernel } from './signature.ts';
import type { KernelParams, KernelResult } from './tensorflow.ts';

/**
 * The most launches that are remembered. A program whose shapes never repeat would otherwise fill the memory;
 * beyond this all are forgotten, and those that come again are defined once more.
 */
export const launchLimit = 65_536;

/** A kernel by name, with what is known of its cost. */
export interface KnownKernel extends SignedKernel {
  readonly name: string;
  readonly cost: KernelCost | undefined;
}

export interface LaunchesOptions extends LaunchTableOptions {
  readonly limit?: number;
}

/** Finds the launch that an execution is one of. The cost is worked out once, when a launch is first seen. */
export class Launches {
  readonly #writer: StreamWriter;
  readonly #deviceId: string;
  readonly #limit: number;
  readonly #table: LaunchTable;
  readonly #signature = new Signature();
  readonly #kernels = new Map<string, KnownKernel>();

  constructor(writer: StreamWriter, deviceId: string, options: LaunchesOptions = {}) {
    this.#writer = writer;
    this.#deviceId = deviceId;
    this.#limit = options.limit ?? launchLimit;
    this.#table = new LaunchTable(options);
  }

  /** The kernel of that name, to be kept beside its wrapper. */
  kernel(name: string): KnownKernel {
    const found = this.#kernels.get(name);
    if (found !== undefined) return found;
    const cost = kernelCosts.get(name);
    const id = this.#kernels.size;
    const made = { id, name, cost, attributeNames: cost?.attributes ?? [], inputNames: [] };
    this.#kernels.set(name, made);
    return made;
  }

  /**
   * The launch of this execution. Allocates only for one that is new.
   * @param shape how a GPU ran it; null where that has no shape
   */
  find(
    kernel: KnownKernel,
    context: Context,
    params: KernelParams,
    result: KernelResult,
    shape: LaunchShape | null = null,
  ): LaunchId {
    const signature = this.#signature;
    signature.write(kernel, context.id, params.inputs, result, params.attrs);
    if (shape !== null) signature.addShape(shape);
    return this.#known() ?? this.#keep(this.#define(kernel, context, params, result, shape));
  }

  /** The launch of a part of a kernel, of whose arithmetic and bytes nothing is known. */
  findPart(kernel: KnownKernel, context: Context, shape: LaunchShape): LaunchId {
    const signature = this.#signature;
    signature.writeBare(kernel, context.id);
    signature.addShape(shape);
    return (
      this.#known() ??
      this.#keep(
        this.#writer.defineLaunch({ ...this.#named(kernel, context, shape), flops: null, bytes: null }),
      )
    );
  }

  #known(): LaunchId | undefined {
    return this.#table.find(this.#signature);
  }

  /** Remembers the launch whose signature was written last. */
  #keep(launch: LaunchId): LaunchId {
    if (this.#table.size < this.#limit) {
      this.#table.add(this.#signature, launch);
    } else {
      this.#table.clear();
      this.#signature.forgetTexts();
    }
    return launch;
  }

  #define(
    kernel: KnownKernel,
    context: Context,
    params: KernelParams,
    result: KernelResult,
    shape: LaunchShape | null,
  ): LaunchId {
    const attributes: Record<string, unknown> = {};
    for (const name of kernel.attributeNames) attributes[name] = params.attrs?.[name];
    const call = kernelCall(params.inputs, isList(result) ? result : [result], attributes);
    return this.#writer.defineLaunch({
      ...this.#named(kernel, context, shape),
      flops: flopsOf(kernel.cost, call),
      bytes: bytesOf(kernel.cost, call),
    });
  }

  #named(
    { name }: KnownKernel,
    { layer, phase }: Context,
    shape: LaunchShape | null,
  ): Omit<Launch, 'flops' | 'bytes'> {
    return { kind: 'kernel', name, device: this.#deviceId, layer: layer.path, phase, shape };
  }
}
