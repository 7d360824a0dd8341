/**
 * What watching costs a TensorFlow.js training: time a kernel, and time a step of ResNet-20 with and without.
 * With and without alternate, so that whatever else the machine does meets both; the median of pairs counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { instrumentKernels } from '../collectors/tfjs/instrument.ts';
import { createProbe } from '../collectors/tfjs/probe.ts';
import { silentProbe, type TrainingProbe } from '../src/model/training.ts';
import { describeRun } from '../src/recording/manifest.ts';
import { createRecording, openStream } from '../src/recording/recording.ts';
import type { StreamWriter } from '../src/recording/stream-writer.ts';
import { startBackend } from '../workloads/backends/index.ts';
import { findWorkload } from '../workloads/index.ts';
import * as tf from '../workloads/tf.ts';
import { median, type Row } from './row.ts';

const mostMicrosecondsAKernel = 0.5;
const mostStepRatio = 1.02;

const kernelRounds = 31;
const kernelsARound = 5_000;

/** Threads on every core leave none for anything else on the machine: their steps scatter more. */
const pairs = { oneThread: 30, allCores: 90 };
/** Steps of a block; the first fills caches (ours, and those of the compiler) and is not counted. */
const blockSteps = 6;

/** Runs both measurements; takes about four minutes. */
export async function instrumentationBenchmarks(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'warpwatch-bench-'));
  createRecording(directory, describeRun('instrumentation', process.argv, {}, []));
  const writer = openStream(directory, 'training');
  try {
    return [
      await costOfKernel(writer),
      await ratioOfSteps(writer, 1),
      await ratioOfSteps(writer, availableParallelism()),
    ];
  } finally {
    await writer.close('ended');
    rmSync(directory, { recursive: true });
  }
}

async function costOfKernel(writer: StreamWriter): Promise<Row> {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const [a, b] = [tf.ones([2, 2]), tf.ones([2, 2])];
  const microsecondsAKernel = () => {
    const startMs = performance.now();
    for (let count = 0; count < kernelsARound; count++) tf.add(a, b).dispose();
    return ((performance.now() - startMs) * 1e3) / kernelsARound;
  };
  const differences: number[] = [];
  for (let round = 0; round < kernelRounds; round++) {
    const without = microsecondsAKernel();
    const restore = instrumentKernels(tf, 'cpu', writer, 'cpu');
    differences.push(microsecondsAKernel() - without);
    restore();
  }
  tf.dispose([a, b]);
  // The first rounds run in the interpreter.
  const value = median(differences.slice(5));
  return {
    name: 'instrumentation of a kernel, in a loop',
    value,
    unit: 'µs',
    target: `at most ${mostMicrosecondsAKernel}`,
    holds: value <= mostMicrosecondsAKernel,
    note: `addition of 2x2 on cpu, median of ${differences.length - 5} alternating rounds of ${kernelsARound}`,
  };
}

async function ratioOfSteps(writer: StreamWriter, threads: number): Promise<Row> {
  const backend = await startBackend('wasm', { threads });
  const timer = new AlternatingProbe(writer);
  const count = threads === 1 ? pairs.oneThread : pairs.allCores;
  try {
    const steps = String(2 * count * blockSteps);
    await findWorkload('resnet').start(
      { depth: '20', batch: '32', steps, evalSamples: '0' },
      { probe: timer, backend: backend.label },
    );
  } finally {
    timer.stop();
    await backend.stop();
  }
  const value = median(timer.ratios());
  return {
    name: 'step with instrumentation over step without',
    value,
    unit: 'ratio',
    target: `at most ${mostStepRatio}`,
    holds: value <= mostStepRatio,
    note:
      `ResNet-20, batch 32, ${backend.label}, ${timer.medianStepMs().toFixed(0)} ms a step, median of ${count} pairs; ` +
      `half of the pairs lie in ${quartiles(timer.ratios())}`,
  };
}

/** Watches every other block of steps and times them all. */
class AlternatingProbe implements TrainingProbe {
  readonly #watching: TrainingProbe;
  readonly #switch: Switch;
  readonly #blocks: number[][] = [];
  #probe: TrainingProbe = silentProbe;
  #step = 0;
  #startMs = 0;

  constructor(writer: StreamWriter) {
    this.#watching = createProbe(tf, writer);
    this.#switch = new Switch(writer);
  }

  beginStep(): void {
    if (this.#step % blockSteps === 0) this.#nextBlock();
    this.#startMs = performance.now();
    this.#probe.beginStep();
  }

  endStep(samples: number): void {
    this.#probe.endStep(samples);
    const elapsedMs = performance.now() - this.#startMs;
    if (this.#step % blockSteps > 0) this.#blocks.at(-1)?.push(elapsedMs);
    this.#step += 1;
  }

  layer<T>(name: string, body: () => T): T {
    return this.#probe.layer(name, body);
  }

  phase<T>(name: string, body: () => T): T {
    return this.#probe.phase(name, body);
  }

  metric(name: string, value: number): void {
    this.#probe.metric(name, value);
  }

  now(): number {
    return this.#probe.now();
  }

  range(name: string, text?: string): () => void {
    return this.#probe.range(name, text);
  }

  describe(): void {}

  stop(): void {
    this.#switch.remove();
  }

  /** One for each pair of blocks. */
  ratios(): number[] {
    const ratios: number[] = [];
    for (let index = 0; index + 1 < this.#blocks.length; index += 2) {
      const [first, second] = [median(this.#blocks[index] ?? []), median(this.#blocks[index + 1] ?? [])];
      ratios.push(isWatched(index) ? first / second : second / first);
    }
    return ratios;
  }

  medianStepMs(): number {
    return median(this.#blocks.flat());
  }

  #nextBlock(): void {
    const watched = isWatched(this.#blocks.length);
    this.#blocks.push([]);
    this.#switch.set(watched);
    this.#probe = watched ? this.#watching : silentProbe;
  }
}

/**
 * Turns an instrumentation off and on again, as it is. Making it anew for each block would measure how V8 compiles it:
 * a program makes it once.
 */
class Switch {
  readonly #restore: () => void;
  readonly #functions: { owner: object; name: string; original: unknown; watched: unknown }[];

  constructor(writer: StreamWriter) {
    const owners = [
      ...tf.getKernelsForBackend('wasm').map((owner) => ({ owner, name: 'kernelFunc' })),
      ...['gradients', 'addTapeNode'].map((name) => ({ owner: tf.engine(), name })),
    ];
    const originals = owners.map(({ owner, name }) => Reflect.get(owner, name));
    this.#restore = instrumentKernels(tf, 'wasm', writer, 'cpu');
    this.#functions = owners.map((entry, index) => ({
      ...entry,
      original: originals[index],
      watched: Reflect.get(entry.owner, entry.name),
    }));
  }

  set(watched: boolean): void {
    for (const entry of this.#functions) {
      Reflect.set(entry.owner, entry.name, watched ? entry.watched : entry.original);
    }
  }

  remove(): void {
    this.set(true);
    this.#restore();
  }
}

/** Without, with; with, without; and so on: a machine that slows down favours neither. */
function isWatched(block: number): boolean {
  return block % 4 === 1 || block % 4 === 2;
}

/** Shows how far single pairs scatter: a target within this is not decided by one run. */
function quartiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.25, 0.75].map((share) => sorted[Math.floor(share * sorted.length)]?.toFixed(3)).join(' to ');
}
