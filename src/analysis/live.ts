import type { Device } from '../model/device.ts';
import { absent, known, type Measured, valueOrNaN } from '../model/measured.ts';
import { metrics } from '../model/series.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { toSeconds } from '../model/units.ts';
import type { Finding } from './advice/finding.ts';
import { checkAdvice } from './advice/index.ts';
import { coverage, launchesOf } from './coverage.ts';
import { describeGap } from './gap.ts';
import type { Interval } from './intervals.ts';
import { kernelTable, peakOf, shareOfPeak } from './kernels.ts';
import { whyNoCounter } from './reasons.ts';
import { latestSample } from './samples.ts';
import type { DeviceView, History, HostView, Snapshot } from './snapshot.ts';
import { flopsPerSecond } from './throughput.ts';
import { trainingView } from './training-view.ts';

/** Figures of a device row are over this last stretch. */
const windowNs = 2e9;
/** One point of the history charts. */
const historyIntervalNs = 0.5e9;
const historyPoints = 720;
/** Producers hand their records on this late at most; a moment is complete when this has passed since. */
const lagNs = 0.6e9;
/** An older sample is not shown as the present. */
const freshNs = 3e9;
/** Findings change slowly and look at everything that is kept. */
const adviceIntervalNs = 2e9;
/** Kernel executions that a live view needs; the rest may be forgotten. */
export const liveKeepNs: Nanoseconds = 12e9;

interface MutableHistory {
  readonly util: number[];
  readonly kernelBusy: number[];
  readonly peakShare: number[];
  /** End of the last point. */
  untilNs: Nanoseconds;
}

/** Turns a timeline that grows into snapshots, one a look; what it keeps between looks are the histories. */
export class LiveView {
  readonly #timeline: Timeline;
  readonly #histories = new Map<string, MutableHistory>();

  #findings: readonly Finding[] = [];
  #nextAdviceNs: Nanoseconds = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** @param nowNs the present, since the timeline's origin */
  snapshot(nowNs: Nanoseconds): Snapshot {
    const timeline = this.#timeline;
    const completeNs = this.#completeNs(nowNs);
    const { state, message } = runState(timeline);
    return {
      title: timeline.run.title,
      state,
      message,
      elapsedSeconds: toSeconds(nowNs),
      devices: timeline.devices.map((device) => this.#device(device, nowNs, completeNs)),
      kernels: kernelTable(timeline),
      training: trainingView(timeline, nowNs),
      host: hostView(timeline, nowNs),
      findings: this.#advice(nowNs),
      lostRecords: timeline.losses.dropped + timeline.losses.unfinished + timeline.losses.outOfRange,
      damage: timeline.damage,
    };
  }

  #advice(nowNs: Nanoseconds): readonly Finding[] {
    if (nowNs >= this.#nextAdviceNs) {
      this.#findings = checkAdvice(this.#timeline);
      this.#nextAdviceNs = nowNs + adviceIntervalNs;
    }
    return this.#findings;
  }

  #device(device: Device, nowNs: Nanoseconds, completeNs: Nanoseconds): DeviceView {
    const timeline = this.#timeline;
    const figures = figuresOver(
      timeline,
      device,
      { startNs: Math.max(0, completeNs - windowNs), endNs: completeNs },
      nowNs,
    );
    const sample = (metric: string) => latestSample(timeline, device.id, metric, nowNs, freshNs);
    return {
      device,
      ...figures,
      smActive: absent(whyNoCounter(device, 'smActive')),
      occupancy: absent(whyNoCounter(device, 'occupancy')),
      memoryUsedBytes: sample(metrics.memoryUsedBytes),
      temperatureCelsius: sample(metrics.temperatureCelsius),
      gap: describeGap(device, figures),
      history: this.#history(device, completeNs),
    };
  }

  /** Brings the histories up to a moment; for a timeline that jumps ahead by more than it keeps. */
  keepUp(nowNs: Nanoseconds): void {
    for (const device of this.#timeline.devices) this.#history(device, this.#completeNs(nowNs));
  }

  /** All records up to here have come. */
  #completeNs(nowNs: Nanoseconds): Nanoseconds {
    return Math.max(nowNs - lagNs, Math.min(nowNs, this.#timeline.extent?.endNs ?? 0));
  }

  #history(device: Device, completeNs: Nanoseconds): History {
    let history = this.#histories.get(device.id);
    if (history === undefined) {
      history = { util: [], kernelBusy: [], peakShare: [], untilNs: 0 };
      this.#histories.set(device.id, history);
    }
    // A run that is joined late: what would fall out of the history at once is not worked out.
    const behind = Math.floor((completeNs - history.untilNs) / historyIntervalNs) - historyPoints;
    if (behind > 0) history.untilNs += behind * historyIntervalNs;
    while (history.untilNs + historyIntervalNs <= completeNs) {
      const window = { startNs: history.untilNs, endNs: history.untilNs + historyIntervalNs };
      const { util, kernelBusy, peakShare } = figuresOver(this.#timeline, device, window, window.endNs);
      history.util.push(valueOrNaN(util));
      history.kernelBusy.push(valueOrNaN(kernelBusy));
      history.peakShare.push(valueOrNaN(peakShare));
      history.untilNs = window.endNs;
    }
    for (const values of [history.util, history.kernelBusy, history.peakShare]) {
      values.splice(0, Math.max(0, values.length - historyPoints));
    }
    const { util, kernelBusy, peakShare } = history;
    return { intervalSeconds: toSeconds(historyIntervalNs), util, kernelBusy, peakShare };
  }
}

const forgotten = absent(
  'A live view keeps the kernels of the last seconds only; the report has the whole run.',
);

interface WindowFigures {
  readonly util: Measured;
  readonly kernelBusy: Measured;
  readonly flopsPerSecond: Measured;
  readonly peakShare: Measured;
}

function figuresOver(
  timeline: Timeline,
  device: Device,
  window: Interval,
  sampledNs: Nanoseconds,
): WindowFigures {
  const kernels = launchesOf(timeline, device.id, ['kernel']);
  const kept = window.startNs >= timeline.keptFromNs;
  const arithmetic = kept ? flopsPerSecond(timeline, kernels, window) : forgotten;
  return {
    util: latestSample(timeline, device.id, metrics.util, sampledNs, freshNs),
    kernelBusy: kept ? liveBusy(timeline, kernels, window) : forgotten,
    flopsPerSecond: arithmetic,
    peakShare: shareOfPeak(arithmetic, peakOf(timeline, device.id)),
  };
}

function liveBusy(timeline: Timeline, kernels: Uint8Array, window: Interval): Measured {
  if (!kernels.includes(1)) return absent('No kernel of this device has been recorded yet.');
  const { busyNs, windowNs: length } = coverage(timeline, kernels, window);
  return length > 0 ? known(busyNs / length, 'launches') : absent('The run has only begun.');
}

/** The training decides how a run stands; the host collector only looks on and may go on longer. */
function runState(timeline: Timeline): Pick<Snapshot, 'state' | 'message'> {
  const producers = timeline.producers.filter((producer) => producer.name !== 'host');
  const failed = producers.find((producer) => producer.outcome === 'failed');
  if (failed) return { state: 'failed', message: failed.message };
  if (producers.length > 0 && producers.every((producer) => producer.outcome !== 'running')) {
    return { state: 'ended', message: '' };
  }
  const begun = timeline.steps.length > 0 || timeline.activity.length > 0;
  return { state: begun ? 'running' : 'starting', message: '' };
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
