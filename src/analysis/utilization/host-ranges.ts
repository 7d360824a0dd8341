import type { HostBlock, HostRangeKind, Timeline } from '../../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../../model/units.ts';
import type { HostWorkFigures } from './figures.ts';
import { orderByTime } from './order.ts';
import { Spans } from './spans.ts';

/** So many names are listed; a framework has hundreds of operators. */
export const mostNames = 20;
/** How PyTorch's profiler names the range of a step. */
const profilerStep = /^ProfilerStep\s*#\s*\d+$/;

/**
 * The outermost host ranges of each thread, apart from those that stand for a whole step: which step it is says
 * nothing of what the host does in it. Owners are indices into `host.names`; spans of a thread ascend and do not
 * overlap.
 */
export function outermostRanges(timeline: Timeline): Spans[] {
  const { threads, blocks } = timeline.host;
  const counts = new Uint32Array(threads.length);
  for (const { count, thread } of blocks) {
    for (let i = 0; i < count; i++) {
      const at = thread[i] as number;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  const columns = threads.map((_thread, at) => ({
    count: 0,
    startNs: new Float64Array(counts[at] ?? 0),
    endNs: new Float64Array(counts[at] ?? 0),
    name: new Uint32Array(counts[at] ?? 0),
  }));
  const isStep = stepTest(timeline);
  for (const block of blocks) {
    for (let i = 0; i < block.count; i++) {
      const own = columns[block.thread[i] as number];
      if (own === undefined || isStep(block, i)) continue;
      const startNs = block.startNs[i] as number;
      own.startNs[own.count] = startNs;
      own.endNs[own.count] = startNs + (block.durationNs[i] as number);
      own.name[own.count++] = block.name[i] as number;
    }
  }
  return columns.map(({ count, startNs, endNs, name }) => outermost(startNs.subarray(0, count), endNs, name));
}

/**
 * The timeline with the ranges alone that end after a moment: a live view looks at the last seconds many times. Blocks
 * are whole, and their ranges stand in the order of their ends.
 */
export function rangesSince(timeline: Timeline, timeNs: Nanoseconds): Timeline {
  const blocks = timeline.host.blocks.filter(({ count, startNs, durationNs }) => {
    const last = count - 1;
    return (startNs[last] as number) + (durationNs[last] as number) >= timeNs;
  });
  return { ...timeline, host: { ...timeline.host, blocks } };
}

/** Of ranges that nest, those that no other holds; where two only overlap, the later one keeps its rest. */
function outermost(startNs: Float64Array, endNs: Float64Array, name: Uint32Array): Spans {
  const spans = new Spans();
  for (const at of orderByTime(startNs)) {
    const start = startNs[at] as number;
    const end = endNs[at] as number;
    const last = spans.count - 1;
    const lastEnd = last < 0 ? Number.NEGATIVE_INFINITY : (spans.endNs[last] as number);
    if (end <= lastEnd || end <= start) continue;
    if (last >= 0 && spans.startNs[last] === start) {
      // Both begin here and this one is longer: it holds the other.
      spans.endNs[last] = end;
      spans.owner[last] = name[at] as number;
    } else {
      spans.push(Math.max(start, lastEnd), end, name[at]);
    }
  }
  return spans;
}

function stepTest({ host, steps }: Timeline): (block: HostBlock, i: number) => boolean {
  const endOf = new Map(steps.map(({ startNs, endNs }) => [startNs as number, endNs as number]));
  const annotation = Uint8Array.from(host.names, ({ kind }) => (kind === 'annotation' ? 1 : 0));
  const named = Uint8Array.from(host.names, ({ name }) => (profilerStep.test(name) ? 1 : 0));
  return ({ startNs, durationNs, name }, i) => {
    const id = name[i] as number;
    if (annotation[id] !== 1) return false;
    const start = startNs[i] as number;
    return named[id] === 1 || endOf.get(start) === start + (durationNs[i] as number);
  };
}

/** Adds up, by name, what threads did in stretches of which each belongs to one of them. */
export function workOfThreads(timeline: Timeline, ranges: readonly Spans[], stretches: Spans): Float64Array {
  const sums = new Float64Array(timeline.host.names.length);
  const cursors = new Uint32Array(ranges.length);
  for (let i = 0; i < stretches.count; i++) {
    const thread = stretches.owner[i] as number;
    const own = ranges[thread];
    if (own === undefined) continue;
    const from = stretches.startNs[i] as number;
    const to = stretches.endNs[i] as number;
    let at = cursors[thread] as number;
    while (at < own.count && (own.endNs[at] as number) <= from) at++;
    cursors[thread] = at;
    for (; at < own.count && (own.startNs[at] as number) < to; at++) addShared(sums, own, at, from, to);
  }
  return sums;
}

/**
 * Adds up, by name, the time within stretches in which at least one of the threads was in a range of that name.
 * @param stretches ascending and apart
 */
export function workWithin(timeline: Timeline, ranges: readonly Spans[], stretches: Spans): Float64Array {
  const { names } = timeline.host;
  const sums = new Float64Array(names.length);
  const doneNs = new Float64Array(names.length).fill(Number.NEGATIVE_INFINITY);
  const all = new Spans();
  for (const own of ranges) {
    for (let i = 0; i < own.count; i++)
      all.push(own.startNs[i] as number, own.endNs[i] as number, own.owner[i]);
  }
  let first = 0;
  for (const i of orderByTime(all.startNs.subarray(0, all.count))) {
    const name = all.owner[i] as number;
    const from = all.startNs[i] as number;
    const to = all.endNs[i] as number;
    while (first < stretches.count && (stretches.endNs[first] as number) <= from) first++;
    const notYet = Math.max(from, doneNs[name] as number);
    for (let at = first; at < stretches.count && (stretches.startNs[at] as number) < to; at++) {
      const begin = Math.max(notYet, stretches.startNs[at] as number);
      const shared = Math.min(to, stretches.endNs[at] as number) - begin;
      if (shared > 0) sums[name] = (sums[name] as number) + shared;
    }
    doneNs[name] = Math.max(doneNs[name] as number, to);
  }
  return sums;
}

function addShared(
  sums: Float64Array,
  { startNs, endNs, owner }: Spans,
  at: number,
  from: number,
  to: number,
) {
  const shared = Math.min(to, endNs[at] as number) - Math.max(from, startNs[at] as number);
  const name = owner[at] as number;
  if (shared > 0) sums[name] = (sums[name] as number) + shared;
}

/** Sums by name as figures, the longest first. Time in no range is not listed: it has no name. */
export function toHostWork(timeline: Timeline, sums: Float64Array, wholeNs: Nanoseconds): HostWorkFigures[] {
  const byName = new Map<string, { name: string; kind: HostRangeKind; ns: number }>();
  for (const [at, { name, kind }] of timeline.host.names.entries()) {
    const ns = sums[at] as number;
    if (ns === 0) continue;
    const key = `${kind} ${name}`;
    const entry = byName.get(key);
    if (entry) entry.ns += ns;
    else byName.set(key, { name, kind, ns });
  }
  return [...byName.values()]
    .sort((a, b) => b.ns - a.ns || (a.name < b.name ? -1 : 1))
    .slice(0, mostNames)
    .map(({ name, kind, ns }) => ({
      name,
      kind,
      seconds: toSeconds(ns),
      share: wholeNs > 0 ? ns / wholeNs : 0,
    }));
}
