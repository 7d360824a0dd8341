import { messageOf } from '../../../src/model/errors.ts';
import type { Bytes } from '../../../src/model/units.ts';
import type { Dawn } from './library.ts';

/** APIs of the system that Dawn computes through; its others (OpenGL) lack what TensorFlow.js needs. */
const drivers = ['vulkan', 'metal', 'd3d12'] as const;
type Driver = (typeof drivers)[number];

/** A GPU, or a program that stands in for one, as Dawn sees it. */
export interface Adapter {
  /** Its place in the list, from 0. */
  readonly index: number;
  /** As its driver gives it, such as `NVIDIA H100 PCIe` or `SwiftShader Device (Subzero)`. */
  readonly name: string;
  readonly vendor: string;
  /** WebGPU tells software alone; the rest is told by the vendor where that decides it. */
  readonly kind: 'discrete' | 'integrated' | 'software' | 'unknown';
  readonly driver: Driver;
  /** Of the driver, such as `SwiftShader driver 5.0.0`. */
  readonly driverVersion: string;
  /** Adapters of this very name, itself included: Dawn cannot tell them apart. */
  readonly alike: number;
  /**
   * Name of the adapter that Dawn takes in its stead, since it takes the first with the wanted name in its own. What
   * follows and the kind are that one's. Null where it can be had.
   */
  readonly hiddenBy: string | null;
  /** Without it kernels cannot be timed. */
  readonly timestampQuery: boolean;
  readonly shaderF16: boolean;
  /** The largest tensor. */
  readonly maxBufferBytes: Bytes;
  readonly maxWorkgroupThreads: number;
}

/** No adapter has this name, so that Dawn tells the names of all. */
const nobody = 'no adapter has this name';

/**
 * Every adapter that Dawn finds. Never throws for one that cannot be asked: it is left out.
 * WebGPU itself tells one adapter only and hides its name; Dawn's Node module tells all names, in the error for a name
 * that it does not find (dawn.node, GPU.cpp).
 */
export async function listAdapters(dawn: Dawn): Promise<readonly Adapter[]> {
  const listing = await request(dawn, [`adapter=${nobody}`]).then(() => '', messageOf);
  const adapters: Adapter[] = [];
  const found = parseListing(listing);
  for (const [index, { name, driver }] of found.entries()) {
    const adapter = await requestAdapter(dawn, { name, driver }).catch(() => null);
    if (adapter === null) continue;
    const { info, features, limits } = adapter;
    adapters.push({
      index,
      name,
      vendor: vendorOf(info.vendor, name),
      kind: kindOf(info, name),
      driver,
      driverVersion: info.description,
      alike: found.filter((other) => other.name === name && other.driver === driver).length,
      hiddenBy: hiddenBy(found, index),
      timestampQuery: features.has('timestamp-query'),
      shaderF16: features.has('shader-f16'),
      maxBufferBytes: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
      maxWorkgroupThreads: limits.maxComputeInvocationsPerWorkgroup,
    });
  }
  return adapters;
}

/** Dawn's Node module takes the first whose name has the wanted one in it (GPU.cpp). */
function hiddenBy(found: readonly Pick<Adapter, 'name' | 'driver'>[], index: number): string | null {
  const wanted = found[index];
  if (wanted === undefined) return null;
  const first = found.find(({ name, driver }) => driver === wanted.driver && name.includes(wanted.name));
  return first === undefined || first.name === wanted.name ? null : first.name;
}

/** The adapter of that name; of several alike the first. */
export function requestAdapter(
  dawn: Dawn,
  { name, driver }: Pick<Adapter, 'name' | 'driver'>,
  options: readonly string[] = [],
): Promise<GPUAdapter | null> {
  return request(dawn, [`backend=${driver}`, `adapter=${name}`, ...options]);
}

/**
 * Instances of Dawn by their options, for as long as the process lives: an adapter or a device whose instance is
 * collected before it crashes the process, and nothing says in which order they are.
 */
const instances = new WeakMap<Dawn, Map<string, GPU>>();

async function request(dawn: Dawn, options: string[]): Promise<GPUAdapter | null> {
  const known = instances.get(dawn) ?? new Map<string, GPU>();
  instances.set(dawn, known);
  const key = options.join('\n');
  const gpu = known.get(key) ?? dawn.create(options);
  known.set(key, gpu);
  return gpu.requestAdapter({ powerPreference: 'high-performance' });
}

/** The names in Dawn's error, in its order, without APIs that TensorFlow.js cannot use. */
export function parseListing(text: string): { name: string; driver: Driver }[] {
  return [...text.matchAll(/^ *\* backend: '([^']*)', name: '(.*)'$/gm)].flatMap(([, api, name = '']) => {
    const driver = drivers.find((known) => known === api);
    return driver === undefined || name === '' ? [] : [{ name, driver }];
  });
}

/** Vendors as WebGPU writes them (Dawn, gpu_info.json), in the words of the other sources. */
const vendors: Readonly<Record<string, string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
  google: 'Google',
  mesa: 'Mesa',
  microsoft: 'Microsoft',
  arm: 'ARM',
  qualcomm: 'Qualcomm',
};

function vendorOf(vendor: string, name: string): string {
  const known = vendors[vendor];
  if (known !== undefined) return known;
  if (vendor !== '') return vendor;
  return Object.values(vendors).find((word) => name.startsWith(word)) ?? 'unknown';
}

/** Tegra and its successors are NVIDIA's only GPUs on a processor's chip; Apple makes no others. */
const nvidiaOnChip = /tegra|orin|xavier|thor|gb10\b/i;

function kindOf(info: GPUAdapterInfo, name: string): Adapter['kind'] {
  if (info.isFallbackAdapter) return 'software';
  if (info.vendor === 'nvidia') return nvidiaOnChip.test(name) ? 'integrated' : 'discrete';
  return info.vendor === 'apple' ? 'integrated' : 'unknown';
}
