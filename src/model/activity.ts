import type { Bytes, Flops } from './units.ts';

/** What a device was busy with. The numbers are those of the format. */
export const activityKinds = { kernel: 0, memcpy: 1, memset: 2 } as const;
export type ActivityKind = keyof typeof activityKinds;

/** Part of a training step that a launch belongs to; '' where nobody said. */
export type Phase = string;

/** Number of blocks or of threads in x, y and z. */
export type Extent = readonly [x: number, y: number, z: number];

/** How a kernel was launched on a GPU. Registers and shared memory are NaN where the source tells grid and block alone. */
export interface LaunchShape {
  readonly grid: Extent;
  readonly block: Extent;
  /** NaN where the source tells grid and block alone, as AMD's tracer does; so too the shared memory. */
  readonly registersPerThread: number;
  readonly staticSharedBytes: Bytes;
  readonly dynamicSharedBytes: Bytes;
}

/** Registers of each thread, or null where the source does not tell. */
export function registersOf(shape: LaunchShape | null): number | null {
  return numberOrNull(shape?.registersPerThread);
}

/** Shared memory of a block, static and dynamic, or null where the source does not tell. */
export function sharedBytesOf(shape: LaunchShape | null): Bytes | null {
  return numberOrNull(shape ? shape.staticSharedBytes + shape.dynamicSharedBytes : undefined);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/**
 * All that is the same each time a kernel is launched the same way. A recording interns launches, so that one
 * execution of a kernel costs a few bytes.
 */
export interface Launch {
  readonly kind: ActivityKind;
  readonly name: string;
  /** Id of the device. */
  readonly device: string;
  /** Layer of the model, such as `block3/conv1`; '' where unknown. */
  readonly layer: string;
  readonly phase: Phase;
  /** Null where the platform has no such thing or does not tell. */
  readonly shape: LaunchShape | null;
  /** Arithmetic of one execution, or null where unknown. */
  readonly flops: Flops | null;
  /** Bytes read and written by one execution (for copies: moved), or null where unknown. */
  readonly bytes: Bytes | null;
}
