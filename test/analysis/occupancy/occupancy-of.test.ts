import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { knownCapabilities, limitsOf } from '../../../src/analysis/occupancy/limits.ts';
import {
  type OccupancyLimit,
  occupancyOf,
  occupancyOnDevice,
} from '../../../src/analysis/occupancy/occupancy-of.ts';
import type { LaunchShape } from '../../../src/model/activity.ts';

const test = suite('theoretical occupancy');
const kib = 1024;

function shape(threads: number, registers: number, sharedBytes = 0, blocks = 1e6): LaunchShape {
  return {
    grid: [blocks, 1, 1],
    block: [threads, 1, 1],
    registersPerThread: registers,
    staticSharedBytes: 0,
    dynamicSharedBytes: sharedBytes,
  };
}

interface Case {
  readonly capability: string;
  readonly threads: number;
  readonly registers: number;
  readonly shared: number;
  readonly blocks: number;
  readonly percent: number;
  readonly limit: OccupancyLimit;
}

/** Worked by hand from the tables of the programming guide; the sums stand beside. */
const cases: readonly Case[] = [
  // 64 warps / 8 = 8 blocks; 65,536 / (32 * 256) = 8 as well: warps are named first.
  { capability: '8.0', threads: 256, registers: 32, shared: 0, blocks: 8, percent: 100, limit: 'warps' },
  // 33 registers are 1,056 a warp, given as 1,280: 12 warps a partition, 48 an SM, 6 blocks of 8.
  { capability: '8.0', threads: 256, registers: 33, shared: 0, blocks: 6, percent: 75, limit: 'registers' },
  // 64 registers are 2,048 a warp: 8 a partition, 32 an SM.
  { capability: '7.0', threads: 1024, registers: 64, shared: 0, blocks: 1, percent: 50, limit: 'registers' },
  // 65 registers are 2,304 a warp: 32 warps would take 73,728 of 65,536; 512 threads have room for one block.
  { capability: '7.0', threads: 512, registers: 65, shared: 0, blocks: 1, percent: 25, limit: 'registers' },
  // 255 registers are 8,192 a warp: 2 a partition, 8 an SM.
  {
    capability: '9.0',
    threads: 128,
    registers: 255,
    shared: 0,
    blocks: 2,
    percent: 12.5,
    limit: 'registers',
  },
  // 32 blocks of one warp.
  { capability: '8.0', threads: 32, registers: 16, shared: 0, blocks: 32, percent: 50, limit: 'blocks' },
  { capability: '7.5', threads: 32, registers: 16, shared: 0, blocks: 16, percent: 50, limit: 'blocks' },
  { capability: '8.9', threads: 32, registers: 16, shared: 0, blocks: 24, percent: 50, limit: 'blocks' },
  { capability: '12.0', threads: 32, registers: 16, shared: 0, blocks: 24, percent: 50, limit: 'blocks' },
  // 96 KiB / 32 KiB; below 8.0 nothing is reserved.
  {
    capability: '7.0',
    threads: 128,
    registers: 32,
    shared: 32 * kib,
    blocks: 3,
    percent: 18.75,
    limit: 'shared memory',
  },
  // 164 / (32 + 1) = 4.97.
  {
    capability: '8.0',
    threads: 128,
    registers: 32,
    shared: 32 * kib,
    blocks: 4,
    percent: 25,
    limit: 'shared memory',
  },
  // 228 / (32 + 1) = 6.9.
  {
    capability: '9.0',
    threads: 128,
    registers: 32,
    shared: 32 * kib,
    blocks: 6,
    percent: 37.5,
    limit: 'shared memory',
  },
  // 100 / (32 + 1) = 3.03; of 48 warps.
  {
    capability: '8.6',
    threads: 128,
    registers: 32,
    shared: 32 * kib,
    blocks: 3,
    percent: 25,
    limit: 'shared memory',
  },
  // Above 48 KiB: the opt-in limit, where Kineto writes 0.
  {
    capability: '9.0',
    threads: 384,
    registers: 168,
    shared: 200 * kib,
    blocks: 1,
    percent: 18.75,
    limit: 'registers',
  },
  {
    capability: '8.0',
    threads: 256,
    registers: 128,
    shared: 80 * kib,
    blocks: 2,
    percent: 25,
    limit: 'registers',
  },
  {
    capability: '8.0',
    threads: 128,
    registers: 128,
    shared: 80 * kib,
    blocks: 2,
    percent: 12.5,
    limit: 'shared memory',
  },
  // All that a block can ask for.
  {
    capability: '8.0',
    threads: 128,
    registers: 32,
    shared: 163 * kib,
    blocks: 1,
    percent: 6.25,
    limit: 'shared memory',
  },
  {
    capability: '10.0',
    threads: 128,
    registers: 32,
    shared: 227 * kib,
    blocks: 1,
    percent: 6.25,
    limit: 'shared memory',
  },
  // 48 KiB of 64, 96, 64: Maxwell and Pascal differ by chip.
  {
    capability: '5.0',
    threads: 64,
    registers: 32,
    shared: 24 * kib,
    blocks: 2,
    percent: 6.25,
    limit: 'shared memory',
  },
  {
    capability: '5.2',
    threads: 64,
    registers: 32,
    shared: 24 * kib,
    blocks: 4,
    percent: 12.5,
    limit: 'shared memory',
  },
  {
    capability: '6.0',
    threads: 64,
    registers: 32,
    shared: 24 * kib,
    blocks: 2,
    percent: 6.25,
    limit: 'shared memory',
  },
  // 40 registers are 1,280 a warp: 25 of 32,768 in each of two partitions make 50 warps, 12 of 16,384 in four make 48.
  {
    capability: '6.0',
    threads: 32 * 10,
    registers: 40,
    shared: 0,
    blocks: 5,
    percent: 78.125,
    limit: 'registers',
  },
  {
    capability: '6.1',
    threads: 32 * 10,
    registers: 40,
    shared: 0,
    blocks: 4,
    percent: 62.5,
    limit: 'registers',
  },
  // A block of 33 threads holds two warps.
  { capability: '8.6', threads: 33, registers: 16, shared: 0, blocks: 16, percent: 200 / 3, limit: 'blocks' },
  // 48 warps hold one block of 32.
  { capability: '8.9', threads: 1024, registers: 32, shared: 0, blocks: 1, percent: 200 / 3, limit: 'warps' },
];

