import { activeWindow, type Coverage, coverage, launchesOf } from '../analysis/coverage.ts';
import { describeGap } from '../analysis/gap.ts';
import type { Interval } from '../analysis/intervals.ts';
import { peakOf, shareOfPeak } from '../analysis/kernels.ts';
import { whyNoCounter, whyNoLaunchShape } from '../analysis/reasons.ts';
import { meanSample } from '../analysis/samples.ts';
import { mfu, totalFlopsPerSecond } from '../analysis/throughput.ts';
import type { ActivityKind } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import { absent, known, type Measured } from '../model/measured.ts';
import { metrics } from '../model/series.ts';
import type { Timeline } from '../model/timeline.ts';
import { toSeconds } from '../model/units.ts';
import type { DeviceReport, IdleReport } from './report.ts';
import { toWindow } from './window.ts';

const emptyWindow: Interval = { startNs: 0, endNs: 0 };
const noLaunchTimes = absent('The records do not tell when the host launched each kernel.');

/** One device's part of the report. */
export function buildDevice(timeline: Timeline, device: Device): DeviceReport {
  const all = launchesOf(timeline, device.id, ['kernel', 'memcpy', 'memset']);
  const kernels = launchesOf(timeline, device.id, ['kernel']);
  const window = activeWindow(timeline, all);
  const kernelCover = coverage(timeline, kernels, window ?? emptyWindow);
  const flopsPerSecond = totalFlopsPerSecond(timeline, kernels, window ?? emptyWindow);
  const real = {
    util: meanSample(timeline, device.id, metrics.util, window ?? timeline.extent ?? emptyWindow),
    kernelBusy: share(kernelCover),
    peakShare: shareOfPeak(flopsPerSecond, peakOf(timeline, device.id)),
  };
  const counter = (figure: string) => absent(whyNoCounter(device, figure));
  return {
    id: device.id,
    name: device.name,
    vendor: device.vendor,
    rank: null,
    smCount: device.smCount,
    computeCapability: device.computeCapability,
    peakFlops: device.peakFlops,
    window: window && toWindow(timeline, window),
    kernels: countOf(timeline, device, 'kernel'),
    memcpys: countOf(timeline, device, 'memcpy'),
    memsets: countOf(timeline, device, 'memset'),
    kernelSeconds: kernelSeconds(timeline, device),
    ...real,
    gpuBusy: share(coverage(timeline, all, window ?? emptyWindow)),
    smActive: counter('smActive'),
    occupancy: counter('occupancy'),
    kernelOccupancy: absent(whyNoLaunchShape(device)),
    tensorActive: counter('tensorActive'),
    dramActive: counter('dramActive'),
    mfu: mfu(timeline, device.id),
    flopsPerSecond,
    tensorKernels: absent(whyNoLaunchShape(device)),
    communication: noCommunication(device),
    idle: toIdle(kernelCover),
    launches: { delayP50Seconds: noLaunchTimes, delayP95Seconds: noLaunchTimes, queueDepth: noLaunchTimes },
    copies: [],
    categories: [],
    gap: describeGap(device, real),
  };
}

function share({ busyNs, windowNs }: Coverage): Measured {
  return windowNs > 0
    ? known(busyNs / windowNs, 'launches')
    : absent('No kernel of this device is recorded.');
}

function toIdle(cover: Coverage): IdleReport {
  const { windowNs, busyNs, gaps, longestGapNs } = cover;
  return {
    seconds:
      windowNs > 0
        ? known(toSeconds(windowNs - busyNs), 'launches')
        : absent('No kernel of this device is recorded.'),
    hostBound: noLaunchTimes,
    launchBound: noLaunchTimes,
    other: noLaunchTimes,
    gaps,
    longestGapSeconds: toSeconds(longestGapNs),
    hostWork: [],
  };
}

function noCommunication(device: Device): DeviceReport['communication'] {
  const none = absent(
    device.kind === 'cpu'
      ? 'One CPU device has nobody to communicate with.'
      : 'No collective is recorded for this device.',
  );
  return { seconds: none, overlap: none, exposedSeconds: none };
}

function countOf(timeline: Timeline, device: Device, kind: ActivityKind): number {
  return sumTotals(timeline, device, kind, ({ calls }) => calls);
}

function kernelSeconds(timeline: Timeline, device: Device): number {
  return toSeconds(sumTotals(timeline, device, 'kernel', ({ durationNs }) => durationNs));
}

function sumTotals(
  timeline: Timeline,
  device: Device,
  kind: ActivityKind,
  part: (totals: Timeline['launchTotals'][number]) => number,
): number {
  let sum = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals !== undefined && launch.device === device.id && launch.kind === kind) sum += part(totals);
  }
  return sum;
}
