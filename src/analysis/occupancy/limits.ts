import type { Bytes } from '../../model/units.ts';

const kib = 1024;

/** Threads of a warp, on every NVIDIA GPU. */
export const warpThreads = 32;
/** The most threads of a block, on every capability listed here. */
export const mostThreadsPerBlock = 1024;
/** Registers are given to warps in pieces of this many. */
export const registerUnit = 256;
/** A hardware check of the launch counts warps in multiples of this, whatever the number of sub-partitions. */
export const launchCheckWarps = 4;
/** Shared memory that a block may have without asking for more. */
export const defaultSharedBytes: Bytes = 48 * kib;

/** What one SM holds, by compute capability. */
export interface SmLimits {
  readonly threads: number;
  readonly blocks: number;
  readonly registers: number;
  readonly registersPerBlock: number;
  readonly registersPerThread: number;
  /** Parts of the SM with registers of their own; a warp lives in one. */
  readonly subPartitions: number;
  /** With the largest carve-out out of the L1 cache. */
  readonly sharedBytes: Bytes;
  /** The most that a block may have once it has asked for it. */
  readonly sharedBytesPerBlock: Bytes;
  /** Shared memory is given in pieces of this size. */
  readonly sharedUnitBytes: Bytes;
  /** What the driver keeps of each block's shared memory. */
  readonly reservedBytesPerBlock: Bytes;
  /** Named barriers, where the calculator counts them; infinite before Hopper. */
  readonly barriers: number;
}

interface Row {
  readonly threads: number;
  readonly blocks: number;
  readonly sharedKib: number;
  readonly registersPerBlock?: number;
  readonly subPartitions?: number;
  readonly barriersPerBlockSlot?: number;
}

/**
 * Threads, blocks and shared memory of an SM: "Technical Specifications per Compute Capability" of the CUDA C++
 * programming guide (5.x and 7.2 in the editions up to CUDA 12), and `cuda/__device/arch_traits.h` of CCCL.
 * Sub-partitions, units and barriers: `cuda_occupancy.h` of CUDA 13.0. 10.1 is what CUDA 13 calls 11.0.
 */
const rows: Readonly<Record<string, Row>> = {
  '5.0': { threads: 2048, blocks: 32, sharedKib: 64 },
  '5.2': { threads: 2048, blocks: 32, sharedKib: 96 },
  '5.3': { threads: 2048, blocks: 32, sharedKib: 64, registersPerBlock: 32_768 },
  '6.0': { threads: 2048, blocks: 32, sharedKib: 64, subPartitions: 2 },
  '6.1': { threads: 2048, blocks: 32, sharedKib: 96 },
  '6.2': { threads: 2048, blocks: 32, sharedKib: 64, registersPerBlock: 32_768 },
  '7.0': { threads: 2048, blocks: 32, sharedKib: 96 },
  '7.2': { threads: 2048, blocks: 32, sharedKib: 96 },
  '7.5': { threads: 1024, blocks: 16, sharedKib: 64 },
  '8.0': { threads: 2048, blocks: 32, sharedKib: 164 },
  '8.6': { threads: 1536, blocks: 16, sharedKib: 100 },
  '8.7': { threads: 1536, blocks: 16, sharedKib: 164 },
  '8.8': { threads: 1536, blocks: 16, sharedKib: 100 },
  '8.9': { threads: 1536, blocks: 24, sharedKib: 100 },
  '9.0': { threads: 2048, blocks: 32, sharedKib: 228, barriersPerBlockSlot: 2 },
  '10.0': { threads: 2048, blocks: 32, sharedKib: 228, barriersPerBlockSlot: 2 },
  '10.1': { threads: 1536, blocks: 24, sharedKib: 228, barriersPerBlockSlot: 1 },
  '10.3': { threads: 2048, blocks: 32, sharedKib: 228, barriersPerBlockSlot: 2 },
  '11.0': { threads: 1536, blocks: 24, sharedKib: 228, barriersPerBlockSlot: 1 },
  '12.0': { threads: 1536, blocks: 24, sharedKib: 100, barriersPerBlockSlot: 1 },
  '12.1': { threads: 1536, blocks: 24, sharedKib: 100, barriersPerBlockSlot: 1 },
};

/** The capabilities whose limits are known, oldest first. */
export const knownCapabilities: readonly string[] = Object.keys(rows);

const table: ReadonlyMap<string, SmLimits> = new Map(
  Object.entries(rows).map(([capability, row]) => [
    capability,
    toLimits(Number.parseInt(capability, 10), row),
  ]),
);

/** What an SM of this compute capability (`9.0`) holds, or null where nobody has entered it. */
export function limitsOf(computeCapability: string): SmLimits | null {
  return table.get(computeCapability) ?? null;
}

function toLimits(major: number, row: Row): SmLimits {
  const sharedBytes = row.sharedKib * kib;
  const reservedBytesPerBlock = major >= 8 ? kib : 0;
  return {
    threads: row.threads,
    blocks: row.blocks,
    registers: 65_536,
    registersPerBlock: row.registersPerBlock ?? 65_536,
    registersPerThread: major >= 7 ? 256 : 255,
    subPartitions: row.subPartitions ?? 4,
    sharedBytes,
    // Before Volta no block can ask for more; from then on for all but what the driver keeps.
    sharedBytesPerBlock: major >= 7 ? sharedBytes - reservedBytesPerBlock : defaultSharedBytes,
    sharedUnitBytes: major >= 8 ? 128 : 256,
    reservedBytesPerBlock,
    barriers: row.blocks * (row.barriersPerBlockSlot ?? Number.POSITIVE_INFINITY),
  };
}
