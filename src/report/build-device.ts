import { launchesOf } from '../analysis/coverage.ts';
import { describeGap } from '../analysis/gap.ts';
import { peakOf, shareOfPeak } from '../analysis/kernels.ts';
import { meanSample } from '../analysis/samples.ts';
import { mfu, totalFlopsPerSecond } from '../analysis/throughput.ts';
import { measureDevice } from '../analysis/utilization/index.ts';
import type { Device } from '../model/device.ts';
import { metrics } from '../model/series.ts';
import type { Timeline } from '../model/timeline.ts';
import type { DeviceReport } from './report.ts';
import { toWindow } from './window.ts';

const emptyWindow = { startNs: 0, endNs: 0 };

/** One device's part of the report. */
export function buildDevice(timeline: Timeline, device: Device): DeviceReport {
  const { id } = device;
  const {
    device: _id,
    window,
    computeSeconds: _compute,
    steps: _steps,
    ...figures
  } = measureDevice(timeline, device);
  const kernels = launchesOf(timeline, id, ['kernel']);
  const recordedNs = figures.recorded.seconds * 1e9;
  const flopsPerSecond = totalFlopsPerSecond(timeline, kernels, { startNs: 0, endNs: recordedNs });
  const coarse = {
    util: meanSample(timeline, id, metrics.util, window ?? timeline.extent ?? emptyWindow),
    peakShare: shareOfPeak(flopsPerSecond, peakOf(timeline, id)),
  };
  return {
    id,
    name: device.name,
    vendor: device.vendor,
    rank: timeline.ranks.find(({ devices }) => devices.includes(id))?.rank ?? null,
    smCount: device.smCount,
    computeCapability: device.computeCapability,
    peakFlops: peakOf(timeline, id),
    window: window && toWindow(timeline, window),
    ...figures,
    ...coarse,
    mfu: mfu(timeline, id),
    flopsPerSecond,
    gap: describeGap(device, { ...figures, ...coarse }),
  };
}
