/**
 * What replicas of one training share. Every call is made on the replica's own thread and may block it: kernels of the
 * wasm backend do so too, and whoever watches runs elsewhere. What waits ends where a replica is lost: with the others' part
 * alone where the group goes on without it, otherwise with the error that names it. Where a person stops the group, every
 * call that takes part in it throws `GroupStopped`, the one that waits included.
 */
export interface Transport {
  readonly rank: number;
  /** Replicas that the group began with. */
  readonly size: number;
  /**
   * Seconds so far; the difference over a step is what the step is told with. The time of a call is either; callbacks count
   * as communication, and `sleep` as neither. What the caller copies between calls, it adds itself.
   */
  readonly spent: Spent;
  /** Replicas that still take part. */
  living(): number;
  /**
   * Holds what this replica is against what the others are; waits until all have come.
   * @param facts by a name that a person understands, such as `batch size`
   * @throws WarpwatchError that names the replicas and the fact in which they differ
   */
  agree(facts: Readonly<Record<string, string>>): void;
  /** All-reduce of buckets of so many floats; the same in every replica. To be opened in the same order by all. */
  openAverage(lengths: readonly number[]): Average;
  /**
   * Parameter servers that hold so many floats each; the same in every replica. They begin with what the lowest replica hands in.
   * To be opened in the same order by all.
   */
  openServers(lengths: readonly number[], initial: () => readonly Float32Array[]): Servers;
  /** Steps of all replicas that were told by `endStep`, and those of the slowest that still takes part. */
  progress(): Progress;
  /** Tells that this replica has made a step. Returns the steps of all replicas together, this one included. */
  endStep(): number;
  /** Waits until every replica that takes part has made at least so many steps. */
  waitForSlowest(steps: number): void;
  /** Waits until all that take part have come here. */
  barrier(): void;
  /** Holds this replica back, as a slower device would be; ends early where the group stops. */
  sleep(seconds: number): void;
  /** Lets go of everything. The others go on; whoever waits for this replica takes it as gone unless it has made a barrier. */
  close(): void;
}

export interface Spent {
  /** Blocked until others do their part or let go of what only one can have. */
  readonly waitSeconds: number;
  /** In calls for any other reason: copies, sums, messages. */
  readonly communicateSeconds: number;
}

/** A person stopped the group: the replica ends, and nothing went wrong. */
export class GroupStopped extends Error {
  constructor() {
    super('The replicas were asked to stop.');
    this.name = 'GroupStopped';
  }
}

export interface Progress {
  readonly groupSteps: number;
  readonly slowestSteps: number;
}

/** Means over the replicas, bucket by bucket, round after round. A round ends when every bucket was taken. */
export interface Average {
  /** Where the replica's values of a bucket go before `give`; not to be read or written between `give` and `take`. */
  own(bucket: number): Float32Array;
  /** Hands the bucket in and returns without waiting. */
  give(bucket: number): void;
  /** Goes on with what can be done by now, without waiting. */
  advance(): void;
  /** The mean of the bucket; waits. To be read before the replica's next `give` of the bucket. The same bits in every replica. */
  take(bucket: number): Float32Array;
}

/** Parameters that replicas push to and pull from. */
export interface Servers {
  /**
   * Changes what a server holds while nobody else reads or changes it, and counts a version.
   * @returns the version after it
   */
  change(server: number, change: (values: Float32Array) => void): number;
  /** Reads what a server holds, never half of a change. @returns its version */
  read(server: number, reader: (values: Float32Array) => void): number;
  /** Frees what only the servers need. */
  close(): void;
}
