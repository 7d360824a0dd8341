import type { Device } from '../../model/device.ts';
import { isKnown } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import { categoryOf } from '../categories.ts';
import { type CopyDirection, copyDirections, directionOf } from './copies.ts';

/** What an execution does to the device's state: computes, communicates, or copies in one of the directions. */
export const work = { compute: 0, communication: 1, memset: 2, firstCopy: 3 } as const;
export const workClasses = work.firstCopy + copyDirections.length;

/** What the sweep needs of each launch, one entry a launch of the timeline. */
export interface LaunchColumns {
  /** Index into `Timeline.devices`, or -1 for a device that the timeline does not list. */
  readonly device: Int32Array;
  /** One of `work`; copies count on from `firstCopy` in the order of `copyDirections`. */
  readonly work: Uint8Array;
  /** Blocks of the grid; 0 for what is no kernel or whose grid is not known. */
  readonly blocks: Float64Array;
}

/** The columns of a timeline's launches. */
export function launchColumns(timeline: Timeline): LaunchColumns {
  const { launches } = timeline;
  const deviceAt = new Map(timeline.devices.map((device, index) => [device.id, index]));
  const columns = {
    device: new Int32Array(launches.length),
    work: new Uint8Array(launches.length),
    blocks: new Float64Array(launches.length),
  };
  const workOfKernel = new Map<string, number>();
  for (const [index, { device, kind, name, shape }] of launches.entries()) {
    columns.device[index] = deviceAt.get(device) ?? -1;
    if (kind === 'memset') columns.work[index] = work.memset;
    else if (kind === 'memcpy') columns.work[index] = workOfCopy(directionOf(name));
    else {
      let known = workOfKernel.get(name);
      if (known === undefined) {
        known = categoryOf(name) === 'communication' ? work.communication : work.compute;
        workOfKernel.set(name, known);
      }
      columns.work[index] = known;
      columns.blocks[index] = shape === null ? 0 : shape.grid[0] * shape.grid[1] * shape.grid[2];
    }
  }
  return columns;
}

function workOfCopy(direction: CopyDirection): number {
  return work.firstCopy + copyDirections.indexOf(direction);
}

/** Streaming multiprocessors of a device, or NaN where unknown. */
export function smCountOf({ smCount }: Device): number {
  return isKnown(smCount) && smCount.value > 0 ? smCount.value : Number.NaN;
}
