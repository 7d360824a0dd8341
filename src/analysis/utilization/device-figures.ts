import type { Device } from '../../model/device.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { metrics } from '../../model/series.ts';
import { seriesOf, type Timeline } from '../../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../../model/units.ts';
import type { Interval } from '../intervals.ts';
import { tensorKernelShare } from '../kernel-names/tensor-share.ts';
import { kernelOccupancy } from '../occupancy/kernel-occupancy.ts';
import type { Occupancy } from '../occupancy/occupancy-of.ts';
import { nothingRan, whyNoCounter, whyNoLaunchShape } from '../reasons.ts';
import { forEachRecorded, recordedSpans, summed, summedWindow } from '../recorded.ts';
import { meanSample, whyAbsent } from '../samples.ts';
import { copyFigures } from './copy-figures.ts';
import type { CommunicationFigures, DeviceUtilization, RecordedFigures } from './figures.ts';
import { idleFigures, launchFigures } from './idle-figures.ts';
import { categoryFigures, sumTotals } from './kernel-figures.ts';
import { smCountOf } from './launch-columns.ts';
import type { Spans } from './spans.ts';
import type { DeviceSweep } from './sweep.ts';

/** Below this share of kernel time with a known grid, SM activity from launches would be a guess. */
const enoughShapes = 0.99;

/** What is measured once a timeline and used for each of its devices. */
export interface SharedMeasures {
  readonly occupancies: readonly Measured<Occupancy>[];
  /** Outermost ranges of each host thread. */
  readonly hostRanges: readonly Spans[];
}

/** A device's figures out of its sweep. */
export function deviceFigures(
  timeline: Timeline,
  device: Device,
  sweep: DeviceSweep,
  { occupancies, hostRanges }: SharedMeasures,
): DeviceUtilization {
  const { id } = device;
  const windowNs = sweep.windowEndNs - sweep.windowStartNs;
  const swept = windowNs > 0 ? { startNs: sweep.windowStartNs, endNs: sweep.windowEndNs } : null;
  const sums = summedWindow(timeline, id);
  const isSummed = swept === null && sums !== null;
  const window = swept ?? sums;
  const nothing = isSummed ? summed : absent(whyAbsent(timeline, id, metrics.kernelBusy, nothingRan.why));
  const busyFigure = (metric: string, busyNs: Nanoseconds): Measured => {
    const sampled = window === null ? nothing : meanSample(timeline, id, metric, window);
    return swept === null ? (isKnown(sampled) ? sampled : nothing) : shareOf(busyNs, sweep.recordedNs);
  };
  /** Its producer sees kernels and no copies, as on WebGPU. */
  const withoutCopies = timeline.absences.findLast(
    ({ device, metric }) => device === id && metric === metrics.gpuBusy,
  );
  const calls = (kind: 'kernel' | 'memcpy' | 'memset') =>
    sumTotals(timeline, id, kind, (totals) => totals.calls);
  const counter = (metric: string) => counterFigure(timeline, device, metric, window);
  const smActive = counter('smActive');
  return {
    device: id,
    window,
    recorded: recordedFigures(timeline, id, window, sweep, isSummed),
    kernels: calls('kernel'),
    memcpys: calls('memcpy'),
    memsets: calls('memset'),
    kernelSeconds: toSeconds(sumTotals(timeline, id, 'kernel', (totals) => totals.durationNs)),
    kernelBusy: busyFigure(metrics.kernelBusy, sweep.kernelBusyNs),
    gpuBusy:
      withoutCopies === undefined
        ? busyFigure(metrics.gpuBusy, sweep.recordedNs - sweep.gaps.totalNs)
        : absent(withoutCopies.why),
    smActive: isKnown(smActive)
      ? smActive
      : isSummed
        ? summed
        : filledShare(timeline, device, sweep.filledNs, sweep.recordedNs, smActive),
    occupancy: counter('occupancy'),
    kernelOccupancy: kernelOccupancy(timeline, id, occupancies),
    tensorActive: counter('tensorActive'),
    dramActive: counter('dramActive'),
    tensorKernels: tensorKernelShare(timeline, id),
    computeSeconds: swept !== null ? known(toSeconds(sweep.computeNs), 'launches') : nothing,
    communication: isSummed
      ? { seconds: summed, overlap: summed, exposedSeconds: summed }
      : communicationFigures(device, sweep),
    idle: idleFigures(timeline, sweep, hostRanges, isSummed),
    launches: launchFigures(sweep),
    copies: copyFigures(timeline, id, sweep, isSummed),
    categories: categoryFigures(timeline, id),
    steps: {
      stepsNs: sweep.stepsNs,
      kernelBusyNs: sweep.stepKernelBusyNs,
      filledNs: sweep.stepFilledNs,
    },
  };
}

