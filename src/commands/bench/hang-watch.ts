import type { ReplicaState } from '../../../workloads/parallel/transports/shared-memory/host.ts';
import type { HostedReplica } from './hosted-replica.ts';

const lookMs = 250;
/** A replica that has not begun may have to load a driver and to measure what its device can do, on a busy machine. */
const startSeconds = 60;

export interface Watched {
  readonly rank: number;
  readonly replica: Pick<HostedReplica, 'terminate'>;
  /** One word, which changes with each sign of life of the training. */
  readonly signs: Int32Array;
}

export interface HangWatch {
  /** Of a replica that has ended. */
  forget(rank: number): void;
  stop(): void;
}

/** Ends replicas that show no sign of life for so long although they wait for nobody. */
export function startHangWatch(
  watched: readonly Watched[],
  stateOf: (rank: number) => Pick<ReplicaState, 'waits' | 'silentSeconds'>,
  deadlineSeconds: number,
  nowSeconds = () => performance.now() / 1e3,
): HangWatch {
  const looks = new Map(watched.map((each) => [each.rank, { ...each, sign: 0, sinceSeconds: nowSeconds() }]));
  const look = () => {
    const now = nowSeconds();
    for (const [rank, seen] of looks) {
      const { waits, silentSeconds } = stateOf(rank);
      const sign = Atomics.load(seen.signs, 0);
      if (waits || sign !== seen.sign) {
        looks.set(rank, { ...seen, sign, sinceSeconds: now });
        continue;
      }
      const limit = sign === 0 ? Math.max(startSeconds, deadlineSeconds) : deadlineSeconds;
      if (Math.min(silentSeconds, now - seen.sinceSeconds) < limit) continue;
      looks.delete(rank);
      seen.replica.terminate(
        `It showed no sign of life for ${Math.round(limit)} s; where its steps take longer, raise --deadline.`,
      );
    }
  };
  const timer = setInterval(look, lookMs);
  return { forget: (rank) => void looks.delete(rank), stop: () => clearInterval(timer) };
}
