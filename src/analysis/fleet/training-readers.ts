import { type Labels, labelOf } from '../../model/labelled.ts';
import type { Finding, Severity } from '../advice/finding.ts';
import { advice } from '../advice/index.ts';
import type { TargetDraft, TrainingDraft } from './drafts.ts';
import { tidy } from './labels.ts';
import type { MetricReader } from './readers.ts';
import { type TrainingMetric, trainingMetricNames } from './training-metrics.ts';

/** More of one host are not told apart on a screen. */
const mostTrainings = 32;
const mostFindings = 64;
/** More of one machine are a mistake, or an attack. */
const mostRanks = 1024;

const titles: ReadonlyMap<string, string> = new Map(advice.map(({ id, looksFor }) => [id, looksFor]));
const severities: readonly string[] = ['ok', 'warn', 'recheck'] satisfies readonly Severity[];

/** What `warpwatch serve` tells of trainings, and what it finds. */
export const trainingReaders: readonly MetricReader[] = [
  ...trainingMetricNames.map(
    ([metric, name]): MetricReader => ({
      name,
      exporter: 'warpwatch',
      overview: metric === 'steps' || metric === 'samplesPerSecond',
      ofTarget: (target, labels, value) => add(target, labels, metric, value),
    }),
  ),
  {
    name: 'warpwatch_training_info',
    exporter: 'warpwatch',
    overview: true,
    ofTarget: (target, labels) => {
      const training = trainingOf(target, labels);
      if (training === null) return;
      training.backend = tidy(labelOf(labels, 'backend'));
      training.data = tidy(labelOf(labels, 'data'));
      training.synthetic = labelOf(labels, 'synthetic') === 'true';
    },
  },
  {
    name: 'warpwatch_finding',
    exporter: 'warpwatch',
    overview: true,
    ofTarget: ({ findings }, labels, value) => {
      if (value !== 1 || findings.size >= mostFindings) return;
      findings.set(`${labelOf(labels, 'run')}\n${labelOf(labels, 'finding')}`, findingOf(labels));
    },
  },
];

function add(target: TargetDraft, labels: Labels, metric: TrainingMetric, value: number): void {
  const training = trainingOf(target, labels);
  if (training === null) return;
  const ranks = training.values.get(metric) ?? new Map<string, number>();
  training.values.set(metric, ranks);
  if (ranks.size < mostRanks) ranks.set(labelOf(labels, 'rank'), value);
}

function trainingOf({ trainings }: TargetDraft, labels: Labels): TrainingDraft | null {
  const run = tidy(labelOf(labels, 'run'));
  const known = trainings.get(run);
  if (known !== undefined) return known;
  if (trainings.size >= mostTrainings) return null;
  const workload = tidy(labelOf(labels, 'workload'));
  const training = { run, workload, backend: '', data: '', synthetic: false, values: new Map() };
  trainings.set(run, training);
  return training;
}

function findingOf(labels: Labels): Finding {
  const id = tidy(labelOf(labels, 'finding'));
  const run = tidy(labelOf(labels, 'run'));
  const severity = labelOf(labels, 'severity');
  const title = titles.get(id);
  return {
    id,
    severity: isSeverity(severity) ? severity : 'warn',
    title: title === undefined ? id : `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`,
    evidence: `Found by warpwatch on that host${run === '' ? '' : ` in ${run}`}; its own \`warpwatch top\` gives the numbers.`,
    remedy: '',
  };
}

function isSeverity(text: string): text is Severity {
  return severities.includes(text);
}
