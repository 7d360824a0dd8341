import type { Device } from '../../model/device.ts';
import type { Timeline } from '../../model/timeline.ts';
import { launchOccupancies } from '../occupancy/kernel-occupancy.ts';
import { deviceFigures, type SharedMeasures } from './device-figures.ts';
import type { DeviceUtilization } from './figures.ts';
import { outermostRanges } from './host-ranges.ts';
import type { Spans } from './spans.ts';
import { type RankSteps, rankSteps } from './step-windows.ts';
import { sweepDevices } from './sweep-devices.ts';

/** Everything that one sweep over a timeline tells. */
export interface Utilization extends SharedMeasures {
  readonly byDevice: ReadonlyMap<string, DeviceUtilization>;
  /** When each device was busy; empty where the source tells nothing of the host, since then nobody asks. */
  readonly busy: ReadonlyMap<string, Spans>;
  /** Kernel time within the steps of its rank, one entry a launch. */
  readonly stepLaunchNs: Float64Array;
  /** The steps of each rank, the lowest first. */
  readonly rankSteps: readonly RankSteps[];
}

interface Cached {
  readonly stamp: string;
  readonly utilization: Utilization;
}

const cache = new WeakMap<Timeline, Cached>();

/**
 * Measures how well a device of the timeline was used. Report and advice ask for it by turns: all devices are swept at
 * the first question, and again only when the timeline has grown since.
 */
export function measureDevice(timeline: Timeline, device: Device): DeviceUtilization {
  const own = measure(timeline).byDevice.get(device.id);
  // Only a device that is not of this timeline is missing.
  if (own === undefined) throw new RangeError(`Device ${device.id} is not of this timeline.`);
  return own;
}

/** The same for all devices, with what was measured on the way. */
export function measure(timeline: Timeline): Utilization {
  const stamp = stampOf(timeline);
  const cached = cache.get(timeline);
  if (cached?.stamp === stamp) return cached.utilization;
  const utilization = measureAnew(timeline);
  cache.set(timeline, { stamp, utilization });
  return utilization;
}

/** The steps that a device's figures are taken within: those of its rank. */
export function stepsOfDevice(
  timeline: Timeline,
  steps: readonly RankSteps[],
  device: string,
): RankSteps | undefined {
  const rank = timeline.ranks.find(({ devices }) => devices.includes(device))?.rank ?? null;
  return steps.find((own) => own.rank === rank) ?? steps.find((own) => own.rank === null);
}

function measureAnew(timeline: Timeline): Utilization {
  const steps = rankSteps(timeline);
  const swept = sweepDevices(timeline, (device) => stepsOfDevice(timeline, steps, device));
  const shared = { occupancies: launchOccupancies(timeline), hostRanges: outermostRanges(timeline) };
  const byDevice = new Map<string, DeviceUtilization>();
  const busy = new Map<string, Spans>();
  for (const [at, device] of timeline.devices.entries()) {
    const sweep = swept.sweeps[at];
    if (sweep === undefined) continue;
    byDevice.set(device.id, deviceFigures(timeline, device, sweep, shared));
    if (sweep.busy !== null) busy.set(device.id, sweep.busy);
  }
  return { ...shared, byDevice, busy, stepLaunchNs: swept.stepLaunchNs, rankSteps: steps };
}

/** Changes whenever anything that is measured is added to a timeline or forgotten. */
function stampOf(timeline: Timeline): string {
  const { activity, summaries, windows, devices, launches, steps, host, series, extent, keptFromNs } =
    timeline;
  const samples = series.reduce((sum, { values }) => sum + values.length, 0);
  return [
    activity.length,
    activity.at(-1)?.startNs[0],
    summaries.length,
    summaries.at(-1)?.startNs[0],
    windows.length,
    windows.at(-1)?.endNs,
    devices.length,
    launches.length,
    steps.length,
    host.blocks.length,
    samples,
    extent?.startNs,
    extent?.endNs,
    keptFromNs,
  ].join();
}
