import { categoryOf } from '../../analysis/categories.ts';
import { type Launch, registersOf, sharedBytesOf } from '../../model/activity.ts';
import { clean } from '../../model/clean-text.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { KernelReport } from '../report.ts';
import { type LaneCategory, type LaunchTable, laneCategories, type ShapeData } from './page-data.ts';

/** Launches beyond this, the least frequent, are told by their category alone. */
export const mostLaunches = 10_000;
/** A tooltip has room for so much of a name; the kernel table has all of it. */
const longestName = 300;

/** What the page says of each launch of a timeline. */
export interface PageLaunches {
  /** By launch of the timeline: index of its device, -1 for one that is not listed. */
  readonly device: Int32Array;
  /** By launch of the timeline: index into `laneCategories`. */
  readonly category: Uint8Array;
  /** By launch of the timeline: its index in `table`. */
  readonly page: Uint32Array;
  readonly table: LaunchTable;
}

/**
 * Lists the launches of a timeline for the page, the most frequent first.
 * @param occupancy theoretical, 0..1, by launch; NaN where unknown
 */
export function pageLaunches(
  timeline: Timeline,
  kernels: readonly KernelReport[],
  occupancy: Float64Array,
): PageLaunches {
  const rows = new Map(kernels.map(({ device, name }, at) => [`${device}\n${name}`, at] as const));
  const devices = new Map(timeline.devices.map(({ id }, at) => [id, at] as const));
  const rowOf = timeline.launches.map((launch) =>
    launch.kind === 'kernel' ? (rows.get(`${launch.device}\n${launch.name}`) ?? -1) : -1,
  );
  const category = Uint8Array.from(timeline.launches, (launch, at) =>
    laneCategories.indexOf(laneCategory(launch, kernels[rowOf[at] as number])),
  );
  const listed = timeline.launches
    .map((_, at) => at)
    .sort((a, b) => calls(timeline, b) - calls(timeline, a))
    .slice(0, mostLaunches);
  const page = new Uint32Array(timeline.launches.length);
  const table = new TableBuilder();
  const isListed = new Uint8Array(timeline.launches.length);
  for (const at of listed) {
    const launch = timeline.launches[at] as Launch;
    isListed[at] = 1;
    page[at] = table.add(
      nameOf(launch, kernels[rowOf[at] as number]),
      category[at] as number,
      rowOf[at] as number,
      shapeOf(launch),
      occupancy[at] as number,
    );
  }
  const rest = new Map<number, number>();
  for (const [at, kind] of category.entries()) {
    if (isListed[at] === 1) continue;
    let entry = rest.get(kind);
    if (entry === undefined) {
      entry = table.add(`one of the rarer launches (${laneCategories[kind]})`, kind, -1, null, Number.NaN);
      rest.set(kind, entry);
    }
    page[at] = entry;
  }
  return {
    device: Int32Array.from(timeline.launches, (launch) => devices.get(launch.device) ?? -1),
    category,
    page,
    table: table.table,
  };
}

class TableBuilder {
  readonly table = {
    names: [] as string[],
    name: [] as number[],
    category: [] as number[],
    kernel: [] as number[],
    shape: [] as (ShapeData | null)[],
    occupancy: [] as (number | null)[],
  };
  readonly #names = new Map<string, number>();

  add(name: string, category: number, kernel: number, shape: ShapeData | null, occupancy: number): number {
    const { table } = this;
    let at = this.#names.get(name);
    if (at === undefined) {
      at = table.names.push(name) - 1;
      this.#names.set(name, at);
    }
    table.category.push(category);
    table.kernel.push(kernel);
    table.shape.push(shape);
    table.occupancy.push(Number.isNaN(occupancy) ? null : Math.round(occupancy * 1e4) / 1e4);
    return table.name.push(at) - 1;
  }
}

function calls(timeline: Timeline, launch: number): number {
  return timeline.launchTotals[launch]?.calls ?? 0;
}

function laneCategory(launch: Launch, row: KernelReport | undefined): LaneCategory {
  if (launch.kind !== 'kernel') return launch.kind;
  return row?.category ?? categoryOf(launch.name);
}

function nameOf(launch: Launch, row: KernelReport | undefined): string {
  const name = clean((row?.shortName ?? launch.name).slice(0, longestName));
  return name === '' ? '(no name)' : name;
}

function shapeOf({ shape }: Launch): ShapeData | null {
  if (shape === null) return null;
  const { grid, block } = shape;
  return { grid, block, registers: registersOf(shape), sharedBytes: sharedBytesOf(shape) };
}
