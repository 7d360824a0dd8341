import { type MpiSeat, wordsOf } from '../../../../workloads/parallel/transports/mpi/seat.ts';
import type { MpiWorld } from '../../../../workloads/parallel/transports/mpi/world.ts';
import type { GpuAnswer, GpuQuestion, TrainingReply } from '../../train/messages.ts';
import { startHangWatch } from '../hang-watch.ts';
import { startReplica } from '../hosted-replica.ts';
import type { GroupOrder } from '../messages.ts';

/** A replica that was asked to end gets this long for its current step; `mpirun` waits no longer where a person ends it. */
const stopLimitMs = 10_000;

/** This rank's replica in a run. */
export interface Part {
  readonly ended: Promise<PartEnd>;
  stop(): void;
}

export interface PartEnd {
  readonly reply: TrainingReply;
  /** Its thread is stuck in a call of MPI: no other can be made. */
  readonly hangs: boolean;
}

/** Trains on a thread of this process, and watches it. */
export function startPart(
  world: MpiWorld,
  seat: MpiSeat,
  { onLoss: _onLoss, deadlineSeconds, ...work }: GroupOrder,
  ask: (question: GpuQuestion) => Promise<GpuAnswer>,
): Part {
  const { sleeper } = wordsOf(seat);
  const signs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const replica = startReplica({ ...work, place: { transport: 'mpi', seat }, signs }, ask);
  const stateOf = () => ({ waits: sleeper.waits, silentSeconds: Number.POSITIVE_INFINITY });
  const watch = startHangWatch([{ rank: seat.rank, replica, signs }], stateOf, deadlineSeconds);
  return {
    ended: new Promise((resolve) => {
      const end = (reply: TrainingReply, hangs: boolean) => {
        leave();
        watch.stop();
        if (!hangs) world.leave(seat);
        resolve({ reply, hangs });
      };
      const leave = world.attend(seat, ({ code, message }) =>
        end({ kind: 'failed', code, message, begun: true }, true),
      );
      void replica.ended.then((reply) => end(reply, false));
    }),
    stop() {
      sleeper.stop();
      replica.stop();
      setTimeout(() => replica.terminate('It did not stop when it was asked to.'), stopLimitMs).unref();
    },
  };
}
