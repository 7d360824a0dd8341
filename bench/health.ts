/**
 * What it costs a training to watch whether it learns. The share of a step is told from the time that the watch and its
 * kernels take themselves: the difference between steps with and without is smaller than what steps scatter by.
 */
import { availableParallelism } from 'node:os';
import { silentProbe, type TrainingProbe } from '../src/model/training.ts';
import { startBackend } from '../workloads/backends/index.ts';
import { findWorkload } from '../workloads/index.ts';
import { type HealthWatch, noWatch, watchHealth } from '../workloads/training/health/watch.ts';
import type { TaskBatch } from '../workloads/training/task.ts';
import { median, type Row } from './row.ts';

const mostShare = 0.005;
/** Those of a run of half a minute; its begin has a check in one step of ten, and code that is not compiled yet. */
const steps = 256;
/** Blocks as long as the distance of the checks, so that each watched one has just one. */
const blockSteps = 64;

/** Takes about four minutes. */
export async function healthBenchmarks(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const backend = await startBackend('wasm', { threads });
    try {
      rows.push(await shareOfSteps(backend.label), await ratioOfSteps(backend.label));
    } finally {
      await backend.stop();
    }
  }
  return rows;
}

/** Time inside the watch, its kernels included, over that of all steps. */
async function shareOfSteps(label: string): Promise<Row> {
  const timer = new Timer();
  let [stepsMs, startMs, taken, beginShare] = [0, 0, 0, 0];
  const probe: TrainingProbe = {
    ...silentProbe,
    phase: (name, body) => (name === 'health' ? timer.time(body) : body()),
    beginStep: () => {
      startMs = performance.now();
    },
    endStep: () => {
      stepsMs += performance.now() - startMs;
      taken += 1;
      if (taken === blockSteps) beginShare = timer.elapsedMs / stepsMs;
    },
  };
  await findWorkload('resnet').start(
    { steps: String(steps), evalSamples: '0' },
    { probe, backend: label, health: (...args) => timed(watchHealth(...args), timer) },
  );
  const value = timer.elapsedMs / stepsMs;
  return {
    name: `time of health checks over that of steps, ${label}`,
    value: value * 100,
    unit: '%',
    target: `at most ${mostShare * 100}`,
    holds: value <= mostShare,
    note: `ResNet-20, batch 32, the first ${steps} steps; of the first ${blockSteps} ${(beginShare * 100).toFixed(2)} %; ${(timer.elapsedMs / steps).toFixed(2)} of ${(stepsMs / steps).toFixed(0)} ms a step`,
  };
}

/** Steps of blocks with the watch over those of blocks without. */
async function ratioOfSteps(label: string): Promise<Row> {
  const blocks: number[][] = [];
  let [step, startMs] = [0, 0];
  const isWatched = () => {
    const block = Math.floor(step / blockSteps);
    return block % 4 === 1 || block % 4 === 2;
  };
  const probe: TrainingProbe = {
    ...silentProbe,
    beginStep: () => {
      if (step % blockSteps === 0) blocks.push([]);
      startMs = performance.now();
    },
    endStep: () => {
      blocks.at(-1)?.push(performance.now() - startMs);
      step += 1;
    },
  };
  await findWorkload('resnet').start(
    { steps: String(steps), evalSamples: '0' },
    { probe, backend: label, health: (...args) => switched(watchHealth(...args), isWatched) },
  );
  const [first = 0, second = 0, third = 0, fourth = 0] = blocks.map(median);
  return {
    name: `step with health checks over step without, ${label}`,
    value: (second + third) / (first + fourth),
    unit: 'ratio',
    note: `medians of 4 blocks of ${blockSteps} steps; without ${first.toFixed(1)} and ${fourth.toFixed(1)} ms, with ${second.toFixed(1)} and ${third.toFixed(1)} ms`,
  };
}

/** Adds up the time of calls, of nested ones once. */
class Timer {
  elapsedMs = 0;
  #running = false;

  time<T>(body: () => T): T {
    if (this.#running) return body();
    this.#running = true;
    const startMs = performance.now();
    try {
      return body();
    } finally {
      this.#running = false;
      this.elapsedMs += performance.now() - startMs;
    }
  }
}

function timed<B extends TaskBatch>(watch: HealthWatch<B>, timer: Timer): HealthWatch<B> {
  return {
    beginStep: (batch) => timer.time(() => watch.beginStep(batch)),
    beforeUpdate: (batch, gradients) => timer.time(() => watch.beforeUpdate(batch, gradients)),
    // On wasm a read is done when its call returns.
    afterUpdate: () => timer.time(() => watch.afterUpdate()),
    report: (...args) => timer.time(() => watch.report(...args)),
    endStep: () => timer.time(() => watch.endStep()),
    beforeEvaluation: (signal) => watch.beforeEvaluation(signal),
  };
}

function switched<B extends TaskBatch>(watch: HealthWatch<B>, isOn: () => boolean): HealthWatch<B> {
  const now = (): HealthWatch<B> => (isOn() ? watch : noWatch);
  return {
    beginStep: (batch) => now().beginStep(batch),
    beforeUpdate: (batch, gradients) => now().beforeUpdate(batch, gradients),
    afterUpdate: () => now().afterUpdate(),
    report: (...args) => now().report(...args),
    endStep: () => now().endStep(),
    beforeEvaluation: (signal) => now().beforeEvaluation(signal),
  };
}
