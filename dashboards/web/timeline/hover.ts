import { byteSize, percent, shortTime } from '../../../src/model/numbers.ts';
import {
  type LaunchTable,
  laneCategories,
  type PageData,
  type ShapeData,
} from '../../../src/report/html/page-data.ts';
import type { Lane } from './lane.ts';
import { nameOf } from './launch-labels.ts';

/** What is said of one execution under the pointer, line by line; the first is its name. */
export function executionLines(data: PageData, lane: number, columns: Lane, index: number): string[] {
  const { launches, lanes, steps } = data.timeline;
  const launch = columns.launch[index] as number;
  const startNs = columns.startNs[index] as number;
  const step = stepAt(steps, startNs);
  const where = lanes[lane];
  const category = laneCategories[launches.category[launch] ?? -1] ?? 'other';
  return [
    nameOf(launches, launch),
    `${category} · ${shortTime((columns.durationNs[index] as number) / 1e9)} from ${(startNs / 1e6).toFixed(3)} ms`,
    ...launchLines(launches, launch),
    `${where?.device ?? ''} stream ${where?.queue ?? ''}${step === null ? '' : ` · step ${step}`}`,
  ];
}

function launchLines({ shape, occupancy, category }: LaunchTable, launch: number): string[] {
  const kind = laneCategories[category[launch] ?? -1];
  if (kind === 'memcpy' || kind === 'memset') return [];
  const form = shape[launch] ?? null;
  const reached = occupancy[launch] ?? null;
  return [
    form === null
      ? 'grid and block are not recorded'
      : `grid ${form.grid.join(' × ')} · block ${form.block.join(' × ')}`,
    ...(form === null ? [] : [needs(form)]),
    reached === null ? 'occupancy is not known' : `occupancy ${percent(reached)}`,
  ];
}

function needs({ registers, sharedBytes }: ShapeData): string {
  if (registers === null || sharedBytes === null) return 'registers and shared memory are not recorded';
  return `${registers} registers · ${byteSize(sharedBytes)} shared memory`;
}

function stepAt({ number, startNs, endNs }: PageData['timeline']['steps'], timeNs: number): number | null {
  const at = startNs.findIndex((start, index) => start <= timeNs && timeNs < (endNs[index] as number));
  return number[at] ?? null;
}
