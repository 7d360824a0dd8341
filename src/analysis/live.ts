import type { Device } from '../model/device.ts';
import { metrics } from '../model/series.ts';
import type { Timeline } from '../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../model/units.ts';
import type { Finding } from './advice/finding.ts';
import { checkAdvice } from './advice/index.ts';
import { type Details, type DetailsAsked, nothingAsked } from './details.ts';
import { DeviceLaunches } from './device-launches.ts';
import { type FigureSources, figuresAt, processesAt, stateAt } from './device-view.ts';
import { describeGap } from './gap.ts';
import { Histories } from './history.ts';
import { kernelDetail } from './kernel-detail.ts';
import { KernelHistories } from './kernel-history.ts';
import { type KernelRow, kernelTable } from './kernels.ts';
import { rankRows } from './rank-rows.ts';
import { recentTimeline } from './recent-timeline.ts';
import { recordedNs, recordedSpans } from './recorded.ts';
import { recentReplicas, replicasView } from './replicas.ts';
import { SampledFigures } from './sampled-figures.ts';
import { latestSample } from './samples.ts';
import type { DeviceView, HostView, Snapshot } from './snapshot.ts';
import { trainingView } from './training-view.ts';

/** Figures of a device row are over this last stretch. */
const windowNs = 2e9;
/** Producers hand their records on this late at most; a moment is complete when this has passed since. */
const lagNs = 0.6e9;
/** An older sample is not shown as the present. */
const freshNs = 3e9;
/** Findings change slowly and look at everything that is kept. */
const adviceIntervalNs = 4e9;
/** Counters of the last minute say how a GPU works now; older ones belong to work that may have ended. */
const adviceWindowNs = 60e9;
/** Kernel executions that a live view needs; the rest may be forgotten. */
export const liveKeepNs: Nanoseconds = 12e9;

/** What a timeline of the last seconds shows; a little less than what is kept. */
const detailNs: Nanoseconds = 10e9;

/** Streams of collectors, by their ids: they tell of the machine, not of a training. */
const collectorNames: ReadonlySet<string> = new Set(['host', 'nvml', 'nvidia-smi', 'dcgm']);

/** Turns a timeline that grows into snapshots, one a look; what it keeps between looks are the histories. */
export class LiveView {
  readonly #timeline: Timeline;
  readonly #sources: FigureSources;
  readonly #histories: Histories;
  readonly #kernelHistories = new KernelHistories();

