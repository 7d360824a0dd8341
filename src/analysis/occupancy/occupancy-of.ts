import type { Extent, LaunchShape } from '../../model/activity.ts';
import { absent, known, type Measured } from '../../model/measured.ts';
import type { Ratio } from '../../model/units.ts';
import {
  launchCheckWarps,
  limitsOf,
  mostThreadsPerBlock,
  registerUnit,
  type SmLimits,
  warpThreads,
} from './limits.ts';

/** What keeps more blocks from an SM. Where several bind alike, the first of this order is named. */
export const occupancyLimits = ['warps', 'registers', 'shared memory', 'blocks', 'barriers'] as const;
export type OccupancyLimit = (typeof occupancyLimits)[number];

/** How many blocks of a kernel an SM can hold, whatever the size of the grid. */
export interface TheoreticalOccupancy {
  /** Warps of those blocks over the most that an SM holds. */
  readonly theoretical: Ratio;
  readonly blocksPerSm: number;
  readonly limitedBy: OccupancyLimit;
}

/** The same with the grid and the number of SMs at hand. */
export interface Occupancy extends TheoreticalOccupancy {
  /**
   * Resident warps over the most that fit, on average over all SMs: the theoretical value, or less where the grid has
   * not enough blocks to reach it on every SM. What Kineto calls `est. achieved occupancy`, and `kernelOccupancy` sums.
   */
  readonly occupancy: Ratio;
  /** Blocks of the grid over what all SMs hold at once: 1 is a full wave. */
  readonly waves: number;
  /** How full the last wave is, in (0, 1]. */
  readonly tail: Ratio;
}

export interface OccupancyOptions {
  /** Named barriers of a block. No trace tells; every block has at least the one of `__syncthreads`. Default: 1. */
  readonly barriersPerBlock?: number;
}

const impossible = 'The launch is recorded with registers or shared memory that cannot be.';

/** Number of blocks, or of threads. */
export function sizeOf([x, y, z]: Extent): number {
  return x * y * z;
}

/**
 * Theoretical occupancy by the rules of NVIDIA's calculator, with the largest carve-out of shared memory and the
 * opt-in limit for blocks above 48 KiB. Absent where the capability is not known or such a block cannot run on it.
 * @param computeCapability such as `9.0`
 */
export function occupancyOf(
  shape: LaunchShape,
  computeCapability: string,
  { barriersPerBlock = 1 }: OccupancyOptions = {},
): Measured<TheoreticalOccupancy> {
  const limits = limitsOf(computeCapability);
  if (limits === null) {
    return absent(`The limits of compute capability ${computeCapability} are not known to this version.`);
  }
  const threads = sizeOf(shape.block);
  if (!(threads >= 1)) return absent('The launch is recorded with a block of no threads.');
  if (!(shape.registersPerThread >= 0 && sharedBytesOf(shape) >= 0)) return absent(impossible);
  const warps = Math.ceil(threads / warpThreads);
  const most = {
    warps: threads > mostThreadsPerBlock ? 0 : Math.floor(limits.threads / warpThreads / warps),
    registers: blocksByRegisters(shape.registersPerThread, warps, limits),
    'shared memory': blocksBySharedMemory(shape, limits),
    blocks: limits.blocks,
    barriers: Math.floor(limits.barriers / Math.max(1, barriersPerBlock)),
  };
  const blocksPerSm = Math.min(...Object.values(most));
  const limitedBy = occupancyLimits.find((limit) => most[limit] === blocksPerSm);
  if (limitedBy === undefined) return absent(impossible);
  if (limitedBy === undefined || blocksPerSm < 0)
    return absent('The launch is recorded with impossible sizes.');
  if (blocksPerSm === 0) {
    return absent(
      `A block of ${describe(shape, threads)} cannot run on compute capability ${computeCapability}: it needs more ${limitedBy} than there are.`,
    );
  }
  const theoretical = (blocksPerSm * warps * warpThreads) / limits.threads;
  return known({ theoretical, blocksPerSm, limitedBy }, 'launches');
}

/**
 * Theoretical occupancy, how much of it the grid reaches, and its waves.
 * @param smCount streaming multiprocessors of the device
 */
export function occupancyOnDevice(
  shape: LaunchShape,
  computeCapability: string,
  smCount: number,
  options: OccupancyOptions = {},
): Measured<Occupancy> {
  const perSm = occupancyOf(shape, computeCapability, options);
  if (perSm.value === null) return perSm;
  const blocks = sizeOf(shape.grid);
  if (!(blocks >= 1 && smCount >= 1)) return absent('The launch is recorded with a grid of no blocks.');
  const { theoretical, blocksPerSm } = perSm.value;
  const waves = blocks / (blocksPerSm * smCount);
  const occupancy = theoretical * Math.min(1, waves);
  return known({ ...perSm.value, occupancy, waves, tail: waves - (Math.ceil(waves) - 1) }, 'launches');
}

function blocksByRegisters(perThread: number, warps: number, limits: SmLimits): number {
  if (perThread > limits.registersPerThread) return 0;
  const perWarp = roundUp(perThread * warpThreads, registerUnit);
  if (perWarp === 0) return Number.POSITIVE_INFINITY;
  if (perWarp * roundUp(warps, launchCheckWarps) > limits.registersPerBlock) return 0;
  const blocks = (subPartitions: number): number => {
    const perPartition = Math.floor(limits.registers / subPartitions / perWarp);
    return Math.floor((perPartition * subPartitions) / warps);
  };
  // A block that would not run on the four partitions of 6.1 is not let run on the two of 6.0 either.
  if (limits.subPartitions < 4 && blocks(4) === 0) return 0;
  return blocks(limits.subPartitions);
}

function blocksBySharedMemory(shape: LaunchShape, limits: SmLimits): number {
  const used = sharedBytesOf(shape);
  if (used > limits.sharedBytesPerBlock) return 0;
  const allocated = roundUp(used + limits.reservedBytesPerBlock, limits.sharedUnitBytes);
  return allocated === 0 ? Number.POSITIVE_INFINITY : Math.floor(limits.sharedBytes / allocated);
}

function sharedBytesOf(shape: LaunchShape): number {
  return shape.staticSharedBytes + shape.dynamicSharedBytes;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

function describe(shape: LaunchShape, threads: number): string {
  return `${threads} threads, ${shape.registersPerThread} registers each and ${sharedBytesOf(shape)} bytes of shared memory`;
}
