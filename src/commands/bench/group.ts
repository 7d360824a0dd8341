import {
  createGroupMemory,
  hostGroup,
  seatOf,
} from '../../../workloads/parallel/transports/shared-memory/host.ts';
import type { GpuAnswer, GpuQuestion, TrainingReply } from '../train/messages.ts';
import type { Watcher } from '../train/watcher.ts';
import { startHangWatch } from './hang-watch.ts';
import { startReplica } from './hosted-replica.ts';
import type { GroupOrder } from './messages.ts';
import { type Failure, verdictOf, whyOf } from './verdict.ts';

/** Replicas that were asked to end get this long for their current step; less than their process gets. */
const stopLimitMs = 10_000;

/**
 * Trains by several replicas, each on a thread of its own, until all have ended. Tells the watcher which were lost.
 * @returns `done` where at least one trained to its end and no loss was to stop the others. Never rejects for a replica's sake.
 */
export async function runGroup(order: GroupOrder, watcher: Watcher): Promise<TrainingReply> {
  const { onLoss, deadlineSeconds, ...common } = order;
  const size = order.parallel.replicas;
  const memory = createGroupMemory(size, { goOnWithout: onLoss === 'continue' });
  const group = hostGroup(memory);
  const ask = oneByOne(watcher);
  const losses: Failure[] = [];
  const members = Array.from({ length: size }, (_, rank) => {
    const signs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const replica = startReplica(
      { ...common, place: { transport: 'shared-memory', seat: seatOf(memory, rank) }, signs },
      ask,
    );
    return { rank, replica, signs };
  });
  const lose = (rank: number, failure: Failure) => {
    losses.push(failure);
    const why = whyOf(failure);
    group.lose(rank, why);
    // Where a loss stops the others, they fail of it, and are not lost themselves.
    if (size > 1 && (onLoss === 'continue' || losses.length === 1))
      watcher.tell({ kind: 'lost', replica: rank, why });
  };
  const hangs = startHangWatch(members, (rank) => group.stateOf(rank), deadlineSeconds);
  const stop = () => {
    group.stop();
    for (const { replica } of members) replica.stop();
    setTimeout(() => {
      for (const { replica } of members) replica.terminate('It did not stop when it was asked to.');
    }, stopLimitMs).unref();
  };
  watcher.stop.signal.addEventListener('abort', stop);
  const replies = await Promise.all(
    members.map(async ({ rank, replica }) => {
      const reply = await replica.ended;
      hangs.forget(rank);
      if (reply.kind === 'failed' && !watcher.stop.signal.aborted) lose(rank, reply);
      return reply;
    }),
  );
  hangs.stop();
  return verdictOf(replies, losses, onLoss);
}

/** Answers come back without the name of who asked. */
function oneByOne({ ask }: Watcher): (question: GpuQuestion) => Promise<GpuAnswer> {
  let last: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answer = last.then(() => ask(question));
    last = answer;
    return answer;
  };
}
