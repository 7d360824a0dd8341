/** Plays plans in a rank of a job, `THREAD PLANS`, one after another, and prints how each ended: a `Line` of JSON each. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { crc32 } from '../../../../../src/recording/crc32.ts';
import { MpiWorld } from '../../../../../workloads/parallel/transports/mpi/world.ts';
import { temporaryDirectory } from '../../../../support/temporary.ts';
import type { Outcome } from '../shared-memory/group.ts';
import { abortCode, type Line, type Plan, pretendVariable, type RankFacts } from './plan.ts';
import type { Play } from './replica-thread.ts';

/** What this rank is to believe of its place. */
const pretended = JSON.parse(process.env[pretendVariable] ?? '{}');
const fileBytes = 2_500_000;
const [, , threadModule = '', planTexts = '[]'] = process.argv;
const plans: readonly Plan[] = JSON.parse(planTexts);
const world = MpiWorld.start({ ...process.env, ...pretended });
const { rank } = world;
print(-1, { kind: 'value', value: { pid: process.pid, machine: world.machine } satisfies RankFacts });

const thread = new Worker(threadModule);
for (const [index, { scenarios, input, ...settings }] of plans.entries()) {
  await world.meet();
  const seat = world.seatOf(scenarios.length, settings);
  const scenario = scenarios[rank];
  if (seat === null || scenario === undefined) continue;
  const leave = world.attend(seat, (error) => {
    throw error;
  });
  thread.postMessage({ seat, scenario, input } satisfies Play);
  const [outcome]: Outcome[] = await once(thread, 'message');
  leave();
  if (outcome === undefined) throw new Error('the thread said nothing');
  print(index, outcome);
  if (outcome.kind === 'error' && index === plans.length - 1) world.abort(abortCode);
}
if (plans.length > 1) await sendFromLast();
await world.meet();
world.end();
await thread.terminate();

/** The last rank sends a file that is no whole number of pieces long to rank 0. */
async function sendFromLast(): Promise<void> {
  const directory = temporaryDirectory();
  const [file, copy] = [join(directory, 'sent'), join(directory, 'received')];
  const [size = ''] = await world.exchange(`${fileBytes + rank}`);
  if (rank === world.size - 1) {
    writeFileSync(file, randomBytes(Number(size)));
    world.sendFile(0, file);
    print(-2, { kind: 'value', value: crc32(readFileSync(file)) });
  }
  if (rank === 0) {
    world.receiveFile(world.size - 1, copy);
    print(-2, { kind: 'value', value: crc32(readFileSync(copy)) });
  }
}

function print(plan: number, outcome: Outcome): void {
  process.stdout.write(`${JSON.stringify({ rank, plan, outcome } satisfies Line)}\n`);
}
