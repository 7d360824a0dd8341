import type { Device } from '../model/device.ts';
import type { DeviceState, GpuProcess } from '../model/gpu-process.ts';
import { absent, isKnown, known, type Measured } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { type DeviceFigure, type DeviceFigures, figureNames, figureRows } from './device-figures.ts';
import type { DeviceLaunches } from './device-launches.ts';
import type { Interval } from './intervals.ts';
import { whyNoCounter } from './reasons.ts';
import type { SampledFigures } from './sampled-figures.ts';

/** An older list of processes is no list: who has ended would stand there still. */
const listFreshNs = 10e9;

/** The pipes of an SM whose shares are counted; the busiest says how much of the chip's arithmetic is at work. */
export const pipes = ['tensorActive', 'fp64Active', 'fp32Active', 'fp16Active', 'integerActive'] as const;
/** PCIe and NVLink are ways out of the chip, not to its memory. */
const memoryPaths = ['dramActive'] as const;

/** What figures are taken from: both look at one timeline. */
export interface FigureSources {
  readonly sampled: SampledFigures;
  readonly launches: DeviceLaunches;
}

/**
 * Every figure of a device at a moment.
 * @param window what the figures from launches are taken over
 */
export function figuresAt(
  { sampled, launches }: FigureSources,
  device: Device,
  state: Pick<DeviceState, 'condition' | 'why'>,
  nowNs: Nanoseconds,
  window: Interval,
): DeviceFigures {
  const gone = whyGone(device, state);
  const read = (figure: DeviceFigure): Measured =>
    gone !== null && figureRows[figure].event !== true
      ? gone
      : sampled.value(device.id, figure, nowNs, whyNotSampled(device, figure));
  const readOr = (figure: DeviceFigure, otherwise: Measured): Measured => {
    const sampled = read(figure);
    return isKnown(sampled) ? sampled : otherwise;
  };
  const smActive = read('smActive');
  const counted = isKnown(smActive) || gone !== null;
  const launched = launches.over(device, window, true);
  const figures: Partial<Record<DeviceFigure, Measured>> = {
    kernelBusy: isKnown(launched.kernelBusy)
      ? launched.kernelBusy
      : readOr('kernelBusy', launched.kernelBusy),
    flopsPerSecond: launched.flopsPerSecond,
    peakShare: launched.peakShare,
    kernelOccupancy: launched.kernelOccupancy,
    smActive: !counted && isKnown(launched.smActive) ? launched.smActive : smActive,
    ...throughputs(read),
  };
  return everyFigure((figure) => figures[figure] ?? read(figure));
}

/** One value for each row of the table. */
function everyFigure(measure: (figure: DeviceFigure) => Measured): DeviceFigures {
  const figures: Partial<Record<DeviceFigure, Measured>> = {};
  for (const name of figureNames) figures[name] = measure(name);
  // Every name of the table has been set just now.
  return figures as DeviceFigures;
}

/** The busiest arithmetic pipe and the busiest path to memory, out of those that are counted. */
export function throughputs(read: (figure: DeviceFigure) => Measured) {
  return {
    computeThroughput: busiest(read, pipes, 'arithmetic pipe'),
    memoryThroughput: busiest(read, memoryPaths, 'path to memory'),
  };
}

function busiest(
  read: (figure: DeviceFigure) => Measured,
  figures: readonly DeviceFigure[],
  what: string,
): Measured {
  let most: Measured | null = null;
  let why = '';
  for (const figure of figures) {
    const measured = read(figure);
    if (!isKnown(measured)) why ||= measured.why;
    else if (most === null || measured.value > (most.value ?? 0)) {
      most = known(measured.value, `derived from ${measured.from}: ${figure}`);
    }
  }
  return most ?? absent(`No ${what} is counted. ${why}`);
}

/** A device that is gone has no present; its last samples are the past. */
export function whyGone(device: Device, { condition, why }: Pick<DeviceState, 'condition' | 'why'>) {
  if (condition === 'present') return null;
  return absent(why === '' ? `${device.id} is ${condition}; look at the kernel log of the host.` : why);
}

function whyNotSampled(device: Device, figure: DeviceFigure): string {
  const { sources, label } = figureRows[figure];
  return sources.includes('nvml.gpm')
    ? whyNoCounter(device, figure)
    : `Nothing samples ${label} in this run.`;
}

const present: Pick<DeviceState, 'condition' | 'why'> = { condition: 'present', why: '' };

/** How a device stood at a moment; one that nobody spoke of is present. */
export function stateAt({ deviceStates }: Timeline, device: string, timeNs: Nanoseconds) {
  const last = deviceStates.findLast((state) => state.device === device && state.timeNs <= timeNs);
  return last ?? present;
}

/** The last list of a device, the largest holder of memory first; null where none is known that is recent. */
export function processesAt(
  { processes }: Timeline,
  device: string,
  nowNs: Nanoseconds,
): readonly GpuProcess[] | null {
  const last = processes.findLast((list) => list.device === device);
  if (last === undefined || nowNs - last.timeNs > listFreshNs) return null;
  const held = ({ memoryBytes }: GpuProcess) => memoryBytes.value ?? -1;
  return [...last.processes].sort((a, b) => held(b) - held(a) || a.pid - b.pid);
}
