import { cpuDevice } from '../../../collectors/host/cpu-device.ts';
import type { SnapshotSource } from '../../../dashboards/terminal/dashboard.ts';
import { groupProducer } from '../../analysis/bench/plan.ts';
import type { ErrorCode } from '../../model/errors.ts';
import { parallelMarks } from '../../model/parallel.ts';
import { describeRun } from '../../recording/manifest.ts';
import { createRecording, openStream } from '../../recording/recording.ts';
import type { EndOutcome, StreamWriter } from '../../recording/stream-writer.ts';
import { startTelemetry } from '../telemetry.ts';
import { type Listeners, startChild, type TrainingChild } from '../train/child.ts';
import { follow } from '../train/follow.ts';
import type { ReplicaLost, TrainingReply } from '../train/messages.ts';
import { findSameGpu } from '../train/same-gpu.ts';
import { warpwatchVersion } from '../version.ts';
import type { GroupOrder } from './messages.ts';

/** One run of a benchmark that goes on. */
export interface BenchRunning {
  poll: SnapshotSource['poll'];
  /** Asks it to end; what is recorded is kept. */
  stop(): void;
  readonly ended: Promise<BenchRunEnd>;
}

export interface BenchRunEnd {
  readonly outcome: EndOutcome;
  /** What went wrong, also where the run went on; ''. */
  readonly message: string;
  /** Where it failed: of what kind, and whether anything worth keeping is in the recording. */
  readonly failure: { readonly code: ErrorCode | null; readonly begun: boolean } | null;
  /** Sentences for a person, beside the message. */
  readonly notes: readonly string[];
  /** A call into a driver has not come back. */
  readonly hangs: boolean;
}

export interface BenchRunRequest {
  readonly title: string;
  readonly command: readonly string[];
  readonly order: GroupOrder;
  /** What trains it. */
  readonly start: StartTraining;
}

/** Starts a training of replicas into a recording that is there. */
export type StartTraining = (order: GroupOrder, listeners: Listeners) => TrainingChild;

/** In a process of its own, on a thread for each replica. */
export const startInProcess: StartTraining = (order, listeners) =>
  startChild('src/commands/bench/process', order, listeners);

/**
 * Makes the recording of a run, and starts what trains into it.
 * @throws WarpwatchError `exists`, `unwritable`, `disk-full`
 */
export function startRun({ title, command, order, start }: BenchRunRequest): BenchRunning {
  const { directory } = order;
  createRecording(directory, describeRun(title, command, { warpwatch: warpwatchVersion() }, [cpuDevice()]));
  const telemetry = startTelemetry(directory);
  const group = openStream(directory, groupProducer, 'loop');
  const losses: ReplicaLost[] = [];
  // All replicas of a run ask; the sources are started once.
  let sampled: ReturnType<typeof telemetry.sampleGpus> | null = null;
  const child = start(order, {
    gpu: async (gpu) => {
      sampled ??= telemetry.sampleGpus();
      return { kind: 'gpu', ...findSameGpu(gpu, await sampled) };
    },
    lost: (loss) => {
      losses.push(loss);
      mark(group, loss);
    },
  });
  let asked = false;
  const end = async (): Promise<BenchRunEnd> => {
    const reply = await child.ended;
    const { outcome, message } = asked ? stopped(reply) : judge(reply, losses);
    const hangs = await telemetry.stop();
    await group.close(outcome, message);
    return {
      outcome,
      message,
      failure: outcome === 'failed' && reply.kind === 'failed' ? reply : null,
      notes: reply.kind === 'done' ? [...reply.notes, ...reply.complaints] : [],
      hangs,
    };
  };
  return {
    poll: follow(directory, child),
    stop() {
      asked = true;
      child.stop();
    },
    ended: end(),
  };
}

function mark(group: StreamWriter, { replica, why }: ReplicaLost): void {
  const now = group.now();
  group.mark({
    name: parallelMarks.replicaLost,
    startNs: now,
    endNs: now,
    text: sentenceOf({ replica, why }),
  });
}

type Judgement = Pick<BenchRunEnd, 'outcome' | 'message'>;

function stopped(reply: TrainingReply): Judgement {
  return { outcome: 'stopped', message: reply.kind === 'failed' ? reply.message : '' };
}

function judge(reply: TrainingReply, losses: readonly ReplicaLost[]): Judgement {
  const lost = losses.map(sentenceOf).join(' ');
  if (reply.kind === 'done')
    return { outcome: 'ended', message: lost === '' ? '' : `${lost} The others went on without.` };
  return { outcome: 'failed', message: lost === '' ? reply.message : lost };
}

function sentenceOf({ replica, why }: Pick<ReplicaLost, 'replica' | 'why'>): string {
  return `Replica ${replica} is lost: ${why}.`;
}
