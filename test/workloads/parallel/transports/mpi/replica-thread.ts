/** A thread that plays a rank's replica: it runs the scenarios that it is told, and says how each ended. */
import { parentPort } from 'node:worker_threads';
import type { MpiSeat } from '../../../../../workloads/parallel/transports/mpi/seat.ts';
import { openMpi } from '../../../../../workloads/parallel/transports/mpi/transport.ts';
import { outcomeOf } from '../shared-memory/outcome.ts';
import { type MpiScenarioName, mpiScenarios } from './scenarios.ts';

export interface Play {
  readonly seat: MpiSeat;
  readonly scenario: MpiScenarioName;
  readonly input: unknown;
}

parentPort?.on('message', ({ seat, scenario, input }: Play) => {
  const transport = openMpi(seat);
  const outcome = outcomeOf(() => {
    const value = mpiScenarios[scenario](transport, input as never);
    if (scenario !== 'close') transport.barrier();
    return value;
  });
  transport.close();
  parentPort?.postMessage(outcome);
});
