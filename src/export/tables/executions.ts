import { categoryOf } from '../../analysis/categories.ts';
import { launchOccupancies } from '../../analysis/occupancy/kernel-occupancy.ts';
import { type Launch, registersOf, sharedBytesOf } from '../../model/activity.ts';
import type { ActivityBlock, Timeline } from '../../model/timeline.ts';
import { type Batch, type Cell, type Column, integer, type Table, text, unixNs } from './table.ts';

/** What an execution shares with every other of its launch. */
interface LaunchColumn extends Column {
  of(launch: Launch, occupancy: number | null): Cell;
}

const before: readonly LaunchColumn[] = [
  { name: 'device', type: 'text', runs: 'repeat', of: ({ device }) => device },
  { name: 'kind', type: 'text', runs: 'repeat', of: ({ kind }) => kind },
  { name: 'name', type: 'text', runs: 'repeat', of: ({ name }) => name },
  {
    name: 'category',
    type: 'text',
    runs: 'repeat',
    of: ({ kind, name }) => (kind === 'kernel' ? categoryOf(name) : null),
  },
  { name: 'layer', type: 'text', runs: 'repeat', of: ({ layer }) => text(layer) },
  { name: 'phase', type: 'text', runs: 'repeat', of: ({ phase }) => text(phase) },
];

const own: readonly Column[] = [
  { name: 'queue', type: 'integer', runs: 'repeat' },
  { name: 'startNs', type: 'integer', runs: 'ascend' },
  { name: 'durationNs', type: 'integer', runs: 'vary' },
  { name: 'callNs', type: 'integer', runs: 'ascend' },
];

const after: readonly LaunchColumn[] = [
  { name: 'gridX', type: 'integer', runs: 'repeat', of: ({ shape }) => integer(shape?.grid[0]) },
  { name: 'gridY', type: 'integer', runs: 'repeat', of: ({ shape }) => integer(shape?.grid[1]) },
  { name: 'gridZ', type: 'integer', runs: 'repeat', of: ({ shape }) => integer(shape?.grid[2]) },
  { name: 'blockX', type: 'integer', runs: 'repeat', of: ({ shape }) => integer(shape?.block[0]) },
  { name: 'blockY', type: 'integer', runs: 'repeat', of: ({ shape }) => integer(shape?.block[1]) },
  { name: 'blockZ', type: 'integer', runs: 'repeat', of: ({ shape }) => integer(shape?.block[2]) },
  {
    name: 'registersPerThread',
    type: 'integer',
    runs: 'repeat',
    of: ({ shape }) => integer(registersOf(shape)),
  },
  {
    name: 'sharedBytes',
    type: 'integer',
    runs: 'repeat',
    of: ({ shape }) => integer(sharedBytesOf(shape)),
  },
  { name: 'occupancy', type: 'real', runs: 'repeat', of: (_launch, occupancy) => occupancy },
  { name: 'flops', type: 'real', runs: 'repeat', of: ({ flops }) => flops },
  { name: 'bytes', type: 'integer', runs: 'repeat', of: ({ bytes }) => integer(bytes) },
];

/** One row an execution of a kernel, a copy or a set, in the order of the source. */
export const executions: Table = {
  id: 'executions',
  describes: 'every kernel, copy and set with its times, launch shape and occupancy',
  columns: [...before, ...own, ...after],

  *batches(timeline, mostRows) {
    const shared = launchCells(timeline);
    for (const block of timeline.activity) {
      for (let from = 0; from < block.count; from += mostRows)
        yield batchOf(timeline, block, from, Math.min(block.count, from + mostRows), shared);
    }
  },
};

/** The cells of every launch, once, since executions are many more. */
function launchCells(timeline: Timeline): { before: Cell[][]; after: Cell[][] } {
  const occupancies = launchOccupancies(timeline).map(({ value }) => value?.occupancy ?? null);
  const cellsOf = (columns: readonly LaunchColumn[]) =>
    columns.map((column) =>
      timeline.launches.map((launch, at) => column.of(launch, occupancies[at] ?? null)),
    );
  return { before: cellsOf(before), after: cellsOf(after) };
}

function batchOf(
  timeline: Timeline,
  block: ActivityBlock,
  from: number,
  to: number,
  shared: { before: Cell[][]; after: Cell[][] },
): Batch {
  const launches = block.launch.subarray(from, to);
  const perLaunch = (values: Cell[]): Cell[] => Array.from(launches, (launch) => values[launch] as Cell);
  const times = (values: Float64Array): Cell[] =>
    Array.from(values.subarray(from, to), (timeNs) => unixNs(timeline, timeNs));
  const count = to - from;
  return {
    count,
    cells: [
      ...shared.before.map(perLaunch),
      Array.from(block.queue.subarray(from, to), BigInt),
      times(block.startNs),
      Array.from(block.durationNs.subarray(from, to), integer),
      block.calls ? times(block.calls.startNs) : new Array<Cell>(count).fill(null),
      ...shared.after.map(perLaunch),
    ],
  };
}
