import { orderByTime } from '../../analysis/utilization/order.ts';
import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { type LaneColumns, packLane } from './columns.ts';
import type { PageLaunches } from './launches.ts';
import { type LaneData, laneCategories, overviewBuckets } from './page-data.ts';

/** More lanes than this nobody scrolls through; the busiest are kept. */
export const mostLanes = 48;
/** At about six bytes an execution in the page, this many stay under 20 MB; a browser holds them in about 100 MB. */
export const mostExecutions = 2_500_000;

export interface Lanes {
  readonly lanes: readonly LaneData[];
  /** The columns of each lane, one after the other. */
  readonly packed: Uint8Array;
  readonly omissions: readonly string[];
}

interface Lane {
  readonly device: number;
  readonly queue: number;
  total: number;
  busyNs: number;
  communicationNs: number;
}

const communication = laneCategories.indexOf('communication');

/** Sorts executions into one lane a stream, the busiest `mostLanes` of them, and packs them. */
export function packLanes(timeline: Timeline, launches: PageLaunches, most = mostExecutions): Lanes {
  const all = [...findLanes(timeline, launches).values()];
  const shown = busiest(all);
  const [atLeastNs, tiesKept] = lengthThatFits(timeline, launches, shown, most);
  const columns = fill(timeline, launches, shown, atLeastNs, tiesKept);
  const parts: Uint8Array[] = [];
  const lanes = shown.map((lane, at): LaneData => {
    const { all: whole, kept } = columns[at] as FilledLane;
    const pieces = packLane(kept);
    parts.push(...pieces);
    return {
      device: timeline.devices[lane.device]?.id ?? '',
      queue: lane.queue,
      total: lane.total,
      kept: kept.startNs.length,
      busySeconds: toSeconds(lane.busyNs),
      communication: lane.communicationNs * 2 > lane.busyNs,
      bytes: [pieces[0].length, pieces[1].length, pieces[2].length],
      overview: whole.text(),
    };
  });
  return { lanes, packed: Buffer.concat(parts), omissions: omissionsOf(all, shown, lanes, atLeastNs) };
}

function laneKey(device: number, queue: number): number {
  return device * 2 ** 32 + queue;
}

function findLanes(timeline: Timeline, { device, category }: PageLaunches): Map<number, Lane> {
  const lanes = new Map<number, Lane>();
  for (const { count, launch, queue, durationNs } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      const index = launch[i] as number;
      const where = device[index] as number;
      if (where < 0) continue;
      const key = laneKey(where, queue[i] as number);
      let lane = lanes.get(key);
      if (lane === undefined) {
        lane = {
          device: where,
          queue: queue[i] as number,
          total: 0,
          busyNs: 0,
          communicationNs: 0,
        };
        lanes.set(key, lane);
      }
      const duration = durationNs[i] as number;
      lane.total++;
      lane.busyNs += duration;
      if (category[index] === communication) lane.communicationNs += duration;
    }
  }
  return lanes;
}

/** The lanes that are shown, by device and then by stream. */
function busiest(lanes: readonly Lane[]): Lane[] {
  return [...lanes]
    .sort((a, b) => b.busyNs - a.busyNs)
    .slice(0, mostLanes)
    .sort((a, b) => a.device - b.device || a.queue - b.queue);
}

/** Executions longer than this are kept, and so many of just this length. */
function lengthThatFits(
  timeline: Timeline,
  { device }: PageLaunches,
  shown: readonly Lane[],
  most: number,
): [atLeastNs: number, tiesKept: number] {
  const total = shown.reduce((sum, lane) => sum + lane.total, 0);
  if (total <= most) return [0, Number.POSITIVE_INFINITY];
  const keys = new Set(shown.map((lane) => laneKey(lane.device, lane.queue)));
  const lengths = new Float64Array(total);
  let at = 0;
  for (const { count, launch, queue, durationNs } of timeline.activity)
    for (let i = 0; i < count; i++)
      if (keys.has(laneKey(device[launch[i] as number] as number, queue[i] as number)))
        lengths[at++] = Math.round(durationNs[i] as number);
  lengths.sort();
  const atLeastNs = lengths[total - most] as number;
  let longer = 0;
  while (longer < most && (lengths[total - 1 - longer] as number) > atLeastNs) longer++;
  return [atLeastNs, most - longer];
}

interface FilledLane {
  readonly all: Overview;
  readonly kept: LaneColumns;
}

