import { laneCategories, type PageData } from '../../../src/report/html/page-data.ts';
import type { Cell, Sheet } from '../csv.ts';
import type { Stretch } from '../time-view.ts';
import type { Lane } from './lane.ts';
import { nameOf } from './launch-labels.ts';

/** Spreadsheets end at 1,048,576 rows. */
const mostRows = 1_000_000;

/** The executions of the stretch that is shown, a row each. */
export function executionSheet(data: PageData, lanes: readonly (Lane | null)[], stretch: Stretch): Sheet {
  return {
    head: [
      'device',
      'stream',
      'startNs',
      'durationNs',
      'category',
      'name',
      'grid',
      'block',
      'registers',
      'sharedBytes',
      'occupancy',
    ],
    rows: rowsOf(data, lanes, stretch),
  };
}

function* rowsOf(
  { timeline }: PageData,
  lanes: readonly (Lane | null)[],
  { startNs, endNs }: Stretch,
): Generator<readonly Cell[]> {
  const { launches } = timeline;
  let left = mostRows;
  for (const [at, lane] of lanes.entries()) {
    const head = timeline.lanes[at];
    if (lane === null || head === undefined) continue;
    const { from, to } = lane.within(startNs, endNs);
    for (let i = from; i < to && left > 0; i++, left--) {
      const launch = lane.launch[i] as number;
      const shape = launches.shape[launch] ?? null;
      yield [
        head.device,
        head.queue,
        lane.startNs[i] as number,
        lane.durationNs[i] as number,
        laneCategories[lane.categoryAt(i)] ?? '',
        nameOf(launches, launch),
        shape === null ? null : shape.grid.join('x'),
        shape === null ? null : shape.block.join('x'),
        shape?.registers ?? null,
        shape?.sharedBytes ?? null,
        launches.occupancy[launch] ?? null,
      ];
    }
  }
}
