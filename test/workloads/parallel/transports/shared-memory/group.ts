import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  createGroupMemory,
  type GroupHost,
  hostGroup,
  type Seat,
  seatOf,
} from '../../../../../workloads/parallel/transports/shared-memory/host.ts';
import { bundled } from '../../../../support/bundled.ts';
import type { ScenarioName } from './scenarios.ts';

export interface Part {
  readonly seat: Seat;
  readonly scenario: ScenarioName;
  readonly input: unknown;
}

export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly name: string; readonly code: string | null; readonly message: string };

/** A replica that plays its scenario. */
export interface Player {
  readonly outcome: Promise<Outcome>;
  /** Ends the thread wherever it is. */
  kill(): Promise<void>;
}

export interface Group {
  readonly host: GroupHost;
  play(rank: number, scenario: ScenarioName, input?: unknown): Player;
}

/** Threads that have nothing to play: starting one takes longer than most scenarios. */
const idle: Worker[] = [];

export async function startGroup(size: number, goOnWithout = false): Promise<Group> {
  while (idle.length < size)
    idle.push(...(await Promise.all(Array.from({ length: size - idle.length }, startThread))));
  const memory = createGroupMemory(size, { goOnWithout });
  return {
    host: hostGroup(memory),
    play(rank, scenario, input) {
      const worker = idle.pop();
      if (worker === undefined) throw new Error('a group plays one scenario for each rank');
      const outcome = once(worker, 'message').then(([message]: Outcome[]) => {
        idle.push(worker);
        return message as Outcome;
      });
      // Of a thread that is killed nothing comes.
      outcome.catch(() => undefined);
      worker.postMessage({ seat: seatOf(memory, rank), scenario, input } satisfies Part);
      return { outcome, kill: async () => void (await worker.terminate()) };
    },
  };
}

/** Plays one scenario in all ranks of a group. @returns how each ended, by rank */
export async function playAll(size: number, scenario: ScenarioName, input?: unknown): Promise<Outcome[]> {
  const group = await startGroup(size);
  const players = Array.from({ length: size }, (_, rank) => group.play(rank, scenario, input));
  return Promise.all(players.map(({ outcome }) => outcome));
}

export function resultOf(outcome: Outcome): unknown {
  if (outcome.kind === 'error') throw new Error(`${outcome.name}: ${outcome.message}`);
  return outcome.value;
}

export async function endThreads(): Promise<void> {
  await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
}

async function startThread(): Promise<Worker> {
  const worker = new Worker(bundled(join(import.meta.dirname, 'replica-thread.ts')), { execArgv: [] });
  await once(worker, 'message');
  return worker;
}
