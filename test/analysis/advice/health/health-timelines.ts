import type { Finding } from '../../../../src/analysis/advice/finding.ts';
import { checkAdvice } from '../../../../src/analysis/advice/index.ts';
import type { WorkloadInfo } from '../../../../src/model/training.ts';
import type { TimelineBuilder } from '../../../../src/recording/timeline-builder.ts';
import { addSamples, addSteps, emptyTimeline, testWorkload } from '../../../support/timelines.ts';

/** Of the made-up training: in the order of the forward pass. */
export const layers = ['stem', 'stage1/conv', 'stage2/conv', 'stage3/conv', 'stage4/conv', 'classifier'];
export const norms = ['stem-norm', 'stage1/norm', 'stage2/norm'];
export const stepNs = 100e6;
/** Of 100 classes. */
export const chance = Math.log(100);

/** The value of a figure at a step, with noise of so many standard deviations at hand; null for none at this step. */
export type Figure = (step: number, noise: () => number) => number | null;

export interface MadeUpRun {
  readonly steps?: number;
  readonly seed?: number;
  /** Figures that differ from those of a healthy run, by the names of their series; null where nobody reports it. */
  readonly figures?: Readonly<Record<string, Figure | null>>;
  readonly workload?: Partial<WorkloadInfo> | null;
}

const each =
  (every: number, value: Figure): Figure =>
  (step, noise) =>
    step % every === 0 ? value(step, noise) : null;

/** What a training of a small residual network reports that learns as it should; the noise is that of batches of 32. */
function healthy(): Record<string, Figure> {
  const loss = (step: number) => 3.2 + 2.1 * Math.exp(-step / 40);
  const perLayer = (metric: string, names: readonly string[], value: Figure) =>
    Object.fromEntries(names.map((name) => [`${metric}/${name}`, each(10, value)]));
  return {
    loss: (step, noise) => loss(step) + 0.2 * noise(),
    accuracy: (step, noise) => Math.max(0, 0.3 * (1 - Math.exp(-step / 80)) + 0.06 * noise()),
    learningRate: (step) => (step < 6 ? 0.02 * step : 0.1),
    validationLoss: each(25, (step, noise) => loss(step) + 0.1 + 0.05 * noise()),
    validationAccuracy: each(25, (step, noise) =>
      Math.max(0, 0.28 * (1 - Math.exp(-step / 80)) + 0.02 * noise()),
    ),
    duplicateShare: () => 0,
    repeatShare: (_, noise) => Math.abs(0.02 * noise()),
    topLabelShare: (_, noise) => 0.04 + 0.005 * Math.abs(noise()),
    labelSignal: each(10, (step, noise) => 1 + 0.02 * step + 0.1 * noise()),
    gradientNorm: each(10, (_, noise) => 2.5 * Math.exp(0.3 * noise())),
    gradientCosine: each(10, (_, noise) => 0.15 + 0.08 * noise()),
    updateRatio: each(10, (_, noise) => 3e-3 * Math.exp(0.3 * noise())),
    trainModeLoss: each(10, (step, noise) => loss(step) + 0.2 * noise()),
    inferenceModeLoss: each(10, (step, noise) => loss(step) + 0.25 * noise()),
    trainModeAccuracy: each(10, (step, noise) =>
      Math.max(0, 0.3 * (1 - Math.exp(-step / 80)) + 0.06 * noise()),
    ),
    inferenceModeAccuracy: each(10, (step, noise) =>
      Math.max(0, 0.29 * (1 - Math.exp(-step / 80)) + 0.06 * noise()),
    ),
    ...perLayer('activationRms', layers, (_, noise) => Math.exp(0.3 * noise())),
    ...perLayer('gradientRms', layers, (_, noise) => 1e-3 * Math.exp(noise())),
    ...perLayer('parameterChange', layers, (_, noise) => 3e-3 * Math.exp(0.3 * noise())),
    ...perLayer('statisticsChange', norms, (step) => 1 - Math.exp(-step / 10)),
    inputQueueDepth: () => 3,
    inputQueueCapacity: () => 4,
    inputWaitSeconds: (step, noise) => (step === 1 ? 0.5 : Math.abs(1e-3 * noise())),
  };
}

/** A run of the made-up training; the same for the same arguments. */
export function madeUpRun({
  steps = 100,
  seed = 1,
  figures = {},
  workload = {},
}: MadeUpRun = {}): TimelineBuilder {
  const timeline = emptyTimeline();
  if (workload !== null) {
    const about = { chanceLoss: chance, classes: 100, trainSize: 50_000, parameters: 275_000 };
    const regularisation = { weightDecay: 5e-4, augmentation: true };
    timeline.workload = testWorkload({ ...about, regularisation, ...workload });
  }
  addSteps(
    timeline,
    Array.from({ length: steps }, () => stepNs),
  );
  const noise = gaussian(seed);
  for (const [name, figure] of Object.entries({ ...healthy(), ...figures })) {
    if (figure === null) continue;
    const samples = Array.from(
      { length: steps },
      (_, at) => [(at + 0.9) * stepNs, figure(at + 1, noise)] as const,
    );
    const told = samples.flatMap(([timeNs, value]) => (value === null ? [] : [[timeNs, value] as const]));
    if (told.length > 0) addSamples(timeline, null, name, told);
  }
  return timeline;
}

/** What a program reports whose output alone is read. */
export const outputAlone: MadeUpRun['figures'] = Object.fromEntries(
  Object.keys(healthy())
    .filter((name) => !['loss', 'accuracy', 'learningRate', 'validationLoss'].includes(name))
    .map((name) => [name, null]),
);

/** Normal noise, the same for the same seed (mulberry32, Box-Muller). */
export function gaussian(seed: number): () => number {
  let state = seed * 7919;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** What the piece of advice by that id says, or undefined where it says nothing. */
export function sayOf(run: MadeUpRun | TimelineBuilder, id: string): Finding | undefined {
  const timeline =
    'steps' in run && Array.isArray(run.steps) ? (run as TimelineBuilder) : madeUpRun(run as MadeUpRun);
  return checkAdvice(timeline).find((found) => found.id === id);
}

/** Ids of all warnings. */
export function warnings(run: MadeUpRun): string[] {
  return checkAdvice(madeUpRun(run))
    .filter(({ severity }) => severity === 'warn')
    .map(({ id }) => id);
}