function recordedFigures(
  timeline: Timeline,
  device: string,
  window: Interval | null,
  sweep: DeviceSweep,
  isSummed: boolean,
): RecordedFigures {
  if (window === null) return { how: 'throughout', windows: null, seconds: 0 };
  if (isSummed) return { how: 'summary', windows: null, seconds: toSeconds(window.endNs - window.startNs) };
  const seconds = toSeconds(sweep.recordedNs);
  const spans = recordedSpans(timeline, device);
  if (spans === null) return { how: 'throughout', windows: null, seconds };
  let windows = 0;
  forEachRecorded(spans, window, () => windows++);
  return { how: 'windows', windows, seconds };
}

function shareOf(partNs: Nanoseconds, windowNs: Nanoseconds): Measured {
  return windowNs > 0 ? known(partNs / windowNs, 'launches') : nothingRan;
}

/** A sampled hardware counter over the window; absent with the collector's reason where it was not sampled. */
function counterFigure(
  timeline: Timeline,
  device: Device,
  metric: string,
  window: Interval | null,
): Measured {
  const over = window ?? timeline.extent;
  if (seriesOf(timeline, device.id, metric) === null || over === null) {
    return absent(whyAbsent(timeline, device.id, metric, whyNoCounter(device, metric)));
  }
  return meanSample(timeline, device.id, metric, over);
}

/**
 * Share of SM-time that launches fill: ∫ min(SMs, Σ blocks of running kernels) dt over SMs and time.
 * @param filledNs that integral
 * @param unmeasured what to say for a device whose kernels have no grid
 */
export function filledShare(
  timeline: Timeline,
  device: Device,
  filledNs: number,
  lengthNs: Nanoseconds,
  unmeasured: Measured,
): Measured {
  if (device.kind === 'cpu') return unmeasured;
  if (!(lengthNs > 0)) return nothingRan;
  const totalNs = sumTotals(timeline, device.id, 'kernel', ({ durationNs }) => durationNs);
  if (totalNs === 0) return nothingRan;
  const shapedNs = shapedKernelNs(timeline, device.id);
  if (shapedNs === 0) return absent(whyNoLaunchShape(device));
  if (!isKnown(device.smCount)) return device.smCount;
  const share = shapedNs / totalNs;
  if (share < enoughShapes) {
    return absent(
      `The source tells the grid of kernels for ${Math.floor(share * 100)} % of kernel time only; SM activity needs it of all.`,
    );
  }
  const value = filledNs / (smCountOf(device) * lengthNs);
  return known(
    value,
    share === 1 ? 'launches' : `launches, grid known for ${(share * 100).toFixed(1)} % of kernel time`,
  );
}

function shapedKernelNs(timeline: Timeline, device: string): Nanoseconds {
  let sum = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    if (launch.device !== device || launch.kind !== 'kernel' || launch.shape === null) continue;
    sum += timeline.launchTotals[index]?.durationNs ?? 0;
  }
  return sum;
}

function communicationFigures(
  device: Device,
  { communicationNs, hiddenNs }: DeviceSweep,
): CommunicationFigures {
  if (communicationNs === 0) {
    const none = absent(
      device.kind === 'cpu'
        ? 'One CPU device has nobody to communicate with.'
        : 'No collective is recorded for this device.',
    );
    return { seconds: none, overlap: none, exposedSeconds: none };
  }
  return {
    seconds: known(toSeconds(communicationNs), 'launches'),
    overlap: known(hiddenNs / communicationNs, 'launches'),
    exposedSeconds: known(toSeconds(communicationNs - hiddenNs), 'launches'),
  };
}
