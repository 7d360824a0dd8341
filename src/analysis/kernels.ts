import type { Launch, LaunchShape } from '../model/activity.ts';
import { absent, isKnown, known, type Measured } from '../model/measured.ts';
import type { LaunchTotals, Timeline } from '../model/timeline.ts';
import { type Ratio, type Seconds, toSeconds } from '../model/units.ts';
import { categoryOf, type KernelCategory } from './categories.ts';
import { arithmeticPeak } from './device-peak.ts';
import { launchOccupancy } from './occupancy/kernel-occupancy.ts';
import type { Occupancy } from './occupancy/occupancy-of.ts';

/** One row of the kernel table: every execution of a kernel by that name on one device. */
export interface KernelRow {
  /** Id of the device. */
  readonly device: string;
  readonly name: string;
  readonly category: KernelCategory;
  readonly calls: number;
  readonly totalSeconds: Seconds;
  readonly meanSeconds: Seconds;
  /** Of the kernel time of its device. */
  readonly share: Ratio;
  readonly flopsPerSecond: Measured;
  /** Achieved arithmetic over the device's peak. */
  readonly peakShare: Measured<Ratio>;
  readonly bytesPerSecond: Measured;
  /** The launch that took the most time, where the platform tells; null otherwise. */
  readonly shape: LaunchShape | null;
  /** Occupancy, limiter, waves and tail of that launch. */
  readonly occupancy: Measured<Occupancy>;
}

interface KernelSums {
  readonly device: string;
  readonly name: string;
  calls: number;
  durationNs: number;
  /** NaN once an execution of unknown arithmetic is among them. */
  flops: number;
  bytes: number;
  heaviest: { readonly launch: Launch; readonly durationNs: number };
}

/** Every kernel of the whole run, the largest total first. */
export function kernelTable(timeline: Timeline): KernelRow[] {
  const sums = new Map<string, KernelSums>();
  const deviceNs = new Map<string, number>();
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals === undefined || totals.calls === 0 || launch.kind !== 'kernel') continue;
    add(sums, launch, totals);
    deviceNs.set(launch.device, (deviceNs.get(launch.device) ?? 0) + totals.durationNs);
  }
  return [...sums.values()]
    .map((sum) => toRow(timeline, sum, deviceNs.get(sum.device) ?? 0))
    .sort((a, b) => b.totalSeconds - a.totalSeconds || a.name.localeCompare(b.name));
}

/** The peak arithmetic of a device of the timeline, in FLOP/s; `arithmeticPeak` says where it is from. */
export function peakOf(timeline: Timeline, id: string): Measured {
  const device = timeline.devices.find((each) => each.id === id);
  return device === undefined ? absent(`Nothing is recorded of device ${id}.`) : arithmeticPeak(device);
}

function add(sums: Map<string, KernelSums>, launch: Launch, totals: LaunchTotals): void {
  const key = `${launch.device}\n${launch.name}`;
  const { calls, durationNs } = totals;
  let sum = sums.get(key);
  if (sum === undefined) {
    const { device, name } = launch;
    sum = { device, name, calls: 0, durationNs: 0, flops: 0, bytes: 0, heaviest: { launch, durationNs } };
    sums.set(key, sum);
  }
  sum.calls += calls;
  sum.durationNs += durationNs;
  sum.flops += calls * (launch.flops ?? Number.NaN);
  sum.bytes += calls * (launch.bytes ?? Number.NaN);
  if (durationNs > sum.heaviest.durationNs) sum.heaviest = { launch, durationNs };
}

function toRow(timeline: Timeline, sum: KernelSums, deviceNs: number): KernelRow {
  const device = timeline.devices.find(({ id }) => id === sum.device);
  const totalSeconds = toSeconds(sum.durationNs);
  const flopsPerSecond = rate(
    sum.flops,
    totalSeconds,
    `Nobody has counted the arithmetic of ${sum.name} yet.`,
  );
  return {
    device: sum.device,
    name: sum.name,
    category: categoryOf(sum.name),
    calls: sum.calls,
    totalSeconds,
    meanSeconds: totalSeconds / sum.calls,
    share: deviceNs === 0 ? 0 : sum.durationNs / deviceNs,
    flopsPerSecond,
    peakShare: shareOfPeak(flopsPerSecond, peakOf(timeline, sum.device)),
    bytesPerSecond: rate(sum.bytes, totalSeconds, `Nobody has counted the bytes of ${sum.name} yet.`),
    shape: sum.heaviest.launch.shape,
    occupancy:
      device === undefined
        ? absent(`Nothing is recorded of device ${sum.device}.`)
        : launchOccupancy(device, sum.heaviest.launch),
  };
}

/** A rate over a device's peak; absent where either is. */
export function shareOfPeak(rate: Measured, peak: Measured): Measured<Ratio> {
  if (!isKnown(rate)) return rate;
  if (!isKnown(peak)) return peak;
  return known(rate.value / peak.value, `${rate.from} over peak ${peak.from}`);
}

function rate(amount: number, seconds: Seconds, why: string): Measured {
  if (Number.isNaN(amount)) return absent(why);
  return seconds > 0 ? known(amount / seconds, 'launches') : absent('It ran for no measurable time.');
}
