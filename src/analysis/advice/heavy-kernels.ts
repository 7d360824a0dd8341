import { isKnown } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';
import { categoryOf, type KernelCategory } from '../categories.ts';
import { shortKernelName } from '../kernel-names/short-name.ts';
import { launchOccupancy } from '../occupancy/kernel-occupancy.ts';
import type { Occupancy } from '../occupancy/occupancy-of.ts';
import { sizeOf } from '../occupancy/occupancy-of.ts';
import { percent } from './finding.ts';

/** A computing kernel as it was launched, with what its launch allows. */
export interface HeavyKernel {
  readonly name: string;
  readonly category: KernelCategory;
  readonly calls: number;
  readonly durationNs: Nanoseconds;
  /** Null where the source tells no grid. */
  readonly blocks: number | null;
  readonly occupancy: Occupancy | null;
}

/** The launches of a device that compute: collectives take few SMs on purpose. */
export function computingKernels(timeline: Timeline, deviceId: string): HeavyKernel[] {
  const device = timeline.devices.find(({ id }) => id === deviceId);
  if (device === undefined) return [];
  const kernels: HeavyKernel[] = [];
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals === undefined || totals.calls === 0) continue;
    if (launch.kind !== 'kernel' || launch.device !== deviceId) continue;
    const category = categoryOf(launch.name);
    if (category === 'communication') continue;
    const occupancy = launchOccupancy(device, launch);
    kernels.push({
      name: launch.name,
      category,
      calls: totals.calls,
      durationNs: totals.durationNs,
      blocks: launch.shape === null ? null : sizeOf(launch.shape.grid),
      occupancy: isKnown(occupancy) ? occupancy.value : null,
    });
  }
  return kernels;
}

/** Evidence is there from so many calls or so much kernel time on: five calls of 20 ms tell as much as many short ones. */
const enoughCalls = 100;
const enoughNs = 50e6;

/** Whether a device ran enough kernels to judge them. */
export function enoughKernels(kernels: readonly HeavyKernel[]): boolean {
  return sumOf(kernels, ({ calls }) => calls) >= enoughCalls || sumOf(kernels, timeOf) >= enoughNs;
}

/** Duration of a kernel's calls. */
export function timeOf({ durationNs }: HeavyKernel): Nanoseconds {
  return durationNs;
}

/** Sum of a part over kernels. */
export function sumOf(kernels: readonly HeavyKernel[], part: (kernel: HeavyKernel) => number): number {
  return kernels.reduce((sum, kernel) => sum + part(kernel), 0);
}

/** The three kernels with the most of something, by short name, with what is to say of their heaviest launch. */
export function heaviest(
  kernels: readonly HeavyKernel[],
  part: (kernel: HeavyKernel) => number,
  say: (kernel: HeavyKernel) => string,
): string {
  const total = sumOf(kernels, timeOf);
  const byName = new Map<string, { top: HeavyKernel; sum: number; ns: Nanoseconds }>();
  for (const kernel of kernels) {
    const name = shortKernelName(kernel.name);
    const known = byName.get(name) ?? { top: kernel, sum: 0, ns: 0 };
    known.sum += part(kernel);
    known.ns += kernel.durationNs;
    if (part(kernel) > part(known.top)) known.top = kernel;
    byName.set(name, known);
  }
  return [...byName]
    .filter(([, { sum }]) => sum > 0)
    .sort((a, b) => b[1].sum - a[1].sum)
    .slice(0, 3)
    .map(([name, { top, ns }]) => `${name} (${percent(ns / total)} of kernel time, ${say(top)})`)
    .join(', ');
}
