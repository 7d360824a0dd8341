import { existsSync, writeFileSync } from 'node:fs';
import type { Transport } from '../../../../../workloads/parallel/transport.ts';
import { type Averaging, scenarios } from '../shared-memory/scenarios.ts';

/** What a rank's replica does in a test: what replicas do that share memory, and what only processes can. */
export const mpiScenarios = {
  ...scenarios,

  /** Buckets handed in in another order than the others do. */
  averageBackwards(transport: Transport, { lengths }: Averaging): number[] {
    const average = transport.openAverage(lengths);
    const buckets = [...lengths.keys()];
    for (const bucket of transport.rank === 0 ? buckets : buckets.reverse()) {
      average.own(bucket).fill(10 * bucket + transport.rank);
      average.give(bucket);
    }
    return [...lengths.keys()].map((bucket) => average.take(bucket).at(-1) ?? Number.NaN);
  },

  stepAndWait(transport: Transport): void {
    const average = transport.openAverage([1]);
    transport.endStep();
    average.give(0);
    average.take(0);
  },

  stepTwiceAndHang(transport: Transport): void {
    transport.openAverage([1]);
    transport.endStep();
    transport.endStep();
    scenarios.hang();
  },

  /** The server stands on a rank that makes no call before all changes are made. */
  changeWhileHostComputes(transport: Transport, signal: string): boolean {
    const servers = transport.openServers([1000], () => [new Float32Array(1000)]);
    if (transport.rank === 0) return isThereBefore(20_000, signal);
    for (let time = 0; time < 5; time += 1) servers.change(0, (values) => values.fill(time));
    writeFileSync(signal, '');
    return true;
  },

  die(transport: Transport): void {
    transport.barrier();
    process.kill(process.pid, 'SIGKILL');
  },

  meetTwice(transport: Transport): void {
    transport.barrier();
    transport.barrier();
  },
};

function isThereBefore(milliseconds: number, path: string): boolean {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (existsSync(path)) return true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  return false;
}

export type MpiScenarioName = keyof typeof mpiScenarios;
