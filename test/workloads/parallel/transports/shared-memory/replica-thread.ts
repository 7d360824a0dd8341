/** A thread that plays a replica: it runs the scenario that it is told, and says how it ended. */
import { parentPort } from 'node:worker_threads';
import { openSharedMemory } from '../../../../../workloads/parallel/transports/shared-memory/transport.ts';
import type { Part } from './group.ts';
import { outcomeOf } from './outcome.ts';
import { scenarios } from './scenarios.ts';

parentPort?.on('message', ({ seat, scenario, input }: Part) => {
  parentPort?.postMessage(outcomeOf(() => scenarios[scenario](openSharedMemory(seat), input as never)));
});
parentPort?.postMessage('ready');
