import { healthMetrics, notFiniteMark } from '../../../src/model/health.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import type { Batch } from '../../data/dataset.ts';
import * as tf from '../../tf.ts';
import { tidyForward } from '../evaluate.ts';
import { disposeForward } from '../gradients.ts';
import type { Figures, Forward, TaskBatch, TrainingTask } from '../task.ts';
import { Activations } from './activations.ts';
import type { LayerInspector } from './inspector.ts';
import { LabelSignal } from './label-signal.ts';
import { figuresOf, RecentBatches, reportModes } from './modes.ts';
import { originOfNotFinite } from './not-finite.ts';
import {
  checkGradients,
  checkStatistics,
  checkUpdate,
  GradientSample,
  type Report,
} from './parameter-checks.ts';
import { Readback } from './readback.ts';
import { watchLabels, watchRepeatedData } from './repeated-data.ts';
import { isActivationStep, isCheckStep, isModesStep } from './schedule.ts';
import { shareData } from './tensors.ts';

/** Watches whether a training learns. The training loop calls it, in this order in each step. */
export interface HealthWatch<B extends TaskBatch> {
  /** Before the forward pass. */
  beginStep(batch: B): void;
  beforeUpdate(batch: B, gradients: readonly tf.Tensor[]): void;
  /** Starts what is to be read from the device; to be awaited together with the loss. */
  afterUpdate(): Promise<void>;
  /** Once all has been read. */
  report(batch: B, loss: number, figures: Figures): Promise<void>;
  /** Frees what the step needed, however far it came. */
  endStep(): void;
  /** Between two steps, where it costs them nothing. */
  beforeEvaluation(signal?: AbortSignal): Promise<void>;
}

/** Watches nothing. */
export const noWatch: HealthWatch<TaskBatch> = {
  beginStep: () => undefined,
  beforeUpdate: () => undefined,
  afterUpdate: async () => undefined,
  report: async () => undefined,
  endStep: () => undefined,
  beforeEvaluation: async () => undefined,
};

/** Kernels within steps that only look run in this phase. */
const phase = 'health';
/** Those that compare the modes, between steps. */
const modesPhase = 'modes';

/**
 * Tells the probe the figures of `src/model/health.ts`. Changes no weight and no statistic, and leaves no tensor
 * between two steps.
 *
 * @param inspector null where layers cannot be looked at
 */
export function watchHealth<H extends Batch, B extends TaskBatch>(
  task: TrainingTask<H, B>,
  probe: TrainingProbe,
  inspector: LayerInspector | null,
): HealthWatch<B> {
  return new Watch(task, probe, inspector);
}

class Watch<H extends Batch, B extends TaskBatch> implements HealthWatch<B> {
  readonly #task: TrainingTask<H, B>;
  readonly #probe: TrainingProbe;
  readonly #inspector: LayerInspector | null;
  readonly #repeatedData;
  readonly #topLabel = watchLabels();
  readonly #signal: LabelSignal | null;
  readonly #recent = new RecentBatches<H>();
  #number = 0;
  #wasFinite = true;
  #readback = new Readback();
  readonly #activations = new Activations();
  #reports: Report[] = [];
  /** Parameters before the update of this step. */
  #before: tf.Tensor[] = [];
  #inference: Forward | null = null;
  /** Of the step before, where that was looked at. */
  #gradientsBefore: GradientSample | null = null;

  constructor(task: TrainingTask<H, B>, probe: TrainingProbe, inspector: LayerInspector | null) {
    this.#task = task;
    this.#probe = probe;
    this.#inspector = inspector;
    this.#repeatedData = watchRepeatedData(task.trainSize);
    this.#signal =
      task.oneLabelEach === true || task.objectsOf !== undefined ? new LabelSignal(task.trainSize) : null;
  }

