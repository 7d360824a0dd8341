import type { Device } from '../../model/device.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { seriesOf, type Timeline } from '../../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../../model/units.ts';
import type { Interval } from '../intervals.ts';
import { tensorKernelShare } from '../kernel-names/tensor-share.ts';
import { kernelOccupancy } from '../occupancy/kernel-occupancy.ts';
import type { Occupancy } from '../occupancy/occupancy-of.ts';
import { nothingRan, whyNoCounter, whyNoLaunchShape } from '../reasons.ts';
import { meanSample, whyAbsent } from '../samples.ts';
import { copyFigures } from './copy-figures.ts';
import type { CommunicationFigures, DeviceUtilization } from './figures.ts';
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
  const window = windowNs > 0 ? { startNs: sweep.windowStartNs, endNs: sweep.windowEndNs } : null;
  const calls = (kind: 'kernel' | 'memcpy' | 'memset') =>
    sumTotals(timeline, id, kind, (totals) => totals.calls);
  const counter = (metric: string) => counterFigure(timeline, device, metric, window);
  const smActive = counter('smActive');
  return {
    device: id,
    window,
    kernels: calls('kernel'),
    memcpys: calls('memcpy'),
    memsets: calls('memset'),
    kernelSeconds: toSeconds(sumTotals(timeline, id, 'kernel', (totals) => totals.durationNs)),
    kernelBusy: shareOf(sweep.kernelBusyNs, windowNs),
    gpuBusy: shareOf(windowNs - sweep.gaps.totalNs, windowNs),
    smActive: isKnown(smActive)
      ? smActive
      : filledShare(timeline, device, sweep.filledNs, windowNs, smActive),
    occupancy: counter('occupancy'),
    kernelOccupancy: kernelOccupancy(timeline, id, occupancies),
    tensorActive: counter('tensorActive'),
    dramActive: counter('dramActive'),
    tensorKernels: tensorKernelShare(timeline, id),
    computeSeconds: windowNs > 0 ? known(toSeconds(sweep.computeNs), 'launches') : nothingRan,
    communication: communicationFigures(device, sweep),
    idle: idleFigures(timeline, sweep, hostRanges),
    launches: launchFigures(sweep),
    copies: copyFigures(timeline, id, sweep),
    categories: categoryFigures(timeline, id),
    steps: {
      stepsNs: sweep.stepsNs,
      kernelBusyNs: sweep.stepKernelBusyNs,
      filledNs: sweep.stepFilledNs,
    },
  };
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