  #findings: readonly Finding[] = [];
  #nextAdviceNs: Nanoseconds = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#sources = { sampled: new SampledFigures(timeline), launches: new DeviceLaunches(timeline) };
    this.#histories = new Histories(timeline, this.#sources);
  }

  /**
   * @param nowNs the present, since the timeline's origin
   * @param asked parts that are worked out only for who shows them
   */
  snapshot(nowNs: Nanoseconds, asked: DetailsAsked = nothingAsked): Snapshot {
    const timeline = this.#timeline;
    const { state, message } = runState(timeline);
    const kernels = kernelTable(timeline);
    this.#kernelHistories.look(kernels, nowNs, (device, stretch) =>
      recordedNs(recordedSpans(timeline, device), stretch),
    );
    return {
      title: timeline.run.title,
      state,
      message,
      elapsedSeconds: toSeconds(nowNs),
      devices: timeline.devices.map((device) => this.#device(device, nowNs)),
      kernels,
      training: trainingView(timeline, nowNs),
      host: hostView(timeline, nowNs),
      ...whatSourcesSaid(timeline),
      findings: this.#advice(nowNs),
      details: this.#details(kernels, nowNs, asked),
      lostRecords: timeline.losses.dropped + timeline.losses.unfinished + timeline.losses.outOfRange,
      damage: timeline.damage,
    };
  }

  #details(kernels: readonly KernelRow[], nowNs: Nanoseconds, asked: DetailsAsked): Details {
    const timeline = this.#timeline;
    const lastSeconds = (completeNs: Nanoseconds) => {
      const startNs = Math.max(0, completeNs - detailNs, timeline.extent?.startNs ?? 0);
      return { startNs, endNs: Math.max(completeNs, startNs) };
    };
    return {
      timeline:
        asked.timeline === null
          ? null
          : recentTimeline(timeline, asked.timeline, lastSeconds(this.#completeNs(nowNs, asked.timeline))),
      ranks: asked.ranks ? rankRows(timeline, lastSeconds(nowNs)) : null,
      replicas: asked.ranks ? replicasView(timeline, recentReplicas) : null,
      kernel:
        asked.kernel === null ? null : kernelDetail(timeline, kernels, this.#kernelHistories, asked.kernel),
      fleet: null,
    };
  }

  #advice(nowNs: Nanoseconds): readonly Finding[] {
    if (nowNs >= this.#nextAdviceNs) {
      this.#findings = checkAdvice(this.#timeline, nowNs - adviceWindowNs);
      this.#nextAdviceNs = nowNs + adviceIntervalNs;
    }
    return this.#findings;
  }

  #device(device: Device, nowNs: Nanoseconds): DeviceView {
    const timeline = this.#timeline;
    const completeNs = this.#completeNs(nowNs, device.id);
    const window = { startNs: Math.max(0, completeNs - windowNs), endNs: completeNs };
    const { condition, why } = stateAt(timeline, device.id, Number.POSITIVE_INFINITY);
    const figures = figuresAt(this.#sources, device, { condition, why }, nowNs, window);
    return {
      device,
      ...figures,
      state: { condition, why },
      ...this.#xidTime(device, nowNs),
      processes: condition === 'present' ? processesAt(timeline, device.id, nowNs) : null,
      gap: condition === 'present' ? describeGap(device, figures) : '',
      history: this.#histories.upTo(device, completeNs),
    };
  }

  #xidTime(device: Device, nowNs: Nanoseconds): Pick<DeviceView, 'xidUnixSeconds'> {
    const timeNs = this.#sources.sampled.eventNs(device.id, 'xid', nowNs);
    return timeNs === null ? {} : { xidUnixSeconds: toSeconds(Number(this.#timeline.originUnixNs) + timeNs) };
  }

  /** Brings the histories up to a moment; for a timeline that jumps ahead by more than it keeps. */
  keepUp(nowNs: Nanoseconds): void {
    for (const device of this.#timeline.devices)
      this.#histories.upTo(device, this.#completeNs(nowNs, device.id));
  }

  /** All records of a device up to here have come: those of its kernels, where it has any, come later than samples do. */
  #completeNs(nowNs: Nanoseconds, device: string): Nanoseconds {
    const latestNs = this.#sources.launches.latestNs(device) ?? this.#timeline.extent?.endNs ?? 0;
    return Math.max(nowNs - lagNs, Math.min(nowNs, latestNs));
  }
}

/** The training decides how a run stands; collectors only look on and may go on longer, unless they are all there is. */
function runState(timeline: Timeline): Pick<Snapshot, 'state' | 'message'> {
  const producers = timeline.producers.filter(({ name }) => !collectorNames.has(name));
  if (producers.length === 0 && looksAtGpus(timeline)) return collectorsState(timeline);
  const failed = producers.find((producer) => producer.outcome === 'failed');
  if (failed) return { state: 'failed', message: failed.message };
  if (producers.length > 0 && producers.every((producer) => producer.outcome !== 'running')) {
    return { state: 'ended', message: '' };
  }
  const begun = timeline.steps.length > 0 || timeline.activity.length > 0 || timeline.summaries.length > 0;
  return { state: begun ? 'running' : 'starting', message: '' };
}

/** A host collector alone may be a training that has not begun; who asked for GPUs looks at the machine. */
function looksAtGpus(timeline: Timeline): boolean {
  return (
    timeline.producers.some(({ name }) => name !== 'host') ||
    timeline.absences.some(({ device, metric }) => device === null && metric === metrics.gpus)
  );
}

function collectorsState({ producers }: Timeline): Pick<Snapshot, 'state' | 'message'> {
  if (producers.some(({ outcome }) => outcome === 'running')) return { state: 'running', message: '' };
  const failed = producers.find(({ outcome }) => outcome === 'failed');
  const allFailed = producers.every(({ outcome }) => outcome === 'failed');
  return failed !== undefined && allFailed
    ? { state: 'failed', message: failed.message }
    : { state: 'ended', message: '' };
}

/** The reasons of sources that give no GPU, each once. */
function whatSourcesSaid({ devices, absences }: Timeline): Pick<Snapshot, 'whyNoGpu' | 'sourceTroubles'> {
  const said = absences.filter(({ device, metric }) => device === null && metric === metrics.gpus);
  const reasons = [...new Set(said.map(({ why }) => why))];
  return devices.some(({ kind }) => kind === 'gpu')
    ? { whyNoGpu: [], sourceTroubles: reasons }
    : { whyNoGpu: reasons, sourceTroubles: [] };
}

function hostView(timeline: Timeline, nowNs: Nanoseconds): HostView {
  const sample = (metric: string) => latestSample(timeline, null, metric, nowNs, freshNs);
  return {
    cpuUtil: latestSample(timeline, 'cpu', metrics.util, nowNs, freshNs),
    processUtil: sample(metrics.processUtil),
    memoryUsedBytes: latestSample(timeline, 'cpu', metrics.memoryUsedBytes, nowNs, freshNs),
    memoryTotalBytes: timeline.run.host?.memoryBytes ?? null,
    processMemoryBytes: sample(metrics.processMemoryBytes),
  };
}
