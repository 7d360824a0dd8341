import type { Launch } from '../model/activity.ts';
import type { Timeline } from '../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../model/units.ts';
import { launchesOf } from './coverage.ts';
import type { DeviceTimeline, Lane, LaneWork, TimePart } from './details.ts';
import { forEachBusyInterval, type Interval, type LaunchMask, overlapNs } from './intervals.ts';
import { shortKernelName } from './kernel-names/short-name.ts';
import { forEachRecorded, recordedSpans, summed } from './recorded.ts';
import { outermostRanges, rangesSince, workWithin } from './utilization/host-ranges.ts';
import { type LaunchColumns, launchColumns, work } from './utilization/launch-columns.ts';
import { Spans, subtract } from './utilization/spans.ts';

/** Finer than any screen is wide. */
const buckets = 240;
/** Lanes that a screen could hold. */
const mostLanes = 32;
const laneWorks: readonly LaneWork[] = ['compute', 'communication', 'copy'];

/** What one device did in a window, stream by stream, and what it waited for. */
export function recentTimeline(timeline: Timeline, device: string, window: Interval): DeviceTimeline {
  const blocks = timeline.activity.filter(
    ({ count, startNs }) => (startNs[count - 1] as number) >= window.startNs - longestReachNs,
  );
  const recent = { ...rangesSince(timeline, window.startNs), activity: blocks };
  const recorded = recordedWithin(recent, device, window);
  const seconds = toSeconds(window.endNs - window.startNs);
  const columns = launchColumns(recent);
  const lanes = lanesOf(recent, columns, device, window, recorded.totalNs());
  const why = whyNothing(recent, device, lanes, recorded);
  if (why !== '') return { device, seconds, lanes: [], busy: [], why, parts: [], longestGap: null };
  const busy = spansOf(recent, launchesOf(recent, device, ['kernel', 'memcpy', 'memset']), window);
  const idle = subtract(recorded, busy);
  return {
    device,
    seconds,
    lanes,
    busy: shares(busy, recorded, window),
    why,
    parts: partsOf(recent, columns, device, { window, recorded, busy, idle }),
    longestGap: longestOf(idle, window),
  };
}

/** An execution may have begun so long before the window and still reach into it. */
const longestReachNs: Nanoseconds = 2e9;

function recordedWithin(timeline: Timeline, device: string, window: Interval): Spans {
  const spans = new Spans();
  const from = Math.max(window.startNs, timeline.extent?.startNs ?? 0);
  if (from >= window.endNs) return spans;
  forEachRecorded(recordedSpans(timeline, device), { startNs: from, endNs: window.endNs }, (startNs, endNs) =>
    spans.push(startNs, endNs),
  );
  return spans;
}

function whyNothing(timeline: Timeline, device: string, lanes: readonly Lane[], recorded: Spans): string {
  if (lanes.length > 0) return '';
  if (timeline.summaries.length > 0) return summed.why;
  if (recorded.count === 0) {
    return 'Kernels are recorded in windows (--kernels window), and these seconds are in none of them.';
  }
  const has = timeline.launches.some((launch) => launch.device === device);
  return has
    ? 'Nothing ran on it in these seconds.'
    : 'No kernel of it is recorded; start the program with `warpwatch run` to see them.';
}

interface LaneSums {
  readonly queue: number;
  /** Busy time of each bucket, by kind of work. */
  readonly ns: readonly Float64Array[];
  readonly byLaunch: Map<number, number>;
  totalNs: number;
}

function lanesOf(
  timeline: Timeline,
  columns: LaunchColumns,
  device: string,
  window: Interval,
  recordedNs: Nanoseconds,
): Lane[] {
  const at = timeline.devices.findIndex(({ id }) => id === device);
  const bucketNs = (window.endNs - window.startNs) / buckets;
  const lanes = new Map<number, LaneSums>();
  for (const { count, startNs, durationNs, launch, queue } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      const index = launch[i] as number;
      if (columns.device[index] !== at) continue;
      const from = Math.max(startNs[i] as number, window.startNs);
      const to = Math.min((startNs[i] as number) + (durationNs[i] as number), window.endNs);
      if (to <= from) continue;
      addTo(laneOf(lanes, queue[i] as number), index, workOf(columns, index), from, to, window, bucketNs);
    }
  }
  return [...lanes.values()]
    .sort((a, b) => b.totalNs - a.totalNs)
    .slice(0, mostLanes)
    .map((sums) => toLane(timeline, sums, bucketNs, recordedNs));
}

function laneOf(lanes: Map<number, LaneSums>, queue: number): LaneSums {
  let lane = lanes.get(queue);
  if (lane === undefined) {
    lane = { queue, ns: laneWorks.map(() => new Float64Array(buckets)), byLaunch: new Map(), totalNs: 0 };
    lanes.set(queue, lane);
  }
  return lane;
}

/** 0 computes, 1 communicates, 2 copies or sets. */
function workOf(columns: LaunchColumns, launch: number): number {
  const kind = columns.work[launch] as number;
  return kind === work.compute ? 0 : kind === work.communication ? 1 : 2;
}

function addTo(
  lane: LaneSums,
  launch: number,
  kind: number,
  from: Nanoseconds,
  to: Nanoseconds,
  { startNs }: Interval,
  bucketNs: Nanoseconds,
): void {
  lane.totalNs += to - from;
  lane.byLaunch.set(launch, (lane.byLaunch.get(launch) ?? 0) + to - from);
  const ns = lane.ns[kind] as Float64Array;
  const first = Math.min(buckets - 1, Math.floor((from - startNs) / bucketNs));
  const last = Math.min(buckets - 1, Math.floor((to - startNs) / bucketNs));
  for (let bucket = first; bucket <= last; bucket++) {
    const begin = startNs + bucket * bucketNs;
    const inside = overlapNs({ startNs: from, endNs: to }, { startNs: begin, endNs: begin + bucketNs });
    ns[bucket] = (ns[bucket] as number) + inside;
  }
}