  beginStep(batch: B): void {
    this.#number += 1;
    this.#checkData(batch);
    if (this.#inspector === null || !isActivationStep(this.#number)) return;
    this.#activations.collect(this.#inspector);
  }

  beforeUpdate(batch: B, gradients: readonly tf.Tensor[]): void {
    this.#stopLooking();
    this.#before = this.#task.parameters.map(({ variable }) => shareData(variable));
    const before = this.#gradientsBefore;
    this.#gradientsBefore = null;
    const checks = isCheckStep(this.#number);
    if (!checks && before === null && !isModesStep(this.#number)) return;
    this.#probe.phase(phase, () => {
      if (checks) {
        this.#reports.push(
          this.#activations.check(this.#readback),
          checkGradients(this.#readback, this.#task.parameters, gradients),
        );
      }
      if (checks || before !== null) {
        const now = new GradientSample(this.#readback, gradients);
        if (before !== null) this.#reports.push(() => this.#reportCosine(now.cosine(before)));
        if (checks) this.#gradientsBefore = now;
      }
      if (isModesStep(this.#number)) this.#inference = tidyForward(this.#task, batch, false);
    });
  }

  async afterUpdate(): Promise<void> {
    const { parameters, statistics = [] } = this.#task;
    if (this.#readback.isEmpty) return;
    await this.#probe.phase(phase, () => {
      if (isCheckStep(this.#number)) {
        this.#reports.push(
          checkUpdate(this.#readback, parameters, this.#before),
          checkStatistics(this.#readback, statistics),
        );
      }
      return this.#readback.read();
    });
  }

  async report(batch: B, loss: number, figures: Figures): Promise<void> {
    for (const report of this.#reports) report(this.#probe);
    if (this.#inference !== null) {
      const inference = this.#inference;
      this.#inference = null;
      reportModes(this.#probe, { loss, figures }, await figuresOf(this.#task, batch, inference));
    }
    if (Number.isFinite(loss) || !this.#wasFinite) return;
    this.#wasFinite = false;
    const origin = await this.#probe.phase(phase, () =>
      originOfNotFinite(this.#task, batch, this.#before, this.#inspector),
    );
    if (origin !== null) this.#probe.range(notFiniteMark, origin)();
  }

  endStep(): void {
    this.#stopLooking();
    this.#activations.dispose();
    this.#readback.dispose();
    this.#readback = new Readback();
    this.#reports = [];
    tf.dispose(this.#before);
    this.#before = [];
    if (this.#inference !== null) disposeForward(this.#inference);
    this.#inference = null;
  }

  async beforeEvaluation(signal?: AbortSignal): Promise<void> {
    if ((this.#task.statistics ?? []).length === 0) return;
    await this.#probe.phase(modesPhase, () => this.#recent.compare(this.#task, this.#probe, signal));
  }

  #checkData(batch: B): void {
    // What a task uploads is what its feed gave.
    const source = batch.source as H;
    this.#recent.add(source);
    const { duplicateShare, repeatShare, seen } = this.#repeatedData(source.contents);
    this.#probe.metric(healthMetrics.duplicateShare, duplicateShare);
    if (repeatShare !== null) this.#probe.metric(healthMetrics.repeatShare, repeatShare);
    const labels = this.#task.labelsOf?.(batch);
    if (labels === undefined) return;
    const topLabelShare = this.#topLabel(labels);
    if (topLabelShare !== null) this.#probe.metric(healthMetrics.topLabelShare, topLabelShare);
    if (this.#signal !== null) this.#reportSignal(this.#signal, batch, labels, seen);
  }

  #reportSignal(signal: LabelSignal, batch: B, labels: ArrayLike<number>, seen: readonly boolean[]): void {
    const objects = this.#task.objectsOf?.(batch);
    const { source } = batch;
    const value =
      objects === undefined ? signal.add(source, labels, seen) : signal.addObjects(source, objects, seen);
    if (value === null) return;
    this.#probe.metric(healthMetrics.labelSignal, value);
    if (objects !== undefined) this.#probe.metric(healthMetrics.labelSignalSamples, signal.samples);
  }

  #reportCosine(cosine: number): void {
    // Gradients that are zero or not finite have no direction.
    if (Number.isFinite(cosine)) this.#probe.metric(healthMetrics.gradientCosine, cosine);
  }

  #stopLooking(): void {
    if (this.#inspector !== null) this.#inspector.visit = null;
  }
}
