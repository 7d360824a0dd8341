import { matrixWork } from '../kernel-names/tensor-cores.ts';
import { subject, worstDevice } from './by-device.ts';
import { type Advice, percent } from './finding.ts';
import {
  computingKernels,
  enoughKernels,
  type HeavyKernel,
  heaviest,
  sumOf,
  timeOf,
} from './heavy-kernels.ts';

const id = 'occupancy-limited';
/** Half of the warps is what kernels that wait for memory need at least to keep it busy. */
const fewWarps = 0.5;
/** Share of kernel time in such kernels, from which on it is worth a person's time. */
const worthwhile = 0.2;
/** Below this share of kernel time with a known occupancy, the rest could be anything. */
const enoughKnown = 0.9;

export const occupancyLimited: Advice = {
  id,
  looksFor: 'kernels that move data and whose registers or shared memory keep half of the warps off the SMs',
  check(timeline) {
    const notYet = { title: 'Too few kernels with a known occupancy to judge', evidence: '' };
    return worstDevice(timeline, id, notYet, (device) => {
      const kernels = computingKernels(timeline, device.id);
      const total = sumOf(kernels, timeOf);
      const known = kernels.filter(({ occupancy }) => occupancy !== null);
      if (!enoughKernels(kernels) || total === 0 || sumOf(known, timeOf) / total < enoughKnown) return null;
      const limited = sumOf(kernels, timeIfLimited) / total;
      const matrices = sumOf(kernels, ({ category, durationNs }) =>
        matrixWork.has(category) ? durationNs : 0,
      );
      const evidence = `${percent(limited)} of kernel time is in kernels other than matrix work whose registers or shared memory leave room for half of the warps or fewer; matrix work, which holds few warps on purpose, is ${percent(matrices / total)}.`;
      if (limited < worthwhile) {
        const title = 'Registers and shared memory leave room for enough warps';
        return { finding: { severity: 'ok', title, evidence, remedy: '' }, weight: limited };
      }
      const who = heaviest(
        kernels,
        timeIfLimited,
        ({ occupancy }) => `${percent(occupancy?.theoretical ?? 0)} by ${occupancy?.limitedBy}`,
      );
      return {
        finding: {
          severity: 'warn',
          title: `${subject(timeline, device)} has room for half of its warps or fewer in ${percent(limited)} of kernel time`,
          evidence: `${evidence} Foremost ${who}.`,
          remedy:
            'In kernels of your own bound the registers (__launch_bounds__, fewer stages or smaller tiles) and the shared memory of a block; for those of a library try a newer one, or fuse what they do.',
        },
        weight: limited,
      };
    });
  },
};

/** Products and convolutions keep their operands in registers: fewer warps, each with more work in flight. */
function timeIfLimited({ occupancy, category, durationNs }: HeavyKernel): number {
  if (occupancy === null || matrixWork.has(category) || occupancy.theoretical > fewWarps) return 0;
  return occupancy.limitedBy === 'registers' || occupancy.limitedBy === 'shared memory' ? durationNs : 0;
}
