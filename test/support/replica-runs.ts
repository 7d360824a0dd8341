import { type ParallelInfo, parallelMarks, parallelMetrics } from '../../src/model/parallel.ts';
import { fromRank, metrics } from '../../src/model/series.ts';
import type { Step, WorkloadInfo } from '../../src/model/training.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import type { EndOutcome, StreamWriter } from '../../src/recording/stream-writer.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { testManifest } from './recordings.ts';
import { emptyTimeline, testWorkload } from './timelines.ts';

/** A step of a made-up replica, in milliseconds; what is left out is not told. */
export interface MadeStep {
  readonly ms: number;
  readonly wait?: number;
  readonly communicate?: number;
  readonly slowed?: number;
  readonly staleness?: number;
  readonly loss?: number;
}

export interface MadeReplica {
  readonly startMs?: number;
  readonly steps: readonly MadeStep[];
  /** What checkpoints were evaluated at, by the millisecond of the checkpoint. */
  readonly accuracy?: readonly (readonly [atMs: number, value: number])[];
  readonly checksum?: number;
  /** Null for a stream that breaks off. */
  readonly outcome?: EndOutcome | null;
  readonly message?: string;
}

/** A run of several replicas, made up. */
export interface MadeGroup {
  readonly parallel: Pick<ParallelInfo, 'mode'> & Partial<ParallelInfo>;
  readonly replicas: readonly MadeReplica[];
  /** The text of the mark of a lost replica. */
  readonly lost?: string;
  readonly end?: { readonly outcome: EndOutcome; readonly message: string };
}

/** Samples of a step. */
export const madeBatch = 10;
const millisecond = 1e6;

export function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

export function madeWorkload({ parallel, replicas }: MadeGroup): WorkloadInfo {
  const info: ParallelInfo = {
    transport: replicas.length > 1 ? 'shared-memory' : 'none',
    settings: '',
    stragglers: [],
    replicas: replicas.length,
    ...parallel,
  };
  return testWorkload({ batchSize: madeBatch, parallel: info });
}

interface Takes {
  step(step: Step): void;
  sample(metric: string, timeNs: number, value: number): void;
}

const stepMetrics = [
  ['wait', parallelMetrics.waitSeconds, 1e-3],
  ['communicate', parallelMetrics.communicateSeconds, 1e-3],
  ['slowed', parallelMetrics.slowedSeconds, 1e-3],
  ['staleness', parallelMetrics.staleness, 1],
  ['loss', metrics.loss, 1],
] as const;

function play({ startMs = 0, steps, accuracy = [], checksum }: MadeReplica, takes: Takes): void {
  let startNs = startMs * millisecond;
  for (const [at, made] of steps.entries()) {
    const endNs = startNs + made.ms * millisecond;
    for (const [key, metric, unit] of stepMetrics) {
      const value = made[key];
      // Before the step's end, as a training does.
      if (value !== undefined) takes.sample(metric, endNs - 1000, value * unit);
    }
    takes.step({ number: at + 1, startNs, endNs, samples: madeBatch });
    startNs = endNs;
  }
  if (checksum !== undefined) takes.sample(parallelMetrics.parameterChecksum, startNs, checksum);
  for (const [atMs, value] of accuracy) {
    takes.sample(metrics.validationAccuracy, atMs * millisecond, value);
  }
}

/** The run as a reader of its recording gets it. */
export function replicaTimeline(group: MadeGroup): TimelineBuilder {
  const timeline = emptyTimeline([]);
  const alone = group.replicas.length === 1;
  timeline.workload = madeWorkload(group);
  for (const [rank, replica] of group.replicas.entries()) {
    const { outcome = 'ended', message = '' } = replica;
    timeline.producers.push({
      name: `replica${rank}`,
      processId: 1,
      rank,
      outcome: outcome ?? 'running',
      message,
    });
    if (!alone) timeline.addRank(rank, group.replicas.length);
    play(replica, {
      step: (step) => timeline.addStep(alone ? step : { ...step, rank }),
      sample: (metric, timeNs, value) => {
        const from = alone ? 'workload' : fromRank('workload', rank);
        timeline.addSample(timeline.addSeries({ device: null, metric, from }), timeNs, value);
      },
    });
  }
  if (group.lost !== undefined) {
    timeline.addMark({ name: parallelMarks.replicaLost, startNs: 0, endNs: 0, text: group.lost });
  }
  return timeline;
}

/** The run as a recording on disk, by the writers that replicas use. */
export async function writeReplicas(directory: string, group: MadeGroup): Promise<void> {
  createRecording(directory, testManifest([]));
  const writers: StreamWriter[] = [];
  for (const [rank, replica] of group.replicas.entries()) {
    const place = { rank, worldSize: group.replicas.length };
    const writer = openStream(directory, `replica${rank}`, 'loop', place);
    writers.push(writer);
    // Each stream counts from its own opening, with the microseconds between them.
    const shiftNs = writer.now() - (writers[0] ?? writer).now();
    const series = new Map<string, number>();
    writer.workload(madeWorkload(group));
    play(replica, {
      step: (step) => writer.step({ ...step, startNs: step.startNs + shiftNs, endNs: step.endNs + shiftNs }),
      sample: (metric, timeNs, value) => {
        const id = series.get(metric) ?? writer.defineSeries({ device: null, metric, from: 'workload' });
        series.set(metric, id);
        writer.sample(id, timeNs + shiftNs, value);
      },
    });
    const { outcome = 'ended', message } = replica;
    if (outcome !== null) await writer.close(outcome, message);
    else writer.flush();
  }
  if (group.end === undefined) return;
  const own = openStream(directory, 'group', 'loop');
  if (group.lost !== undefined) {
    own.mark({ name: parallelMarks.replicaLost, startNs: own.now(), endNs: own.now(), text: group.lost });
  }
  await own.close(group.end.outcome, group.end.message);
}
