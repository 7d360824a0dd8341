import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Batch } from '../data/dataset.ts';
import type { Feed } from '../input/feed.ts';
import * as tf from '../tf.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { disposeForward, readForward } from './gradients.ts';
import type { LayerInspector } from './health/inspector.ts';
import { type HealthWatch, noWatch, watchHealth } from './health/watch.ts';
import type { Optimizer, OptimizerName } from './optimizers.ts';
import type { GroupTraining, Replica } from './replica.ts';
import { type ScheduleName, schedules } from './schedules.ts';
import { type Strategy, wholeModel } from './strategy.ts';
import type { Figures, TaskBatch, TrainingTask } from './task.ts';

export interface TrainSettings {
  readonly batchSize: number;
  /** The run ends after so many steps or seconds, whichever is set and comes first. */
  readonly steps: number | null;
  readonly seconds: number | null;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly weightDecay: number;
  /** Steps between two evaluations; null evaluates at the end only. */
  readonly evaluateEvery: number | null;
  /** Samples of an evaluation; 0 never evaluates. */
  readonly evaluationSamples: number;
}

/** Where a training runs and who watches it. */
export interface TrainContext {
  readonly probe: TrainingProbe;
  /** The backend in words, such as `wasm, 2 threads`. */
  readonly backend: string;
  /** Ends the run after the current step, without a final evaluation. */
  readonly signal?: AbortSignal;
  /** Looks at what layers give; there where the model was made with a probe that can be looked through. */
  readonly inspector?: LayerInspector;
  /** Watches whether the training learns, `watchHealth` unless another is given; null for none. */
  readonly health?: typeof watchHealth | null;
  /** Hears sentences that a person should know at the end, such as what is wrong with the data. */
  readonly note?: (sentence: string) => void;
  /** A fault that was put in on purpose. */
  readonly fault?: string;
  /** There where several train one model: the training then goes on for as long as the group does, and does not evaluate. */
  readonly replica?: Replica;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

export interface TrainSummary {
  readonly steps: number;
  /** From the start of the first step to the end of the last, evaluations between them included. */
  readonly seconds: number;
  readonly samples: number;
  /** Loss of the last step, maybe NaN; null where there was no step. */
  readonly finalLoss: number | null;
  /** Mean over the last steps (up to `accuracySteps`); null where there was no step. */
  readonly trainAccuracy: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** The first step whose loss was NaN or infinite. */
  readonly nanAtStep: number | null;
  readonly stoppedBy: 'steps' | 'seconds' | 'signal';
}

/** A single batch says little of the accuracy. */
const accuracySteps = 20;

/**
 * Trains until the planned end or a stop request. A loss that becomes NaN does not end it: the figures go on, as in a
 * run that nobody watches, and a monitor is there to show it.
 *
 * Leaves no tensor behind but the task's own.
 *
 * @param alone where gradients come from and what updates by them; the model as one unless told otherwise
 */
export async function train<H extends Batch, B extends TaskBatch>(
  task: TrainingTask<H, B>,
  feed: Feed<H>,
  settings: TrainSettings,
  context: TrainContext,
  alone: Strategy<B> = wholeModel,
): Promise<TrainSummary> {
  const { probe, signal, now = () => performance.now() } = context;
  describe(task, settings, context);
  const group: GroupTraining<B> | null =
    (await context.replica?.join({ task, settings, strategy: alone, probe })) ?? null;
  const strategy = group ?? alone;
  const optimizer = strategy.optimizer(task, settings);
  const evaluation = { batchSize: settings.batchSize, samples: settings.evaluationSamples };
  const { health: watch = watchHealth, inspector = null } = context;
  const health: HealthWatch<B> = watch?.(task, probe, inspector) ?? noWatch;
  const compareModes = async () => {
    if (settings.evaluationSamples > 0) await health.beforeEvaluation(signal);
  };
  const look = async () => {
    await compareModes();
    return evaluate(task, evaluation, probe, signal);
  };
  const accuracies: number[] = [];
  const startMs = now();
  let endMs = startMs;
  let steps = 0;
  let finalLoss: number | null = null;
  let nanAtStep: number | null = null;
  let latest: Evaluation | null = null;
  let latestAtStep = -1;
  try {
    const stopped = async (seconds: number) => {
      // The group counts the steps of all.
      const own = stopReason(
        group === null ? settings : { ...settings, steps: null },
        steps,
        seconds,
        signal,
      );
      return own ?? (group === null || (await group.goesOn()) ? null : 'steps');
    };
    let stoppedBy = await stopped(0);
    while (stoppedBy === null) {
      const rate = learningRateAt(settings, group?.position ?? steps, (endMs - startMs) / 1000);
      const taken = await step(task, feed, strategy, optimizer, rate, probe, health).catch(
        (error: unknown) => {
          // A wait for data ends where the run is to.
          if (signal?.aborted && error === signal.reason) return null;
          throw error;
        },
      );
      if (taken === null) {
        stoppedBy = 'signal';
        break;
      }
      const { loss, figures } = taken;
      steps += 1;
      finalLoss = loss;
      if (!Number.isFinite(loss)) nanAtStep ??= steps;
      if (figures['accuracy'] !== undefined) accuracies.push(figures['accuracy']);
      if (accuracies.length > accuracySteps) accuracies.shift();
      // Timers, sockets and signals get their turn between two steps.
      await nextTurn();
      await group?.afterStep();
      if (group === null && settings.evaluateEvery !== null && steps % settings.evaluateEvery === 0) {
        latest = await look();
        latestAtStep = steps;
      }
      endMs = now();
      stoppedBy = await stopped((endMs - startMs) / 1000);
    }
    if (stoppedBy !== 'signal' && group !== null) await group.finish(compareModes);
    else if (stoppedBy !== 'signal' && latestAtStep !== steps) latest = await look();
    return {
      steps,
      seconds: (endMs - startMs) / 1000,
      samples: steps * settings.batchSize,
      finalLoss,
      trainAccuracy: mean(accuracies),
      validationLoss: latest?.loss ?? null,
      validationAccuracy: latest?.figures['accuracy'] ?? null,
      nanAtStep,
      stoppedBy,
    };
  } finally {
    optimizer.dispose();
  }
}

/** One step: its phases, its figures, its memory. One that fails has not ended. */
async function step<H extends Batch, B extends TaskBatch>(
  task: TrainingTask<H, B>,
  feed: Feed<H>,
  strategy: Strategy<B>,
  optimizer: Optimizer,
  learningRate: number,
  probe: TrainingProbe,
  health: HealthWatch<B>,
): Promise<{ loss: number; figures: Figures }> {
  probe.beginStep();
  const batch = await probe.phase('input', async () => task.upload(await feed.next()));
  health.beginStep(batch);
  const samples = batch.size;
  const { gradients, ...forward } = strategy.gradients(task, batch, probe);
  let taken: { loss: number; figures: Figures };
  try {
    health.beforeUpdate(batch, gradients);
    await probe.phase('optimizer', () => optimizer.update(gradients, learningRate));
    // Reading the loss waits for the device, so the step ends when its work does.
    const [{ lossValue, predictionValues, parts }] = await Promise.all([
      readForward(forward),
      health.afterUpdate(),
    ]);
    const figures = { ...parts, ...task.measure(predictionValues, batch) };
    probe.metric('loss', lossValue);
    for (const [name, value] of Object.entries(figures)) probe.metric(name, value);
    probe.metric('learningRate', learningRate);
    await health.report(batch, lossValue, figures);
    taken = { loss: lossValue, figures };
  } finally {
    health.endStep();
    disposeForward(forward);
    tf.dispose([...gradients]);
    batch.dispose();
  }
  probe.endStep(samples);
  return taken;
}

function describe<H extends Batch, B extends TaskBatch>(
  task: TrainingTask<H, B>,
  settings: TrainSettings,
  context: TrainContext,
): void {
  context.probe.describe({
    name: task.name,
    backend: context.backend,
    data: task.data,
    synthetic: task.synthetic,
    batchSize: settings.batchSize,
    parameters: task.parameters.reduce((sum, { variable }) => sum + variable.size, 0),
    modelFlopsPerSample: task.trainingFlops,
    plannedSteps: settings.steps,
    plannedSeconds: settings.seconds,
    chanceLoss: task.chanceLoss,
    classes: task.classes,
    ...(task.trainSize === null ? {} : { trainSize: task.trainSize }),
    regularisation: { weightDecay: settings.weightDecay, augmentation: task.augmentation },
    ...(context.fault === undefined ? {} : { fault: context.fault }),
    ...(context.replica === undefined ? {} : { parallel: context.replica.parallel }),
  });
}

/** The rate for the next step, after `steps` steps and `seconds` seconds. */
function learningRateAt(settings: TrainSettings, steps: number, seconds: number): number {
  const ofSteps = settings.steps === null ? 0 : steps / settings.steps;
  const ofSeconds = settings.seconds === null ? 0 : seconds / settings.seconds;
  return settings.learningRate * schedules[settings.schedule](Math.max(ofSteps, ofSeconds));
}

/** What ends a run after so many steps and seconds, or null where nothing does. */
export function stopReason(
  settings: Pick<TrainSettings, 'steps' | 'seconds'>,
  steps: number,
  seconds: number,
  signal: AbortSignal | undefined,
): TrainSummary['stoppedBy'] | null {
  if (signal?.aborted) return 'signal';
  if (settings.steps !== null && steps >= settings.steps) return 'steps';
  if (settings.seconds !== null && seconds >= settings.seconds) return 'seconds';
  return null;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
