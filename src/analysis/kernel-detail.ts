import type { Launch } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import type { LaunchTotals, Timeline } from '../model/timeline.ts';
import { toSeconds } from '../model/units.ts';
import type { KernelDetail, KernelLaunchRow } from './details.ts';
import type { KernelHistories } from './kernel-history.ts';
import type { KernelRow } from './kernels.ts';
import { launchOccupancy } from './occupancy/kernel-occupancy.ts';

/** So many launches are listed; a kernel of a framework may be launched in a thousand shapes. */
const mostLaunches = 100;

/** A kernel with its launches; null where the table has none of that name. */
export function kernelDetail(
  timeline: Timeline,
  rows: readonly KernelRow[],
  histories: KernelHistories,
  wanted: Pick<KernelRow, 'device' | 'name'>,
): KernelDetail | null {
  const row = rows.find(({ device, name }) => device === wanted.device && name === wanted.name);
  if (row === undefined) return null;
  return { row, launches: launchRows(timeline, row), history: histories.of(row) };
}

/** One row for all launches of the same shape: several processes define theirs each. */
function launchRows(timeline: Timeline, row: KernelRow): KernelLaunchRow[] {
  const device = timeline.devices.find(({ id }) => id === row.device);
  const sums = new Map<string, LaunchSum>();
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    const own = launch.kind === 'kernel' && launch.name === row.name && launch.device === row.device;
    if (!own || totals === undefined || totals.calls === 0) continue;
    const key = JSON.stringify([launch.shape, launch.layer, launch.phase]);
    const sum = sums.get(key) ?? { launch, calls: 0, durationNs: 0, longestNs: 0 };
    sums.set(key, {
      launch,
      calls: sum.calls + totals.calls,
      durationNs: sum.durationNs + totals.durationNs,
      longestNs: Math.max(sum.longestNs, totals.longestNs),
    });
  }
  return [...sums.values()]
    .sort((a, b) => b.durationNs - a.durationNs)
    .slice(0, mostLaunches)
    .map((sum) => toLaunchRow(sum, row, device));
}

interface LaunchSum extends LaunchTotals {
  readonly launch: Launch;
}

function toLaunchRow(
  { launch, calls, durationNs, longestNs }: LaunchSum,
  row: KernelRow,
  device: Device | undefined,
): KernelLaunchRow {
  const totalSeconds = toSeconds(durationNs);
  return {
    shape: launch.shape,
    layer: [launch.layer, launch.phase].filter((part) => part !== '').join(' '),
    calls,
    totalSeconds,
    meanSeconds: totalSeconds / calls,
    longestSeconds: toSeconds(longestNs),
    share: row.totalSeconds > 0 ? totalSeconds / row.totalSeconds : 0,
    occupancy: device === undefined ? row.occupancy : launchOccupancy(device, launch),
  };
}
