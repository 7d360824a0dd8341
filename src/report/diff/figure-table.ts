import { mostNames } from '../../analysis/utilization/host-ranges.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { CopyDirection, DeviceReport } from '../report.ts';
import type { Wanted } from './change.ts';

/** A figure of a device that is compared. */
export interface FigureRow {
  /** Its path in the report's devices. */
  readonly figure: string;
  readonly unit: 'ratio' | 'seconds' | 'number';
  /** Whether it grows with the length of the run, so that it is told per step. */
  readonly adds: boolean;
  readonly wanted: Wanted;
  read(device: DeviceReport): Measured;
}

/** So many names of host work are compared. */
const hostNames = 4;
/** Under this share of the host-bound time a name is not worth a row. */
const worthNaming = 0.05;

function ratio(figure: string, wanted: Wanted, read: FigureRow['read']): FigureRow {
  return { figure, unit: 'ratio', adds: false, wanted, read };
}

function time(figure: string, read: FigureRow['read']): FigureRow {
  return { figure, unit: 'seconds', adds: true, wanted: 'lower', read };
}

/** A long delay is a deep queue as often as a slow launch, so it has no good direction. */
function delay(figure: string, read: FigureRow['read']): FigureRow {
  return { figure, unit: 'seconds', adds: false, wanted: 'neither', read };
}

/** What every device has, coarse first. Occupancy has no good direction: more warps are a means, not an end. */
const always: readonly FigureRow[] = [
  ratio('util', 'higher', ({ util }) => util),
  ratio('kernelBusy', 'higher', ({ kernelBusy }) => kernelBusy),
  ratio('gpuBusy', 'neither', ({ gpuBusy }) => gpuBusy),
  ratio('smActive', 'higher', ({ smActive }) => smActive),
  ratio('occupancy', 'neither', ({ occupancy }) => occupancy),
  ratio('kernelOccupancy', 'neither', ({ kernelOccupancy }) => kernelOccupancy),
  ratio('tensorActive', 'higher', ({ tensorActive }) => tensorActive),
  ratio('tensorKernels', 'higher', ({ tensorKernels }) => tensorKernels),
  ratio('dramActive', 'neither', ({ dramActive }) => dramActive),
  ratio('peakShare', 'higher', ({ peakShare }) => peakShare),
  ratio('mfu', 'higher', ({ mfu }) => mfu),
  time('kernelSeconds', ({ kernels, kernelSeconds }) =>
    kernels > 0 ? known(kernelSeconds, 'launches') : absent('No kernel of this device is recorded.'),
  ),
  time('communication.seconds', ({ communication }) => communication.seconds),
  ratio('communication.overlap', 'higher', ({ communication }) => communication.overlap),
  time('communication.exposedSeconds', ({ communication }) => communication.exposedSeconds),
  time('idle.seconds', ({ idle }) => idle.seconds),
  time('idle.hostBound', ({ idle }) => idle.hostBound),
  time('idle.launchBound', ({ idle }) => idle.launchBound),
  time('idle.other', ({ idle }) => idle.other),
  delay('launches.delayP50Seconds', ({ launches }) => launches.delayP50Seconds),
  delay('launches.delayP95Seconds', ({ launches }) => launches.delayP95Seconds),
  {
    figure: 'launches.queueDepth',
    unit: 'number',
    adds: false,
    wanted: 'neither',
    read: ({ launches }) => launches.queueDepth,
  },
];

/** The figures to compare of these devices: what all have, and the copies and host work that any of them has. */
export function figureRows(devices: readonly DeviceReport[]): FigureRow[] {
  const directions = new Set(devices.flatMap(({ copies }) => copies.map(({ direction }) => direction)));
  return [...always, ...[...directions].map(copyRow), ...hostWorkNames(devices).map(hostWorkRow)];
}

function copyRow(direction: CopyDirection): FigureRow {
  return time(`copies.${direction}.seconds`, (device) => {
    const copies = device.copies.find((entry) => entry.direction === direction);
    if (copies !== undefined) return known(copies.seconds, 'launches');
    return device.kernels > 0 ? known(0, 'launches') : absent('No activity of this device is recorded.');
  });
}

/** The names that host-bound time is mostly spent in, on either side. */
function hostWorkNames(devices: readonly DeviceReport[]): string[] {
  const longest = new Map<string, number>();
  for (const { idle } of devices) {
    for (const { name, seconds, share } of idle.hostWork) {
      if (share >= worthNaming) longest.set(name, Math.max(longest.get(name) ?? 0, seconds));
    }
  }
  return [...longest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, hostNames)
    .map(([name]) => name);
}

/** A name that is not listed has no time at all; where the list is full, no more than the last on it. */
function hostWorkRow(name: string): FigureRow {
  return time(`idle.hostWork.${name}`, ({ idle }) => {
    const { hostWork } = idle;
    const found = hostWork.find((entry) => entry.name === name);
    if (found !== undefined) return known(found.seconds, 'host ranges');
    if (hostWork.length === 0 && !(isKnown(idle.hostBound) && idle.hostBound.value === 0)) {
      return absent('The source tells nothing of what the host did in its idle time.');
    }
    const last = hostWork.length < mostNames ? undefined : hostWork.at(-1);
    return last === undefined
      ? known(0, 'host ranges')
      : known(last.seconds, `host ranges: at most, since ${mostNames} names have more`);
  });
}
