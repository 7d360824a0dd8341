import type { Launch } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import type { DeviceState, GpuProcessList } from '../model/gpu-process.ts';
import type { AbsentSeries, Series } from '../model/series.ts';
import type {
  ActivityBlock,
  HostBlock,
  HostRangeKind,
  HostThread,
  LaunchTotals,
  Losses,
  Producer,
  Rank,
  RecordedWindow,
  RunInfo,
  SampledSeries,
  SummaryBlock,
  Timeline,
  TimelineSource,
} from '../model/timeline.ts';
import type { Mark, Step, WorkloadInfo } from '../model/training.ts';
import type { Nanoseconds } from '../model/units.ts';
import { mergeDevices } from './merge-devices.ts';

export interface TimelineOptions {
  /** Forget kernel executions that ended longer ago than this; their totals stay. Default: forget nothing. */
  readonly keepNs?: Nanoseconds;
}

/** Samples are few beside executions, and findings look back further: they stay so many times as long. */
const sampleKeepFactor = 10;
const sampleTrimEvery = 256;

/** Gathers records into a timeline. Readers of recordings and importers of foreign traces both end here. */
export class TimelineBuilder implements Timeline {
  readonly source: TimelineSource;
  readonly run: RunInfo;
  readonly originUnixNs: bigint;
  readonly devices: Device[] = [];
  readonly launches: Launch[] = [];
  readonly launchTotals: LaunchTotals[] = [];
  activity: ActivityBlock[] = [];
  summaries: SummaryBlock[] = [];
  windows: RecordedWindow[] = [];
  keptFromNs: Nanoseconds = Number.NEGATIVE_INFINITY;
  readonly host = {
    names: [] as { name: string; kind: HostRangeKind }[],
    threads: [] as HostThread[],
    blocks: [] as HostBlock[],
  };
  readonly ranks: Rank[] = [];
  readonly steps: Step[] = [];
  readonly series: SampledSeries[] = [];
  readonly absences: AbsentSeries[] = [];
  processes: GpuProcessList[] = [];
  readonly deviceStates: DeviceState[] = [];
  readonly marks: Mark[] = [];
  workload: WorkloadInfo | null = null;
  readonly producers: Producer[] = [];
  readonly losses: Losses = { dropped: 0, unfinished: 0, outOfRange: 0 };
  damage: string[] = [];
  extent: { startNs: Nanoseconds; endNs: Nanoseconds } | null = null;
  readonly #keepNs: Nanoseconds;

  constructor(source: TimelineSource, run: RunInfo, originUnixNs: bigint, options: TimelineOptions = {}) {
    this.source = source;
    this.run = run;
    this.originUnixNs = originUnixNs;
    this.#keepNs = options.keepNs ?? Number.POSITIVE_INFINITY;
  }

  /** Adds a device, or tells more of one with the same id: what one source knows stays where another does not know it. */
  addDevice(device: Device): void {
    const at = this.devices.findIndex(({ id }) => id === device.id);
    const before = this.devices[at];
    if (before === undefined) this.devices.push(device);
    else this.devices[at] = mergeDevices(before, device);
  }

  /** Returns the launch's index in the timeline. */
  addLaunch(launch: Launch): number {
    this.launchTotals.push({ calls: 0, durationNs: 0, longestNs: 0 });
    return this.launches.push(launch) - 1;
  }

