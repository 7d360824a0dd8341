import { Worker } from 'node:worker_threads';
import { messageOf } from '../../model/errors.ts';
import { ownModule } from '../../recording/own-module.ts';
import { type GpuAnswer, type GpuQuestion, stopRequest, type TrainingReply } from '../train/messages.ts';
import type { ReplicaOrder } from './messages.ts';

/** A replica that has ended its training gets this long to end its thread. */
const farewellMs = 5000;

/** A thread that trains as one of several, as its host sees it. */
export interface HostedReplica {
  /** What it said at its end, or what can be said of a thread that says nothing. */
  readonly ended: Promise<TrainingReply>;
  /** Ends it after its current step. */
  stop(): void;
  /** Ends it now; `why` is a sentence. */
  terminate(why: string): void;
}

/** @param ask which of the sampled GPUs it computes on */
export function startReplica(
  order: ReplicaOrder,
  ask: (question: GpuQuestion) => Promise<GpuAnswer>,
): HostedReplica {
  const thread = new Worker(ownModule('src/commands/bench/replica-thread'), { workerData: order });
  let reply: TrainingReply | null = null;
  const failWith = (message: string) => {
    reply ??= { kind: 'failed', code: 'child-failed', message, begun: true };
  };
  const ended = new Promise<TrainingReply>((resolve) => {
    const end = () => {
      failWith('Its thread ended without a word.');
      if (reply !== null) resolve(reply);
    };
    thread.on('message', (said: GpuQuestion | TrainingReply) => {
      if (said.kind === 'gpu') void ask(said).then((answer) => thread.postMessage(answer));
      else {
        reply ??= said;
        // The reply counts, however long its thread takes to end.
        const late = setTimeout(() => void thread.terminate().then(end), farewellMs);
        thread.once('exit', () => clearTimeout(late));
      }
    });
    thread.once('error', (error) => failWith(messageOf(error)));
    thread.once('exit', end);
  });
  return {
    ended,
    stop: () => thread.postMessage(stopRequest),
    terminate(why) {
      failWith(why);
      void thread.terminate();
    },
  };
}
