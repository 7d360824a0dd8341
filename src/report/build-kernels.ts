import { shortKernelName } from '../analysis/kernel-names/short-name.ts';
import { usesTensorCores } from '../analysis/kernel-names/tensor-cores.ts';
import { type KernelRow, kernelTable } from '../analysis/kernels.ts';
import type { Occupancy } from '../analysis/occupancy/occupancy-of.ts';
import { type Absent, isKnown, known } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import { type KernelReport, shapeFields } from './report.ts';

/** The kernels that take the most time; occupancy, waves and tail are of the launch that took the most of it. */
export function buildKernels(timeline: Timeline, most: number): KernelReport[] {
  return kernelTable(timeline).slice(0, most).map(toKernel);
}

function toKernel({ shape, occupancy, ...figures }: KernelRow): KernelReport {
  return {
    ...figures,
    shortName: shortKernelName(figures.name),
    ...(isKnown(occupancy) ? occupancyFields(occupancy.value, occupancy.from) : noOccupancy(occupancy)),
    ...shapeFields(shape),
    tensorCores: usesTensorCores(figures.name),
  };
}

type OccupancyFields = Pick<KernelReport, 'occupancy' | 'limitedBy' | 'wavesPerSm' | 'tail'>;

function occupancyFields({ occupancy, limitedBy, waves, tail }: Occupancy, from: string): OccupancyFields {
  return { occupancy: known(occupancy, from), limitedBy, wavesPerSm: waves, tail };
}

function noOccupancy(occupancy: Absent): OccupancyFields {
  return { occupancy, limitedBy: null, wavesPerSm: null, tail: null };
}