  /** Adds executions whose launches are indices of this timeline. */
  addActivity(block: ActivityBlock): void {
    if (block.count === 0) return;
    this.activity.push(block);
    const { count, startNs: starts, durationNs: durations, launch } = block;
    const totals = this.launchTotals;
    let startNs = Number.POSITIVE_INFINITY;
    let endNs = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const start = starts[i] as number;
      const duration = durations[i] as number;
      const total = totals[launch[i] as number] as LaunchTotals;
      total.calls++;
      total.durationNs += duration;
      if (duration > total.longestNs) total.longestNs = duration;
      if (start < startNs) startNs = start;
      if (start + duration > endNs) endNs = start + duration;
    }
    this.#extend(startNs, endNs);
    this.#forget(endNs - this.#keepNs);
  }

  /** Adds sums over executions whose launches are indices of this timeline. */
  addSummary(block: SummaryBlock): void {
    if (block.count === 0) return;
    this.summaries.push(block);
    for (let i = 0; i < block.count; i++) {
      const total = this.launchTotals[block.launch[i] as number] as LaunchTotals;
      total.calls += block.executions[i] as number;
      total.durationNs += block.totalNs[i] as number;
      total.longestNs = Math.max(total.longestNs, block.longestNs[i] as number);
      const startNs = block.startNs[i] as number;
      this.#extend(startNs, startNs + (block.durationNs[i] as number));
    }
    if (this.#keepNs === Number.POSITIVE_INFINITY) return;
    const beforeNs = lastEnd(block) - this.#keepNs * sampleKeepFactor;
    if (lastEnd(this.summaries[0] ?? block) < beforeNs) {
      this.summaries = this.summaries.filter((kept) => lastEnd(kept) >= beforeNs);
    }
  }

  /** Adds a window in which executions were recorded; one that goes on where the last of its producer ended widens that one. */
  addWindow(window: RecordedWindow): void {
    const at = this.windows.findLastIndex(({ devices }) => devices === window.devices);
    const last = this.windows[at];
    if (last !== undefined && last.endNs === window.startNs) {
      this.windows[at] = { ...last, endNs: window.endNs };
    } else {
      this.windows.push(window);
    }
    this.#extend(window.startNs, window.endNs);
  }

  /** Tells of a rank, and of a device that it uses; several processes may be of one rank. */
  addRank(rank: number, worldSize: number | null, device?: string): void {
    const at = this.ranks.findIndex((known) => known.rank === rank);
    const devices = this.ranks[at]?.devices ?? [];
    const added = device === undefined || devices.includes(device) ? devices : [...devices, device];
    this.ranks[at < 0 ? this.ranks.length : at] = { rank, worldSize, devices: added };
  }

  /** Adds host ranges whose names and threads are indices of this timeline's `host`. They do not widen its extent. */
  addHostBlock(block: HostBlock): void {
    if (block.count === 0) return;
    this.host.blocks.push(block);
    const beforeNs = lastEnd(block) - this.#keepNs * sampleKeepFactor;
    if (lastEnd(this.host.blocks[0] ?? block) >= beforeNs) return;
    const kept = this.host.blocks.filter((old) => lastEnd(old) >= beforeNs);
    this.host.blocks.splice(0, this.host.blocks.length, ...kept);
  }

  addSeries(series: Series): SampledSeries {
    const same = this.series.find(
      (entry) =>
        entry.series.device === series.device &&
        entry.series.metric === series.metric &&
        entry.series.from === series.from,
    );
    if (same) return same;
    const entry = { series, timesNs: [], values: [] };
    this.series.push(entry);
    return entry;
  }

  addSample(entry: SampledSeries, timeNs: Nanoseconds, value: number): void {
    entry.timesNs.push(timeNs);
    entry.values.push(value);
    this.#extend(timeNs, timeNs);
    if (entry.series.device !== null) this.#forgetSamples(entry, timeNs);
  }

  /** Replaces the device's list before, where old records are forgotten. */
  addProcesses(list: GpuProcessList): void {
    if (this.#keepNs < Number.POSITIVE_INFINITY) {
      this.processes = this.processes.filter(({ device }) => device !== list.device);
    }
    this.processes.push(list);
    this.#extend(list.timeNs, list.timeNs);
  }

  addDeviceState(state: DeviceState): void {
    this.deviceStates.push(state);
    this.#extend(state.timeNs, state.timeNs);
  }

  addStep(step: Step): void {
    this.steps.push(step);
    this.#extend(step.startNs, step.endNs);
  }

  addMark(mark: Mark): void {
    this.marks.push(mark);
    this.#extend(mark.startNs, mark.endNs);
  }

  #extend(startNs: Nanoseconds, endNs: Nanoseconds): void {
    if (this.extent === null) {
      this.extent = { startNs, endNs };
      return;
    }
    if (startNs < this.extent.startNs) this.extent.startNs = startNs;
    if (endNs > this.extent.endNs) this.extent.endNs = endNs;
  }

  /** Now and then, so that it costs nothing. Curves of the training stay whole: they have no device. */
  #forgetSamples({ timesNs, values }: SampledSeries, nowNs: Nanoseconds): void {
    const beforeNs = nowNs - this.#keepNs * sampleKeepFactor;
    if (timesNs.length % sampleTrimEvery !== 0 || !((timesNs[0] as number) < beforeNs)) return;
    const first = timesNs.findIndex((timeNs) => timeNs >= beforeNs);
    timesNs.splice(0, first);
    values.splice(0, first);
  }

  #forget(beforeNs: Nanoseconds): void {
    const first = this.activity[0];
    if (first === undefined || lastEnd(first) >= beforeNs) return;
    this.activity = this.activity.filter((block) => lastEnd(block) >= beforeNs);
    this.keptFromNs = Math.max(this.keptFromNs, beforeNs);
  }
}

/** End of a block's last execution: near enough to its latest end to decide what may be forgotten. */
function lastEnd(block: Pick<ActivityBlock, 'count' | 'startNs' | 'durationNs'>): Nanoseconds {
  const at = block.count - 1;
  return (block.startNs[at] as number) + (block.durationNs[at] as number);
}
