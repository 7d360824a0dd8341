import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchPlan, encodeBenchPlan, type PlannedRun, planFile } from '../../src/analysis/bench/plan.ts';
import { makeDirectory } from '../../src/recording/make-directory.ts';
import { type MadeGroup, type MadeReplica, times, writeReplicas } from './replica-runs.ts';

/** A plan of rounds in which each mode runs once. */
export function madePlan(rounds: number, change: Partial<BenchPlan> = {}): BenchPlan {
  const runs = times(rounds, (at): PlannedRun[] =>
    [
      { name: 'single', label: '1 replica', mode: 'single' as const, replicas: 1 },
      { name: 'sync-2', label: 'sync, 2 replicas', mode: 'sync' as const, replicas: 2 },
      { name: 'async-2', label: 'async, 2 replicas', mode: 'async' as const, replicas: 2 },
    ].map(({ name, ...run }) => ({
      ...run,
      recording: `${name}.${at + 1}`,
      modeSettings: '',
      round: at + 1,
    })),
  ).flat();
  return {
    schema: 'warpwatch.bench-plan/1',
    createdAt: '2026-01-01T00:00:00.000Z',
    command: ['warpwatch', 'bench'],
    host: { name: 'test', platform: 'linux x64', cpu: 'Test CPU', cores: 2, memoryBytes: 2 ** 34 },
    settings: {
      transport: 'shared-memory',
      steps: 20,
      warmUpSteps: 2,
      rounds,
      stragglers: [{ replica: 1, factor: 2 }],
    },
    runs,
    notes: [],
    ...change,
  };
}

/**
 * A run of the plan: one replica takes 50 ms a step, of two the second is slowed to twice its time. Everything takes `pace` times as
 * long.
 */
export function madeRun({ mode }: PlannedRun, pace: number): MadeGroup {
  const parallel = { stragglers: [{ replica: 1, factor: 2 }] };
  const replica = (steps: number, ms: number, told: object, accuracy: MadeReplica['accuracy'] = []) => ({
    steps: times(steps, (at) => ({ ms: ms * pace, loss: 1 + (at % 2), ...scaled(told, pace) })),
    accuracy: accuracy.map(([atMs, value]) => [atMs * pace, value] as const),
    checksum: checksumOf(pace),
  });
  const end = { outcome: 'ended', message: '' } as const;
  if (mode === 'single') {
    const checkpoints = [
      [502, 0.2],
      [1002, 0.6],
    ] as const;
    return { parallel: { mode }, replicas: [replica(20, 50, {}, checkpoints)], end };
  }
  if (mode === 'sync') {
    const first = replica(20, 100, { wait: 45, communicate: 10, slowed: 0 }, [
      [502, 0.1],
      [2002, 0.6],
    ]);
    // Replicas evaluate checkpoints by turns.
    const second = replica(20, 100, { wait: 0, communicate: 10, slowed: 45 }, [[1002, 0.3]]);
    return { parallel: { ...parallel, mode }, replicas: [first, second], end };
  }
  const first = replica(28, 50, { wait: 0, communicate: 5, slowed: 0, staleness: 0 }, [[402, 0.2]]);
  const second = replica(14, 100, { wait: 0, communicate: 5, slowed: 45, staleness: 2 }, [[1402, 0.6]]);
  return { parallel: { ...parallel, mode: 'async' }, replicas: [first, second], end };
}

/** Of the parameters that a round comes to: each another, as from seeds of their own. */
function checksumOf(pace: number): number {
  return Math.round(pace * 100);
}

/** Milliseconds of a step; the staleness is none. */
function scaled(told: object, pace: number): object {
  return Object.fromEntries(
    Object.entries(told).map(([key, value]) => [key, key === 'staleness' ? value : value * pace]),
  );
}

export const madePaces = [1, 1.04, 0.96] as const;

/** Writes a benchmark of three rounds, of which two are slower and faster as a whole. */
export async function writeBench(
  directory: string,
  plan = madePlan(madePaces.length),
  paces: readonly number[] = madePaces,
): Promise<void> {
  makeDirectory(directory);
  writeFileSync(join(directory, planFile), encodeBenchPlan(plan));
  for (const run of plan.runs) {
    await writeReplicas(join(directory, run.recording), madeRun(run, paces[run.round - 1] ?? 1));
  }
}