for (const { capability, threads, registers, shared, blocks, percent, limit } of cases) {
  test(`${capability}: ${threads} threads, ${registers} registers, ${shared} bytes: ${blocks} blocks by ${limit}`, () => {
    const { value } = occupancyOf(shape(threads, registers, shared), capability);
    assert.is(value?.blocksPerSm, blocks);
    assert.is(value?.limitedBy, limit);
    assert.ok(Math.abs((value?.theoretical ?? 0) * 100 - percent) < 1e-9);
  });
}

test('barriers limit from Hopper on, when a block is known to use many', () => {
  const many = occupancyOf(shape(32, 16), '9.0', { barriersPerBlock: 16 });
  assert.equal([many.value?.blocksPerSm, many.value?.limitedBy], [4, 'barriers']);
  assert.is(occupancyOf(shape(32, 16), '12.0', { barriersPerBlock: 4 }).value?.blocksPerSm, 6);
  assert.is(occupancyOf(shape(32, 16), '8.0', { barriersPerBlock: 16 }).value?.limitedBy, 'blocks');
});

test('what cannot run is absent with its reason, never 0', () => {
  const cannot: readonly (readonly [LaunchShape, string, RegExp])[] = [
    [shape(1025, 16), '8.0', /more warps/],
    [shape(128, 32, 97 * kib), '7.0', /more shared memory/],
    [shape(128, 32, 49 * kib), '6.1', /more shared memory/],
    [shape(128, 32, 164 * kib), '8.0', /more shared memory/],
    [shape(1024, 65), '8.0', /more registers/],
    [shape(1024, 33), '6.2', /more registers/],
    [shape(0, 16), '8.0', /no threads/],
    [shape(Number.NaN, 16), '8.0', /no threads/],
    [shape(128, Number.NaN), '8.0', /cannot be/],
    [shape(128, -1), '8.0', /cannot be/],
    [shape(128, 32), '3.5', /3\.5 are not known/],
    [shape(128, 32), 'constructor', /not known/],
  ];
  for (const [launch, capability, why] of cannot) {
    const result = occupancyOf(launch, capability);
    assert.is(result.value, null);
    assert.match(result.value === null ? result.why : '', why);
  }
});

test('a grid too small for the device lowers its occupancy, and says so in waves', () => {
  const value = occupancyOnDevice(shape(128, 16, 0, 54), '8.0', 108).value;
  // 54 blocks of 4 warps over 108 SMs of 64 warps.
  assert.is(value?.occupancy, (54 * 4) / (108 * 64));
  assert.is(value?.theoretical, 1);
  assert.is(value?.waves, 54 / (16 * 108));
  assert.is(value?.tail, 54 / (16 * 108));
});

test('the tail is what the last wave holds', () => {
  const at = (blocks: number) => occupancyOnDevice(shape(1024, 32, 0, blocks), '8.0', 100).value;
  assert.equal([at(200)?.waves, at(200)?.tail], [1, 1]);
  assert.equal([at(400)?.waves, at(400)?.tail], [2, 1]);
  assert.equal([at(300)?.waves, at(300)?.tail], [1.5, 0.5]);
  assert.is(at(300)?.occupancy, 1);
  assert.is(at(0), null);
});

test('whatever the shape, an occupancy is in (0, 1] and fits the SM', () => {
  const sizes = fc.record({
    threads: fc.integer({ min: -1, max: 2000 }),
    registers: fc.integer({ min: -1, max: 300 }),
    shared: fc.integer({ min: -1, max: 250 * kib }),
    blocks: fc.integer({ min: 0, max: 2 ** 31 }),
    capability: fc.constantFrom(...knownCapabilities),
  });
  fc.assert(
    fc.property(sizes, ({ threads, registers, shared, blocks, capability }) => {
      const { value } = occupancyOnDevice(shape(threads, registers, shared, blocks), capability, 108);
      if (value === null) return;
      const limits = limitsOf(capability);
      const { occupancy, theoretical, blocksPerSm, waves, tail } = value;
      assert.ok(occupancy > 0 && occupancy <= theoretical && theoretical <= 1);
      assert.ok(tail > 0 && tail <= 1 && waves > 0);
      assert.ok(limits !== null && blocksPerSm * threads <= limits.threads && blocksPerSm <= limits.blocks);
      assert.ok(blocksPerSm * shared <= limits.sharedBytes);
      assert.ok(blocksPerSm * threads * registers <= limits.registers);
    }),
    { numRuns: 2000 },
  );
});

test.run();