function fill(
  timeline: Timeline,
  launches: PageLaunches,
  shown: readonly Lane[],
  atLeastNs: number,
  tiesKept: number,
): FilledLane[] {
  const originNs = timeline.extent?.startNs ?? 0;
  const spanNs = Math.round((timeline.extent?.endNs ?? 0) - originNs);
  const lanes = shown.map((lane) => ({
    ...emptyColumns(lane.total),
    kept: 0,
    overview: new Overview(spanNs),
  }));
  const byKey = new Map(shown.map((lane, at) => [laneKey(lane.device, lane.queue), lanes[at]] as const));
  let ties = tiesKept;
  for (const { count, launch, queue, startNs, durationNs } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      const index = launch[i] as number;
      const lane = byKey.get(laneKey(launches.device[index] as number, queue[i] as number));
      if (lane === undefined) continue;
      const start = Math.round((startNs[i] as number) - originNs);
      const duration = Math.round(durationNs[i] as number);
      lane.overview.add(start, duration, launches.category[index] as number);
      if (duration < atLeastNs || (duration === atLeastNs && --ties < 0)) continue;
      lane.startNs[lane.kept] = start;
      lane.durationNs[lane.kept] = duration;
      lane.launch[lane.kept++] = launches.page[index] as number;
    }
  }
  return lanes.map(({ overview, kept, ...columns }) => ({ all: overview, kept: ascending(columns, kept) }));
}

function emptyColumns(count: number): LaneColumns {
  return {
    startNs: new Float64Array(count),
    durationNs: new Float64Array(count),
    launch: new Uint32Array(count),
  };
}

function ascending(columns: LaneColumns, count: number): LaneColumns {
  const startNs = columns.startNs.subarray(0, count);
  const durationNs = columns.durationNs.subarray(0, count);
  const launch = columns.launch.subarray(0, count);
  const order = orderByTime(startNs);
  if (order.every((from, at) => from === at)) return { startNs, durationNs, launch };
  const sorted = emptyColumns(count);
  for (let at = 0; at < count; at++) {
    const from = order[at] as number;
    sorted.startNs[at] = startNs[from] as number;
    sorted.durationNs[at] = durationNs[from] as number;
    sorted.launch[at] = launch[from] as number;
  }
  return sorted;
}

/** How busy a lane is in equal stretches of the window, and with what. */
class Overview {
  readonly #bucketNs: number;
  /** One row a category. */
  readonly #busyNs = laneCategories.map(() => new Float64Array(overviewBuckets));

  constructor(spanNs: number) {
    this.#bucketNs = Math.max(1, spanNs) / overviewBuckets;
  }

  add(startNs: number, durationNs: number, category: number): void {
    const row = this.#busyNs[category] as Float64Array;
    const bucketNs = this.#bucketNs;
    const first = Math.min(overviewBuckets - 1, Math.floor(startNs / bucketNs));
    const last = Math.min(overviewBuckets - 1, Math.floor((startNs + durationNs) / bucketNs));
    for (let at = first; at <= last; at++) {
      const from = Math.max(startNs, at * bucketNs);
      const to = Math.min(startNs + durationNs, (at + 1) * bucketNs);
      row[at] = (row[at] as number) + Math.max(0, to - from);
    }
  }

  text(): string {
    const bytes = new Uint8Array(2 * overviewBuckets);
    for (let at = 0; at < overviewBuckets; at++) {
      let busyNs = 0;
      let heaviest = 0;
      this.#busyNs.forEach((row, category) => {
        busyNs += row[at] as number;
        const most = this.#busyNs[heaviest] as Float64Array;
        if ((row[at] as number) > (most[at] as number)) heaviest = category;
      });
      // Whatever runs at all is seen.
      bytes[at] = busyNs === 0 ? 0 : Math.max(1, Math.round(255 * Math.min(1, busyNs / this.#bucketNs)));
      bytes[overviewBuckets + at] = heaviest;
    }
    return Buffer.from(bytes).toString('base64');
  }
}

function omissionsOf(
  all: readonly Lane[],
  shown: readonly Lane[],
  lanes: readonly LaneData[],
  atLeastNs: number,
): string[] {
  const sentences: string[] = [];
  const count = (number: number) => number.toLocaleString('en-US');
  if (shown.length < all.length) {
    const busy = (list: readonly Lane[]) => list.reduce((sum, lane) => sum + lane.busyNs, 0);
    const rest = 1 - busy(shown) / Math.max(1, busy(all));
    sentences.push(
      `The ${count(shown.length)} busiest of ${count(all.length)} streams are drawn; the others hold ${(rest * 100).toFixed(1)} % of the device time.`,
    );
  }
  const total = lanes.reduce((sum, lane) => sum + lane.total, 0);
  const kept = lanes.reduce((sum, lane) => sum + lane.kept, 0);
  if (kept < total)
    sentences.push(
      `The page holds the ${count(kept)} longest of ${count(total)} executions; those under ${count(atLeastNs)} ns are in the overview only. \`report --json\` and \`export\` leave nothing out.`,
    );
  return sentences;
}
