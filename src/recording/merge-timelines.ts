import { WarpwatchError } from '../model/errors.ts';
import type { ActivityBlock, HostBlock, HostRangeKind, RunInfo, Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { TimelineBuilder } from './timeline-builder.ts';

/** Runs that begin further apart are not one training; a double holds so many nanoseconds exactly (104 days). */
const farthestNs = 2n ** 53n;

/** One run of several, and where it goes. */
interface Part {
  readonly timeline: Timeline;
  readonly rank: number;
  readonly worldSize: number | null;
  /** Of its origin after the common one. */
  readonly offsetNs: Nanoseconds;
}

/**
 * Puts the runs of a distributed training's ranks on one axis: device ids become `rank<N>/<id>`, steps and threads
 * carry their rank. Columns that stay the same are shared with what was handed in.
 * @throws WarpwatchError `bad-data` where the runs cannot be of one training
 */
export function mergeTimelines(timelines: readonly Timeline[]): Timeline {
  const [first] = timelines;
  if (first === undefined)
    throw new WarpwatchError('usage', 'There is nothing to merge; name at least one run.');
  if (timelines.length === 1) return first;
  const damage: string[] = [];
  const parts = place(timelines, damage);
  const merged = new TimelineBuilder(
    { path: timelines.map(({ source }) => source.path).join(', '), format: first.source.format },
    describe(timelines),
    earliest(timelines),
  );
  const names = new Map<string, number>();
  for (const part of parts) addPart(merged, part, names);
  merged.steps.sort((a, b) => a.startNs - b.startNs || (a.rank ?? 0) - (b.rank ?? 0));
  merged.ranks.sort((a, b) => a.rank - b.rank);
  merged.damage.unshift(...damage);
  return merged;
}

function place(timelines: readonly Timeline[], damage: string[]): Part[] {
  const originUnixNs = earliest(timelines);
  const ranks = timelines.map(({ ranks: own }) => (own.length === 1 ? own[0] : undefined));
  const numbers = ranks.map((own, index) => own?.rank ?? -1 - index);
  const areOrdered = ranks.every((own) => own !== undefined) && new Set(numbers).size === numbers.length;
  if (!areOrdered) {
    damage.push(
      'The ranks of the files are unknown or the same in several, so they are numbered from 0 in the order given.',
    );
  }
  const undated = timelines.filter((timeline) => timeline.originUnixNs === 0n);
  if (undated.length > 0 && undated.length < timelines.length) {
    const which = undated.map(({ source }) => source.path).join(', ');
    damage.push(`${which} does not tell when it began; its begin was put at that of the first.`);
  }
  return timelines.map((timeline, index) => ({
    timeline,
    rank: areOrdered ? (ranks[index]?.rank ?? index) : index,
    worldSize: ranks[index]?.worldSize ?? null,
    offsetNs: timeline.originUnixNs === 0n ? 0 : Number(timeline.originUnixNs - originUnixNs),
  }));
}

/** Unix time of the first origin that is known; 0 where none is. */
function earliest(timelines: readonly Timeline[]): bigint {
  const known = timelines.map((timeline) => timeline.originUnixNs).filter((origin) => origin > 0n);
  const [first = 0n] = known;
  const least = known.reduce((one, other) => (other < one ? other : one), first);
  if (known.some((origin) => origin - least >= farthestNs)) {
    throw new WarpwatchError(
      'bad-data',
      'The files begin more than 104 days apart, so they are not ranks of one training; name those of one run.',
    );
  }
  return least;
}

function describe(timelines: readonly Timeline[]): RunInfo {
  const runs = timelines.map(({ run }) => run);
  const [first] = runs as [RunInfo, ...RunInfo[]];
  const dates = runs.map(({ createdAt }) => createdAt).filter((date) => date !== '');
  const sameHost = runs.every(({ host }) => host?.name === first.host?.name && host?.cpu === first.host?.cpu);
  return {
    title: `${first.title} and ${runs.length - 1} more`,
    command: first.command,
    createdAt: dates.sort()[0] ?? '',
    host: sameHost ? first.host : null,
    versions: first.versions,
  };
}

function addPart(merged: TimelineBuilder, part: Part, names: Map<string, number>): void {
  const { timeline, rank, worldSize, offsetNs } = part;
  const idOf = (device: string): string => `rank${rank}/${device}`;
  const idOrNull = (device: string | null): string | null => (device === null ? null : idOf(device));
  for (const device of timeline.devices) merged.addDevice({ ...device, id: idOf(device.id) });
  merged.ranks.push({ rank, worldSize, devices: timeline.devices.map(({ id }) => idOf(id)) });
  const launchBase = merged.launches.length;
  for (const launch of timeline.launches) merged.addLaunch({ ...launch, device: idOf(launch.device) });
  const threadBase = merged.host.threads.length;
  for (const { name } of timeline.host.threads) merged.host.threads.push({ name, rank });
  for (const block of timeline.activity) {
    merged.addActivity(movedActivity(block, offsetNs, launchBase, threadBase));
  }
  for (const block of timeline.summaries) {
    merged.addSummary({
      ...block,
      startNs: later(block.startNs, offsetNs),
      launch: higher(block.launch, launchBase),
    });
  }
  for (const { startNs, endNs, devices } of timeline.windows) {
    merged.addWindow({
      startNs: startNs + offsetNs,
      endNs: endNs + offsetNs,
      devices: new Set([...devices].map(idOf)),
    });
  }
  const nameIndices = Uint32Array.from(timeline.host.names, (entry) => nameIndex(merged, entry, names));
  for (const block of timeline.host.blocks) {
    merged.addHostBlock(movedHost(block, offsetNs, nameIndices, threadBase));
  }
  for (const step of timeline.steps) {
    merged.addStep({ ...step, startNs: step.startNs + offsetNs, endNs: step.endNs + offsetNs, rank });
  }
  for (const mark of timeline.marks) {
    merged.addMark({ ...mark, startNs: mark.startNs + offsetNs, endNs: mark.endNs + offsetNs });
  }
  for (const { series, timesNs, values } of timeline.series) {
    const entry = merged.addSeries({ ...series, device: idOrNull(series.device) });
    for (const [index, timeNs] of timesNs.entries()) {
      merged.addSample(entry, timeNs + offsetNs, values[index] as number);
    }
  }
  for (const list of timeline.processes) {
    merged.addProcesses({ ...list, device: idOf(list.device), timeNs: list.timeNs + offsetNs });
  }
  for (const state of timeline.deviceStates) {
    merged.addDeviceState({ ...state, device: idOf(state.device), timeNs: state.timeNs + offsetNs });
  }
  for (const gap of timeline.absences) merged.absences.push({ ...gap, device: idOrNull(gap.device) });
  merged.keptFromNs = Math.max(merged.keptFromNs, timeline.keptFromNs + offsetNs);
  merged.workload ??= timeline.workload;
  merged.producers.push(...timeline.producers);
  for (const kind of ['dropped', 'unfinished', 'outOfRange'] as const) {
    merged.losses[kind] += timeline.losses[kind];
  }
  merged.damage.push(...timeline.damage);
}

function movedActivity(
  block: ActivityBlock,
  offsetNs: Nanoseconds,
  launchBase: number,
  threadBase: number,
): ActivityBlock {
  const { calls } = block;
  const moved = {
    ...block,
    startNs: later(block.startNs, offsetNs),
    launch: higher(block.launch, launchBase),
  };
  if (calls === undefined) return moved;
  return {
    ...moved,
    calls: { startNs: later(calls.startNs, offsetNs), thread: higher(calls.thread, threadBase) },
  };
}

function movedHost(
  block: HostBlock,
  offsetNs: Nanoseconds,
  names: Uint32Array,
  threadBase: number,
): HostBlock {
  return {
    ...block,
    startNs: later(block.startNs, offsetNs),
    name: block.name.map((name) => names[name] as number),
    thread: higher(block.thread, threadBase),
  };
}

function later(timesNs: Float64Array, offsetNs: Nanoseconds): Float64Array {
  return offsetNs === 0 ? timesNs : timesNs.map((timeNs) => timeNs + offsetNs);
}

function higher(indices: Uint32Array, base: number): Uint32Array {
  return base === 0 ? indices : indices.map((index) => index + base);
}

function nameIndex(
  merged: TimelineBuilder,
  entry: { readonly name: string; readonly kind: HostRangeKind },
  names: Map<string, number>,
): number {
  const key = `${entry.kind} ${entry.name}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  const index = merged.host.names.push(entry) - 1;
  names.set(key, index);
  return index;
}
