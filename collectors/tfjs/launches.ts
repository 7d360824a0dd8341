import type { LaunchId, StreamWriter } from '../../src/recording/stream-writer.ts';
import type { Context } from './attribution.ts';
import { bytesOf } from './bytes.ts';
import { flopsOf, type KernelCost, kernelCosts } from './flops.ts';
import { isList, kernelCall } from './kernel-call.ts';
import { type KeptSignature, Signature } from './signature.ts';
import type { KernelParams, KernelResult } from './tensorflow.ts';

/**
 * The most launches that are remembered. A program whose shapes never repeat would otherwise fill the memory;
 * beyond this all are forgotten, and those that come again are defined once more.
 */
export const launchLimit = 65_536;

interface KnownLaunch {
  readonly signature: KeptSignature;
  readonly launch: LaunchId;
  /** Another launch with the same hash. */
  readonly next: KnownLaunch | undefined;
}

/** The launches of one kernel. */
export interface KernelLaunches {
  readonly name: string;
  readonly cost: KernelCost | undefined;
  readonly byHash: Map<number, KnownLaunch>;
}

export interface LaunchesOptions {
  /** Bits of the hash that are used; 0 makes every hash equal. */
  readonly hashMask?: number;
  readonly limit?: number;
}

const noAttributes: readonly string[] = [];

/** Finds the launch that an execution is one of. The cost is worked out once, when a launch is first seen. */
export class Launches {
  readonly #writer: StreamWriter;
  readonly #deviceId: string;
  readonly #hashMask: number;
  readonly #limit: number;
  readonly #signature = new Signature();
  readonly #kernels = new Map<string, KernelLaunches>();
  #count = 0;

  constructor(writer: StreamWriter, deviceId: string, options: LaunchesOptions = {}) {
    this.#writer = writer;
    this.#deviceId = deviceId;
    this.#hashMask = options.hashMask ?? 0x3fffffff;
    this.#limit = options.limit ?? launchLimit;
  }

  /** The launches of the kernel of that name, to be kept beside its wrapper. */
  ofKernel(name: string): KernelLaunches {
    const found = this.#kernels.get(name);
    if (found !== undefined) return found;
    const made = { name, cost: kernelCosts.get(name), byHash: new Map() };
    this.#kernels.set(name, made);
    return made;
  }

  /** The launch of this execution. Allocates only for one that is new. */
  find(kernel: KernelLaunches, context: Context, params: KernelParams, result: KernelResult): LaunchId {
    const { cost, byHash } = kernel;
    const attributeNames = cost?.attributes ?? noAttributes;
    const signature = this.#signature;
    const hash =
      signature.write(context.id, params.inputs, result, params.attrs, attributeNames) & this.#hashMask;
    const first = byHash.get(hash);
    for (let known = first; known !== undefined; known = known.next) {
      if (signature.equals(known.signature)) return known.launch;
    }
    const launch = this.#define(kernel, context, params, result);
    if (this.#count >= this.#limit) {
      this.#forget();
    } else {
      byHash.set(hash, { signature: signature.copy(), launch, next: first });
      this.#count += 1;
    }
    return launch;
  }

  #define(kernel: KernelLaunches, context: Context, params: KernelParams, result: KernelResult): LaunchId {
    const attributes: Record<string, unknown> = {};
    for (const name of kernel.cost?.attributes ?? noAttributes) attributes[name] = params.attrs?.[name];
    const call = kernelCall(params.inputs, isList(result) ? result : [result], attributes);
    return this.#writer.defineLaunch({
      kind: 'kernel',
      name: kernel.name,
      device: this.#deviceId,
      layer: context.layer.path,
      phase: context.phase,
      shape: null,
      flops: flopsOf(kernel.cost, call),
      bytes: bytesOf(kernel.cost, call),
    });
  }

  #forget(): void {
    for (const { byHash } of this.#kernels.values()) byHash.clear();
    this.#signature.forget();
    this.#count = 0;
  }
}
