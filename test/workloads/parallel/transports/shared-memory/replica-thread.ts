/** A thread that plays a replica: it runs the scenario that it is told, and says how it ended. */
import { parentPort } from 'node:worker_threads';
import { messageOf, WarpwatchError } from '../../../../../src/model/errors.ts';
import { openSharedMemory } from '../../../../../workloads/parallel/transports/shared-memory/transport.ts';
import type { Outcome, Part } from './group.ts';
import { scenarios } from './scenarios.ts';

parentPort?.on('message', ({ seat, scenario, input }: Part) => {
  parentPort?.postMessage(outcomeOf(() => scenarios[scenario](openSharedMemory(seat), input as never)));
});
parentPort?.postMessage('ready');

function outcomeOf(play: () => unknown): Outcome {
  try {
    return { kind: 'value', value: play() };
  } catch (error) {
    const code = error instanceof WarpwatchError ? error.code : null;
    const name = error instanceof Error ? error.name : '';
    return { kind: 'error', name, code, message: messageOf(error) };
  }
}
