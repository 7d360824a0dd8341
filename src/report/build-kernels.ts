import { shortKernelName } from '../analysis/kernel-names/short-name.ts';
import { usesTensorCores } from '../analysis/kernel-names/tensor-cores.ts';
import { type KernelRow, kernelTable } from '../analysis/kernels.ts';
import { launchOccupancy } from '../analysis/occupancy/kernel-occupancy.ts';
import type { Occupancy } from '../analysis/occupancy/occupancy-of.ts';
import type { Launch } from '../model/activity.ts';
import { type Absent, absent, isKnown, known, type Measured } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import { type KernelReport, shapeFields } from './report.ts';

/** The kernels that take the most time; occupancy, waves and tail are of the launch that took the most of it. */
export function buildKernels(timeline: Timeline, most: number): KernelReport[] {
  return kernelTable(timeline)
    .slice(0, most)
    .map((row) => toKernel(row, occupancyOf(timeline, row)));
}

function toKernel({ shape, ...figures }: KernelRow, occupancy: Measured<Occupancy>): KernelReport {
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

function occupancyOf(timeline: Timeline, { device: id, name, shape }: KernelRow): Measured<Occupancy> {
  const device = timeline.devices.find((known) => known.id === id);
  if (device === undefined) return absent(`Nothing is recorded of device ${id}.`);
  const launch: Launch = {
    kind: 'kernel',
    name,
    device: id,
    layer: '',
    phase: '',
    shape,
    flops: null,
    bytes: null,
  };
  return launchOccupancy(device, launch);
}
