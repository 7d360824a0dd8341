import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { differenceOf, type Facts } from '../../../../workloads/parallel/facts.ts';
import { saysOfAnother } from '../../../../workloads/parallel/transports/mpi/group.ts';
import type { MpiSeat } from '../../../../workloads/parallel/transports/mpi/seat.ts';
import { MpiWorld } from '../../../../workloads/parallel/transports/mpi/world.ts';
import { WarpwatchError } from '../../../model/errors.ts';
import type { Listeners, TrainingChild } from '../../train/child.ts';
import type { GpuAnswer, TrainingReply } from '../../train/messages.ts';
import { failureOf } from '../../train/watcher.ts';
import type { GroupOrder } from '../messages.ts';
import type { OnLoss } from '../options.ts';
import { verdictOf, whyOf } from '../verdict.ts';
import { placeRecording, replicaStream } from './own-recording.ts';
import { type Part, type PartEnd, startPart } from './part.ts';

/** Where each rank watches its own replica, the others wait this much longer than that takes. */
const graceSeconds = 60;

const notSampled: GpuAnswer = {
  kind: 'gpu',
  device: null,
  why: 'GPUs are sampled by rank 0 alone, on its machine; see those of others with `warpwatch top --record` there.',
};

/** What a rank says at the end of a run. */
interface Said {
  /** null of a rank that had no part in it. */
  readonly reply: TrainingReply | null;
  /** Whether it has its replica's stream, and sends it. */
  readonly sends: boolean;
  readonly stopped: boolean;
}

/** The ranks of a job of `mpirun` that run a benchmark: all train, rank 0 alone plans, records and tells. */
export class MpiJob {
  readonly #world: MpiWorld;
  #part: Part | null = null;
  #stopped = false;
  #broken = false;
  #hangs = false;

  private constructor(world: MpiWorld) {
    this.#world = world;
  }

  /**
   * Comes together with the other ranks.
   * @throws WarpwatchError where `mpirun` did not start this process, or MPI cannot be used
   */
  static start(): MpiJob {
    return new MpiJob(MpiWorld.start());
  }

  get isFirst(): boolean {
    return this.#world.rank === 0;
  }

  get size(): number {
    return this.#world.size;
  }

  /** Whether a call of MPI has not come back. */
  get hangs(): boolean {
    return this.#hangs;
  }

  /**
   * Holds what this rank was asked for against what the others were.
   * @throws WarpwatchError `usage` where they differ
   */
  async agree(facts: Facts): Promise<void> {
    const said = await this.#world.exchange(JSON.stringify(facts));
    const difference = differenceOf(said.map((text) => JSON.parse(text) as Facts));
    if (difference !== null) throw new WarpwatchError('usage', difference);
  }

  /** Where all ranks fail alike: rank 0 says so and ends, and `mpirun` ends the others, which wait for that here. */
  async leaveToFirst(): Promise<void> {
    if (!this.isFirst) await this.#world.meet();
  }

  /** In rank 0: trains a run with the others, into a recording that is there. */
  start(order: GroupOrder, listeners: Listeners): TrainingChild {
    let end: TrainingReply | null = null;
    const ended = this.#run(order, listeners)
      .catch((error: unknown) => this.#break(failureOf(error)))
      .then((reply) => {
        end = reply;
        return reply;
      });
    return {
      get end() {
        return end;
      },
      ended,
      stop: () => this.stop(),
    };
  }

  /**
   * In the other ranks: has a part in what rank 0 starts, until it has no more.
   * @throws WarpwatchError where a call of MPI has not come back
   */
  async follow(orders: readonly Omit<GroupOrder, 'directory'>[]): Promise<void> {
    for (const order of orders) {
      if (this.#broken) return;
      const reply = await this.#run({ ...order, directory: '' }, null);
      if (this.#hangs && reply.kind === 'failed') throw new WarpwatchError('child-failed', reply.message);
    }
  }

  /** Ends this rank's part in the run that goes on; the others' end with it. */
  stop(): void {
    this.#stopped = true;
    this.#part?.stop();
  }

  /** Why no run can follow the last one; null where one can. */
  whyOver(): string | null {
    if (!this.#broken) return null;
    return 'Over MPI nothing can be run after a loss: the runs that were to follow are left out.';
  }

  /** Ends MPI in all ranks. Where one was lost that cannot be: the others end once rank 0 has. */
  async end(): Promise<void> {
    const endsEarly = this.#broken || this.#stopped;
    if (this.#hangs || (endsEarly && this.isFirst)) return;
    await this.#world.meet();
    this.#world.end();
  }

  async #run(order: GroupOrder, listeners: Listeners | null): Promise<TrainingReply> {
    const world = this.#world;
    const [directory = ''] = await world.exchange(resolve(order.directory));
    const seat = world.seatOf(order.parallel.replicas, {
      deadlineSeconds: order.deadlineSeconds + graceSeconds,
      goesOn: order.onLoss === 'continue',
    });
    const place = placeRecording(directory);
    try {
      const end =
        seat === null ? null : await this.#train(seat, { ...order, directory: place.directory }, listeners);
      if (end?.hangs) {
        this.#hangs = true;
        return this.#break(end.reply);
      }
      const stream = replicaStream(place.directory, world.rank);
      const said: Said = {
        reply: end?.reply ?? null,
        sends: place.isOwn && existsSync(stream),
        stopped: this.#stopped,
      };
      const all = await world.exchange(JSON.stringify(said));
      const ends = all.map((text) => JSON.parse(text) as Said);
      if (said.sends) world.sendFile(0, stream);
      for (const [rank, { sends }] of ends.entries())
        if (this.isFirst && sends) world.receiveFile(rank, replicaStream(directory, rank));
      return this.#judge(ends, order.onLoss, listeners);
    } finally {
      place.remove();
    }
  }

  async #train(seat: MpiSeat, order: GroupOrder, listeners: Listeners | null): Promise<PartEnd> {
    const part = startPart(this.#world, seat, order, (question) =>
      listeners === null ? Promise.resolve(notSampled) : listeners.gpu(question),
    );
    this.#part = part;
    if (this.#stopped) part.stop();
    const end = await part.ended;
    this.#part = null;
    return end;
  }

  #judge(ends: readonly Said[], onLoss: OnLoss, listeners: Listeners | null): TrainingReply {
    const failures = ends.flatMap(({ reply }, replica) =>
      reply?.kind === 'failed' ? [{ replica, reply }] : [],
    );
    const own = failures.filter(({ reply }) => !saysOfAnother(reply.message));
    const losses = own.length > 0 ? own : failures;
    const stopped = ends.some((end) => end.stopped);
    if (failures.length > 0 || stopped) this.#broken = true;
    const replies = ends.flatMap(({ reply }) => (reply === null ? [] : [reply]));
    if (!stopped && replies.length > 1) {
      for (const { replica, reply } of onLoss === 'continue' ? losses : losses.slice(0, 1))
        listeners?.lost?.({ kind: 'lost', replica, why: whyOf(reply) });
    }
    return verdictOf(
      replies,
      losses.map(({ reply }) => reply),
      onLoss,
    );
  }

  #break(reply: TrainingReply): TrainingReply {
    this.#broken = true;
    return reply;
  }
}
