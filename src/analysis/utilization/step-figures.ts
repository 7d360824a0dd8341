import type { Device } from '../../model/device.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import type { Ratio } from '../../model/units.ts';
import { kernelOccupancy } from '../occupancy/kernel-occupancy.ts';
import { nothingRan, whyNoCounter, whyNoSteps } from '../reasons.ts';
import { summed } from '../recorded.ts';
import { filledShare } from './device-figures.ts';
import type { HostWorkFigures } from './figures.ts';
import { toHostWork, workWithin } from './host-ranges.ts';
import { measure, stepsOfDevice, type Utilization } from './measure.ts';
import { type Spans, subtract } from './spans.ts';
import type { RankSteps } from './step-windows.ts';

/** How devices were used within the steps of one rank: the lowest, where there are several. */
export interface StepsUtilization {
  /** As the host took them, or extended to their device work where calls are recorded; in order. */
  readonly steps: readonly Step[];
  readonly rank: number | null;
  readonly extended: boolean;
  /** Share of the steps in which a kernel ran; of several devices the mean, as of the next two. */
  readonly util: Measured<Ratio>;
  readonly smActive: Measured<Ratio>;
  readonly kernelOccupancy: Measured<Ratio>;
  /** What the host did in the steps while the rank's devices ran nothing, by outermost range, the longest first. */
  readonly hostWork: readonly HostWorkFigures[];
}

const remembered = new WeakMap<Utilization, StepsUtilization>();

/** Figures within the steps of the lowest rank. */
export function measureSteps(timeline: Timeline): StepsUtilization {
  const utilization = measure(timeline);
  const known = remembered.get(utilization);
  if (known !== undefined) return known;
  const measured = measureAnew(timeline, utilization);
  remembered.set(utilization, measured);
  return measured;
}

function measureAnew(timeline: Timeline, utilization: Utilization): StepsUtilization {
  const own = utilization.rankSteps[0];
  if (own === undefined) {
    const none = absent(whyNoSteps(timeline.source.format));
    return {
      steps: [],
      rank: null,
      extended: false,
      util: none,
      smActive: none,
      kernelOccupancy: none,
      hostWork: [],
    };
  }
  const devices = devicesOf(timeline, utilization, own);
  const isSummed = ({ id }: Device) => utilization.byDevice.get(id)?.recorded.how === 'summary';
  const mean = (figure: (device: Device) => Measured) =>
    meanOf(devices.map((device) => (isSummed(device) ? summed : figure(device))));
  return {
    steps: own.steps,
    rank: own.rank,
    extended: own.extended,
    util: mean((device) => utilWithin(utilization, device)),
    smActive: mean((device) => smActiveWithin(timeline, utilization, device)),
    kernelOccupancy: mean((device) =>
      kernelOccupancy(timeline, device.id, utilization.occupancies, utilization.stepLaunchNs),
    ),
    hostWork: hostWorkWithin(timeline, utilization, own, devices),
  };
}

/** The devices of a rank that ran kernels; all of them where none did, for the sake of the reason. */
function devicesOf(timeline: Timeline, { rankSteps, byDevice }: Utilization, own: RankSteps): Device[] {
  const devices = timeline.devices.filter(({ id }) => stepsOfDevice(timeline, rankSteps, id) === own);
  const busy = devices.filter(({ id }) => (byDevice.get(id)?.kernels ?? 0) > 0);
  return busy.length > 0 ? busy : devices;
}

function meanOf(figures: readonly Measured[]): Measured {
  const values = figures.filter(isKnown);
  const [first] = values;
  if (first === undefined) return figures[0] ?? absent('No device is recorded.');
  if (figures.length === 1) return first;
  const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
  return known(mean, `${first.from}, mean of ${values.length} of ${figures.length} devices`);
}

function utilWithin({ byDevice }: Utilization, { id }: Device): Measured {
  const own = byDevice.get(id);
  if (own === undefined || own.kernels === 0) return absent(`No kernel of ${id} is recorded.`);
  const { stepsNs, kernelBusyNs } = own.steps;
  return stepsNs > 0
    ? known(kernelBusyNs / stepsNs, 'launches')
    : absent('The steps took no measurable time.');
}

function smActiveWithin(timeline: Timeline, { byDevice }: Utilization, device: Device): Measured {
  const own = byDevice.get(device.id);
  if (own === undefined) return nothingRan;
  const { stepsNs, filledNs } = own.steps;
  return filledShare(timeline, device, filledNs, stepsNs, absent(whyNoCounter(device, 'smActive')));
}

function hostWorkWithin(
  timeline: Timeline,
  { busy, hostRanges }: Utilization,
  { rank, spans }: RankSteps,
  devices: readonly Device[],
): HostWorkFigures[] {
  if (timeline.host.blocks.length === 0 || spans.count === 0) return [];
  let idle: Spans = spans;
  for (const { id } of devices) {
    const taken = busy.get(id);
    if (taken !== undefined) idle = subtract(idle, taken);
  }
  const own = hostRanges.filter((_ranges, thread) => {
    const of = timeline.host.threads[thread]?.rank ?? null;
    return rank === null || of === null || of === rank;
  });
  return toHostWork(timeline, workWithin(timeline, own, idle), spans.totalNs());
}
