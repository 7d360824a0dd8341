import { absent, known, type Measured } from '../../model/measured.ts';
import type { TrainingView } from '../snapshot.ts';
import { meanOf, totalOf } from '../statistics.ts';
import type { TrainingDraft } from './drafts.ts';
import type { HostDraft } from './join-hosts.ts';
import type { TrainingMetric } from './training-metrics.ts';

const noCurve = Object.freeze({ x: [], y: [] });
const notTold = Object.freeze(absent('The training does not tell it.'));

/** A training by its name; what is made up says so. */
export function trainingWords(name: string, synthetic: boolean): string {
  return synthetic ? `${name} (synthetic data)` : name;
}

/** What a host trains; what is made up says so. '' where it trains nothing. */
export function trainingTitle({ targets }: HostDraft): string {
  const trainings = targets.flatMap((target) => [...target.trainings.values()]);
  const words = trainings.map(({ workload, run, synthetic }) =>
    trainingWords(workload || run || 'a training', synthetic),
  );
  return [...new Set(words)].join(', ');
}

/** The training of a host that has made the most steps; null where none tells of steps. */
export function mainTraining({ targets }: HostDraft): TrainingDraft | null {
  const [most] = targets
    .flatMap(({ trainings }) => [...trainings.values()])
    .filter(({ values }) => values.has('steps'))
    .sort((one, other) => mean(other, 'steps') - mean(one, 'steps'));
  return most ?? null;
}

/** The present of a host's training. */
export function fleetTraining(host: HostDraft): TrainingView | null {
  const training = mainTraining(host);
  if (training === null) return null;
  const wait = mean(training, 'inputWait');
  return {
    workload: null,
    step: Math.round(mean(training, 'steps')),
    progress: null,
    secondsLeft: null,
    stepSeconds: measured(mean(training, 'stepSeconds')),
    // Ranks tell each their own share of the whole.
    samplesPerSecond: measured(totalOf(told(training, 'samplesPerSecond'))),
    loss: point(training, 'loss'),
    accuracy: point(training, 'accuracy'),
    validationAccuracy: measured(mean(training, 'validationAccuracy')),
    precision: null,
    lossParts: [],
    learningRate: measured(mean(training, 'learningRate')),
    input: Number.isFinite(wait) ? { waitShare: wait, queueDepth: null, queueCapacity: null } : null,
    phases: [],
  };
}

/** A curve of the present alone. */
function point(training: TrainingDraft, metric: TrainingMetric): TrainingView['loss'] {
  return training.values.has(metric)
    ? { x: [mean(training, 'steps')], y: [mean(training, metric)] }
    : noCurve;
}

/** Of all ranks; NaN where none tells it. */
function mean(training: TrainingDraft, metric: TrainingMetric): number {
  return meanOf(told(training, metric));
}

/** What its ranks tell, or it as a whole; NaN alone where none does. */
function told({ values }: TrainingDraft, metric: TrainingMetric): readonly number[] {
  return [...(values.get(metric)?.values() ?? [Number.NaN])];
}

function measured(value: number): Measured {
  return Number.isFinite(value) ? known(value, 'warpwatch') : notTold;
}