function toLane(
  timeline: Timeline,
  { queue, ns, byLaunch, totalNs }: LaneSums,
  bucketNs: number,
  recordedNs: Nanoseconds,
): Lane {
  const busy: number[] = [];
  const kinds: (LaneWork | null)[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const parts = ns.map((sums) => sums[bucket] as number);
    const sum = parts.reduce((all, part) => all + part, 0);
    busy.push(Math.min(1, sum / bucketNs));
    kinds.push(sum === 0 ? null : (laneWorks[parts.indexOf(Math.max(...parts))] ?? null));
  }
  const [heaviest] = [...byLaunch].sort((a, b) => b[1] - a[1]);
  const launch = heaviest === undefined ? undefined : timeline.launches[heaviest[0]];
  const share = recordedNs > 0 ? Math.min(1, totalNs / recordedNs) : 0;
  return { queue, share, busy, work: kinds, heaviest: nameOf(launch) };
}

function nameOf(launch: Launch | undefined): string {
  return launch?.kind === 'kernel' ? shortKernelName(launch.name) : (launch?.name ?? '');
}

/** When any of the wanted executions ran, cut to the window. */
function spansOf({ activity }: Timeline, wanted: LaunchMask, { startNs, endNs }: Interval): Spans {
  const spans = new Spans();
  forEachBusyInterval(activity, wanted, (begin, end) => {
    const from = Math.max(begin, startNs);
    const to = Math.min(end, endNs);
    if (to > from) spans.push(from, to);
  });
  return spans;
}

interface Stretches {
  readonly window: Interval;
  readonly recorded: Spans;
  readonly busy: Spans;
  readonly idle: Spans;
}

/** Copies that run beside kernels are hidden by them and cost nothing; they are counted where they run alone. */
function partsOf(
  timeline: Timeline,
  columns: LaunchColumns,
  device: string,
  { window, recorded, busy, idle }: Stretches,
): TimePart[] {
  const recordedNs = recorded.totalNs();
  if (recordedNs === 0) return [];
  const kernels = launchesOf(timeline, device, ['kernel']);
  const computing = kernels.map((is, launch) => (is === 1 && columns.work[launch] === work.compute ? 1 : 0));
  const computeNs = spansOf(timeline, computing, window).totalNs();
  const kernelNs = spansOf(timeline, kernels, window).totalNs();
  const part = (what: TimePart['what'], ns: number, within = ''): TimePart => ({
    what,
    share: Math.min(1, ns / recordedNs),
    within,
  });
  const parts = [
    part('compute', computeNs),
    part('communication', kernelNs - computeNs),
    part('copies', busy.totalNs() - kernelNs),
    ...idleParts(timeline, idle).map(({ name, ns }) => part('idle', ns, name)),
  ];
  return parts.filter(({ share }) => share > 0);
}

/** The idle time by the outermost range that the host was in; where several threads were in ranges the first counts. */
function idleParts(timeline: Timeline, idle: Spans): { name: string; ns: number }[] {
  const totalNs = idle.totalNs();
  const sums = new Map<string, number>();
  let toldNs = 0;
  if (timeline.host.blocks.length > 0) {
    const ranges = outermostRanges(timeline);
    for (const [at, ns] of workWithin(timeline, ranges, idle).entries()) {
      const name = timeline.host.names[at]?.name ?? '';
      const counted = Math.min(ns, totalNs - toldNs);
      if (counted <= 0) continue;
      toldNs += counted;
      sums.set(name, (sums.get(name) ?? 0) + counted);
    }
  }
  if (totalNs > toldNs) sums.set('', totalNs - toldNs);
  return [...sums].map(([name, ns]) => ({ name, ns })).sort((a, b) => b.ns - a.ns);
}

/** Of each bucket the share of its recorded time that the spans fill. */
function shares(spans: Spans, recorded: Spans, { startNs, endNs }: Interval): number[] {
  const bucketNs = (endNs - startNs) / buckets;
  const filled = spread(spans, startNs, bucketNs);
  const known = spread(recorded, startNs, bucketNs);
  return Array.from(filled, (ns, at) =>
    (known[at] as number) > 0 ? Math.min(1, ns / (known[at] as number)) : Number.NaN,
  );
}

function spread(spans: Spans, startNs: Nanoseconds, bucketNs: Nanoseconds): Float64Array {
  const sums = new Float64Array(buckets);
  for (let i = 0; i < spans.count; i++) {
    const from = (spans.startNs[i] as number) - startNs;
    const to = (spans.endNs[i] as number) - startNs;
    for (let at = Math.floor(from / bucketNs); at < buckets && at * bucketNs < to; at++) {
      sums[at] = (sums[at] as number) + Math.min(to, (at + 1) * bucketNs) - Math.max(from, at * bucketNs);
    }
  }
  return sums;
}

function longestOf(idle: Spans, { endNs }: Interval): DeviceTimeline['longestGap'] {
  let longest = -1;
  let lengthNs = 0;
  for (let i = 0; i < idle.count; i++) {
    const ns = (idle.endNs[i] as number) - (idle.startNs[i] as number);
    // Of equal ones the newest.
    if (ns > 0 && ns >= lengthNs) {
      lengthNs = ns;
      longest = i;
    }
  }
  if (longest < 0) return null;
  return { seconds: toSeconds(lengthNs), agoSeconds: toSeconds(endNs - (idle.endNs[longest] as number)) };
}
