import type { TrainingView } from '../../analysis/snapshot.ts';
import type { Measured } from '../../model/measured.ts';
import type { LabelName, MetricFamily, MetricSample } from './family.ts';
import { workloadLabels } from './labels.ts';
import { goesOn, type MetricsMoment, type RunMoment } from './moment.ts';
import { type RankFigures, ranksOf } from './ranks.ts';

const ofTraining: readonly LabelName[] = ['host', 'run', 'workload'];
const ofRank: readonly LabelName[] = [...ofTraining, 'rank'];

/** How a training goes: of one that has ended there is no such present. */
const paceFamilies: readonly MetricFamily[] = [
  {
    name: 'training.samples',
    type: 'gauge',
    unit: 'samplesPerSecond',
    help: 'Samples trained on, over the last steps',
    labels: ofRank,
    samples: (moment) =>
      wholeOrRanks(
        moment,
        ({ samplesPerSecond }) => samplesPerSecond.value,
        ({ samplesPerSecond }) => samplesPerSecond,
      ),
  },
  {
    name: 'training.step',
    type: 'gauge',
    unit: 'seconds',
    help: 'Mean time of the last steps',
    labels: ofRank,
    samples: (moment) =>
      wholeOrRanks(
        moment,
        ({ stepSeconds }) => stepSeconds.value,
        ({ stepSeconds }) => stepSeconds,
      ),
  },
  rankFamily(
    'compute',
    'ratio',
    'Share of the time of a rank (of its steps, or of its GPUs where kernels tell it) spent computing',
    ({ compute }) => compute,
  ),
  rankFamily(
    'communication',
    'ratio',
    'Share of the time of a rank (of its steps, or of its GPUs where kernels tell it) spent communicating',
    ({ communication }) => communication,
  ),
  rankFamily('wait', 'ratio', 'Share of its step time in which a rank waits for others', ({ wait }) => wait),
  rankFamily('straggler', 'count', '1 where the other ranks wait for this one', ({ straggler }) =>
    straggler ? 1 : 0,
  ),
  wholeFamily(
    'input_wait',
    'ratio',
    'Share of step time waiting for the next batch',
    ({ input }) => input?.waitShare ?? null,
  ),
  wholeFamily('learning_rate', 'count', 'Learning rate, as the training reports it', ({ learningRate }) =>
    finite(learningRate),
  ),
];

/** Trainings that are recorded: the whole of each, or its ranks where they tell. */
export const trainingFamilies: readonly MetricFamily[] = [
  {
    name: 'training.info',
    type: 'gauge',
    unit: 'count',
    help: 'What is trained, as the training says; its data are made up where synthetic is true',
    labels: [...ofTraining, 'backend', 'data', 'synthetic', 'mode'],
    samples: (moment) => eachTraining(moment, infoOf),
  },
  {
    name: 'training.steps',
    type: 'counter',
    unit: 'count',
    help: 'Steps that were made',
    labels: ofRank,
    samples: (moment) =>
      wholeOrRanks(
        moment,
        ({ step }) => step,
        ({ steps }) => steps,
      ),
  },
  {
    name: 'training.loss',
    type: 'gauge',
    unit: 'count',
    mayBeNaN: true,
    help: 'Last loss, as the training reports it; NaN where it is no number any more',
    labels: ofRank,
    samples: (moment) =>
      wholeOrRanks(
        moment,
        ({ loss }) => loss.y.at(-1) ?? null,
        ({ loss }) => loss,
      ),
  },
  wholeFamily(
    'accuracy',
    'ratio',
    'Last accuracy on a batch, as the training reports it',
    ({ accuracy }) => accuracy.y.findLast(Number.isFinite) ?? null,
  ),
  wholeFamily('validation_accuracy', 'ratio', 'Accuracy of the last evaluation', ({ validationAccuracy }) =>
    finite(validationAccuracy),
  ),
  ...paceFamilies.map(whileItGoesOn),
];

function whileItGoesOn(family: MetricFamily): MetricFamily {
  return {
    ...family,
    samples: (moment) =>
      family.samples({ ...moment, runs: moment.runs.filter(({ snapshot }) => goesOn(snapshot)) }),
  };
}

function wholeFamily(
  name: string,
  unit: MetricFamily['unit'],
  help: string,
  figureOf: (training: TrainingView) => number | null,
): MetricFamily {
  return gaugeOf(name, unit, help, ofTraining, (moment) =>
    eachTraining(moment, (training, run) => ofWhole(moment, run, figureOf(training))),
  );
}

function rankFamily(
  name: string,
  unit: MetricFamily['unit'],
  help: string,
  figureOf: (rank: RankFigures) => number | null,
): MetricFamily {
  return gaugeOf(name, unit, help, ofRank, (moment) =>
    moment.runs.flatMap((run) => ofRanks(moment, run, figureOf)),
  );
}

function gaugeOf(
  name: string,
  unit: MetricFamily['unit'],
  help: string,
  labels: MetricFamily['labels'],
  samples: MetricFamily['samples'],
): MetricFamily {
  return { name: `training.${name}`, type: 'gauge', unit, help, labels, samples };
}

/** Of its ranks where any of them tells it, else of the training as a whole. */
function wholeOrRanks(
  moment: MetricsMoment,
  wholeOf: (training: TrainingView) => number | null,
  rankOf: (rank: RankFigures) => number | null,
): MetricSample[] {
  return moment.runs.flatMap((run) => {
    const told = ofRanks(moment, run, rankOf);
    const { training } = run.snapshot;
    return told.length > 0 || training === null ? told : ofWhole(moment, run, wholeOf(training));
  });
}

function eachTraining(
  moment: MetricsMoment,
  samplesOf: (training: TrainingView, run: RunMoment, moment: MetricsMoment) => MetricSample[],
): MetricSample[] {
  return moment.runs.flatMap((run) => {
    const { training } = run.snapshot;
    return training === null ? [] : samplesOf(training, run, moment);
  });
}

function infoOf({ workload }: TrainingView, run: RunMoment, moment: MetricsMoment): MetricSample[] {
  if (workload === null) return [];
  const { backend, data, synthetic, parallel } = workload;
  const mode = parallel === undefined ? {} : { mode: parallel.mode };
  const labels = { ...workloadLabels(moment, run), backend, data, synthetic: String(synthetic), ...mode };
  return [{ labels, value: 1 }];
}

function ofWhole(moment: MetricsMoment, run: RunMoment, value: number | null): MetricSample[] {
  return value === null ? [] : [{ labels: workloadLabels(moment, run), value }];
}

function ofRanks(
  moment: MetricsMoment,
  run: RunMoment,
  figureOf: (rank: RankFigures) => number | null,
): MetricSample[] {
  const labels = workloadLabels(moment, run);
  return ranksOf(run.snapshot).flatMap((figures) => {
    const value = figureOf(figures);
    return value === null ? [] : [{ labels: { ...labels, rank: String(figures.rank) }, value }];
  });
}

function finite({ value }: Measured): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
