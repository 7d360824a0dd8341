import type { Extent } from '../../../src/model/activity.ts';
import { functionOf, objectOf, type TensorFlow } from '../tensorflow.ts';

/** The parts of WebGPU that are touched, stated structurally: the device comes with the user's own backend. */
export interface GpuDevice {
  readonly features: { has(name: string): boolean };
  readonly queue: { submit(buffers: readonly object[]): void };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  createQuerySet(descriptor: { type: 'timestamp'; count: number }): GpuQuerySet;
  createBuffer(descriptor: { size: number; usage: number }): GpuBuffer;
  createCommandEncoder(): GpuCommandEncoder;
}

export interface GpuQuerySet {
  destroy(): void;
}

export interface GpuBuffer {
  mapAsync(mode: number, offset: number, size: number): Promise<unknown>;
  getMappedRange(offset: number, size: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

export interface GpuCommandEncoder {
  beginComputePass(descriptor: {
    timestampWrites: {
      querySet: GpuQuerySet;
      beginningOfPassWriteIndex: number;
      endOfPassWriteIndex: number;
    };
  }): GpuPass;
  resolveQuerySet(
    set: GpuQuerySet,
    first: number,
    count: number,
    destination: GpuBuffer,
    offset: number,
  ): void;
  copyBufferToBuffer(source: GpuBuffer, from: number, destination: GpuBuffer, to: number, size: number): void;
  finish(): object;
}

export interface GpuPass {
  end(): void;
}

/** Bits of GPUBufferUsage and GPUMapMode, by the WebGPU specification. */
export const bufferUsage = { mapRead: 1, copySource: 4, copyDestination: 8, queryResolve: 512 } as const;
export const mapModeRead = 1;

/** What is touched of `WebGPUBackend` of tfjs-backend-webgpu 4 (backend_webgpu.ts). */
export interface WebGpuBackend {
  readonly device: GpuDevice;
  /** Commands that are not submitted yet. */
  commandEncoder: GpuCommandEncoder | null;
  /** The pass that dispatches go to, until it is ended. */
  computePassEncoder: GpuPass | null;
  /** Set while `tf.time` or `tf.profile` time kernels themselves. */
  readonly activeTimers?: unknown;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** What is touched of a program, an argument of `recordAndSubmit`, at its call. */
export interface GpuProgram {
  readonly dispatch: Extent;
  readonly workgroupSize: Extent;
}

/** The methods without which kernels cannot be recorded. */
const methods = [
  'recordAndSubmit',
  'submitQueue',
  'ensureCommandEncoderReady',
  'endComputePassEncoder',
] as const;

/** The active backend where it is a WebGPU one as it is known here, or null. */
export function webGpuBackendOf(tf: TensorFlow): WebGpuBackend | null {
  const backend = tf.getBackend() === 'webgpu' ? tf.backend() : null;
  return backend !== null && isWebGpuBackend(backend) ? backend : null;
}

function isWebGpuBackend(backend: object): backend is WebGpuBackend {
  if (methods.some((name) => functionOf(backend, name) === undefined)) return false;
  const device = objectOf(backend, 'device');
  return device !== undefined && functionOf(device, 'createQuerySet') !== undefined;
}

/** The program with its launch shape, or null where a version keeps that elsewhere. */
export function programOf(value: unknown): GpuProgram | null {
  if (typeof value !== 'object' || value === null || !('dispatch' in value) || !('workgroupSize' in value)) {
    return null;
  }
  const { dispatch, workgroupSize } = value;
  return isExtent(dispatch) && isExtent(workgroupSize) ? { dispatch, workgroupSize } : null;
}

function isExtent(value: unknown): value is Extent {
  return Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'number');
}

/** Such as `Transpose` for an instance of `TransposeProgram`. */
export function programName(program: unknown): string {
  const name = typeof program === 'object' && program !== null ? program.constructor.name : '';
  return name.replace(/Program$/, '') || 'program';
}
