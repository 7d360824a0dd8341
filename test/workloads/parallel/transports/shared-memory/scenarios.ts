import { crc32 } from '../../../../../src/recording/crc32.ts';
import type { Transport } from '../../../../../workloads/parallel/transport.ts';

/** What a replica does in a test, on a thread of its own. */
export type Scenario = (transport: Transport, input: never) => unknown;

export interface Averaging {
  readonly lengths: readonly number[];
  readonly rounds: number;
  /** Which replica sleeps before it gives, and how long. */
  readonly slow?: { readonly rank: number; readonly seconds: number };
}

export interface Averaged {
  /** Of the bits of each mean. */
  readonly checksums: readonly number[];
  /** Rounds in which a mean was that of all, and of this replica alone. */
  readonly ofAll: number;
  readonly ofOne: number;
}

export const scenarios = {
  average(transport: Transport, { lengths, rounds, slow }: Averaging): Averaged {
    const average = transport.openAverage(lengths);
    const { rank, size } = transport;
    const checksums: number[] = [];
    let ofAll = 0;
    let ofOne = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const bucket of lengths.keys()) {
        if (slow?.rank === rank) transport.sleep(slow.seconds);
        const own = average.own(bucket);
        for (let index = 0; index < own.length; index += 1) own[index] = given(rank, round, index);
        average.give(bucket);
        average.advance();
      }
      const means = [...lengths.keys()].map((bucket) => average.take(bucket));
      for (const mean of means) {
        checksums.push(crc32(new Uint8Array(mean.slice().buffer)));
        if (mean.every((value, index) => isMean(value, size, round, index))) ofAll += 1;
        else if (mean.every((value, index) => value === given(rank, round, index))) ofOne += 1;
      }
    }
    return { checksums, ofAll, ofOne };
  },

  /** Gives one of two buckets, then does nothing any more. */
  giveOneAndHang(transport: Transport): void {
    const average = transport.openAverage([1, 1]);
    average.own(0).fill(3);
    average.give(0);
    hang();
  },

  takeBoth(transport: Transport): number[] {
    const average = transport.openAverage([1, 1]);
    for (const bucket of [0, 1]) {
      average.own(bucket).fill(1);
      average.give(bucket);
    }
    return [0, 1].flatMap((bucket) => [...average.take(bucket)]);
  },

  /** Writes every value of a server anew in each change; looks for one that is left over in each read. */
  count(transport: Transport, { times, lengths }: { times: number; lengths: readonly number[] }) {
    const servers = transport.openServers(lengths, () => lengths.map((length) => new Float32Array(length)));
    let halves = 0;
    let rises = true;
    for (let time = 0; time < times; time += 1) {
      for (const server of lengths.keys()) {
        const after = servers.change(server, (values) => values.set(values.map((value) => value + 1)));
        const seen = servers.read(server, (values) => {
          if (values.some((value) => value !== values[0])) halves += 1;
        });
        rises &&= seen >= after;
      }
    }
    transport.barrier();
    const values: (number | undefined)[] = [];
    const versions = lengths.map((_, server) => servers.read(server, ([value]) => void values.push(value)));
    return { values, versions, halves, rises };
  },

  /** Hands in ten times its rank and one. */
  initialOf(transport: Transport): number[] {
    const servers = transport.openServers([2], () => [new Float32Array(2).fill(10 * transport.rank + 1)]);
    const values: number[] = [];
    servers.read(0, (held) => void values.push(...held));
    return values;
  },

  changeAndHang(transport: Transport): void {
    const servers = transport.openServers([2], () => [new Float32Array(2)]);
    servers.change(0, (values) => {
      values[0] = 5;
      transport.endStep();
      hang();
    });
  },

  /** Changes once somebody else has begun to. */
  changeNext(transport: Transport): { version: number; values: number[] } {
    const servers = transport.openServers([2], () => [new Float32Array(2)]);
    transport.waitForSlowest(1);
    const values: number[] = [];
    const version = servers.change(0, (held) => void values.push(...held));
    return { version, values };
  },

  /** Makes steps, at most `bound` ahead. @returns how far ahead it was at most */
  boundedSteps(transport: Transport, { steps, bound }: { steps: number; bound: number }) {
    let ahead = 0;
    let groupSteps = 0;
    for (let step = 0; step < steps; step += 1) {
      transport.waitForSlowest(step - bound);
      ahead = Math.max(ahead, step - transport.progress().slowestSteps);
      if (transport.rank === 0) transport.sleep(0.001);
      groupSteps = transport.endStep();
    }
    transport.barrier();
    return { ahead, groupSteps, progress: transport.progress() };
  },

  agree(transport: Transport, facts: readonly Record<string, string>[]): void {
    transport.agree({ workload: 'resnet' });
    transport.agree(facts[transport.rank] ?? {});
  },

  /** Each waits in another way, for a replica that makes no call. */
  waitInOwnWay(transport: Transport): unknown {
    const average = transport.openAverage([1]);
    average.give(0);
    transport.endStep();
    const ways = [
      () => average.take(0),
      () => transport.barrier(),
      () => transport.waitForSlowest(1),
      () => transport.sleep(600),
    ];
    return ways[transport.rank]?.();
  },

  hang(): void {
    hang();
  },

  barrier(transport: Transport) {
    transport.barrier();
    return { living: transport.living(), ...transport.spent };
  },

  close(transport: Transport): void {
    transport.close();
  },

  sleep(transport: Transport) {
    transport.sleep(0.01);
    return transport.spent;
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

/** A number that tells by whom and when it was given. */
function given(rank: number, round: number, index: number): number {
  return Math.fround(((31 * index + 17 * rank + 7 * round) % 1009) / 7);
}

function isMean(value: number, size: number, round: number, index: number): boolean {
  let sum = 0;
  for (let rank = 0; rank < size; rank += 1) sum += given(rank, round, index);
  return Math.abs(value - sum / size) <= 1e-6 * Math.max(1, sum);
}

function hang(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
