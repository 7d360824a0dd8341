import { dashboard, labelVariable } from './dashboard.ts';
import { colours, yesNo } from './fields.ts';
import type { PanelContent } from './model.ts';
import { type CurvesPanel, curves, states, table } from './panels.ts';
import { legends, ofRun, rate, saidIfSynthetic } from './queries.ts';

/** From where warpwatch calls waiting for input worth a person's time, and where the alert InputBound begins. */
const inputThresholds = colours('green', [0.1, 'orange'], [0.2, 'red']);

/** Curves of one figure of the chosen runs; synthetic data are called so in their names. */
function trainingPanel(
  metric: string,
  panel: Omit<CurvesPanel, 'queries'>,
  legend: string = legends.run,
): PanelContent {
  return curves({ ...panel, queries: [{ expr: saidIfSynthetic(ofRun(metric)), legend }] });
}

const runs = table({
  title: 'Runs',
  description:
    'Trainings that are recorded now: what they are, on which backend and data. Throughput and loss on SYNTHETIC data say how fast the machine is, not how good the model.',
  labels: ['host', 'run', 'workload', 'backend', 'mode', 'data', 'synthetic'],
  sortBy: 'run',
  columns: [
    {
      name: 'recorded',
      unit: 'none',
      words: yesNo(['now', 'green'], ['no', 'text']),
      expr: `max by (host, run, workload, backend, mode, data, synthetic) (${ofRun('training_info')})`,
    },
  ],
});

const findings = table({
  title: 'Findings',
  description:
    'What warpwatch finds of these runs; `warpwatch report` on the recording gives the evidence and what to try. None is not the same as good: what is not reported is not judged.',
  labels: ['host', 'run', 'finding', 'severity'],
  sortBy: 'holds',
  columns: [
    {
      name: 'holds',
      unit: 'none',
      words: yesNo(['now', 'orange'], ['not', 'green']),
      expr: `max by (host, run, finding, severity) (${ofRun('finding')})`,
    },
  ],
});

const pace = [
  trainingPanel(
    'training_samples_per_second',
    {
      title: 'Samples a second',
      description:
        'What all else is for: samples over the time spent in steps, by rank where ranks tell it. Judge each change of a program by this, not by util.',
      unit: 'short',
      min: 0,
    },
    legends.rank,
  ),
  trainingPanel(
    'training_step_seconds',
    {
      title: 'Step time',
      description:
        'Mean of the last steps, by rank. Ranks that average their gradients go at the pace of the slowest; steps that grow longer over hours point to heat or to input.',
      unit: 's',
      min: 0,
    },
    legends.rank,
  ),
  curves({
    title: 'Steps a second',
    description:
      'From the count of steps, pauses for checkpoints and evaluations included. Far below 1 / step time: time goes between steps.',
    unit: 'short',
    min: 0,
    queries: [{ expr: saidIfSynthetic(rate(ofRun('training_steps_total'))), legend: legends.rank }],
  }),
];

const learning = [
  trainingPanel(
    'training_loss',
    {
      title: 'Loss',
      description:
        'Loss of the last step, by rank where ranks tell it. A gap is a loss that is no number, or a run that has ended: the alert LossNotFinite tells which. Flat for long: see the findings.',
      unit: 'short',
    },
    legends.rank,
  ),
  curves({
    title: 'Accuracy',
    description:
      'Accuracy on the batches of training, and on data that it has not seen. The first far above the second: the model learns its samples by heart.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      { expr: saidIfSynthetic(ofRun('training_accuracy_ratio')), legend: `training ${legends.run}` },
      {
        expr: saidIfSynthetic(ofRun('training_validation_accuracy_ratio')),
        legend: `validation ${legends.run}`,
      },
    ],
  }),
  trainingPanel('training_learning_rate', {
    title: 'Learning rate',
    description:
      'What the schedule has come to. Set it beside the loss: a loss that jumps where it is highest asks for less.',
    unit: 'short',
    min: 0,
  }),
];

const whereStepsGo = [
  trainingPanel(
    'training_compute_ratio',
    {
      title: 'Computing',
      description:
        'Share of the time of steps that each rank computes; of programs whose kernels tell it, of the time of its GPUs. What the rest goes to is beside it.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    legends.rank,
  ),
  trainingPanel(
    'training_wait_ratio',
    {
      title: 'Waiting for others',
      description:
        'Share of the time of steps that each rank waits for the others. The rank that waits least is the one that all wait for.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    legends.rank,
  ),
  trainingPanel(
    'training_communication_ratio',
    {
      title: 'Communicating',
      description:
        'Share of the time of steps that gradients or parameters travel and nothing is computed; of programs whose kernels tell it, of the time of its GPUs, also under computing kernels. Large: larger batches, buckets that overlap with the backward pass, or a faster link.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    legends.rank,
  ),
  states({
    title: 'Who is waited for',
    description:
      'The rank that keeps the others waiting. Compare clocks, heat and load of its host with those of the others, or take it out.',
    queries: [{ expr: saidIfSynthetic(ofRun('training_straggler')), legend: legends.rank }],
    words: yesNo(['waited for', 'orange'], ['keeps up', 'green']),
  }),
];

const deviceWork = [
  trainingPanel('training_input_wait_ratio', {
    title: 'Waiting for input',
    description:
      'Share of the time of steps in which the next batch was not ready. From 10 % on more loader workers and prefetching pay; from 20 % on an alert says so.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    thresholds: inputThresholds,
  }),
  curves({
    title: 'Kernel time by category',
    description:
      'Seconds of kernels a second, by what they do; above 100 % kernels run side by side. Much copy or elementwise: fuse kernels or change the layout; much communication: see who waits above.',
    unit: 'percentunit',
    min: 0,
    stacked: true,
    queries: [
      {
        expr: `sum by (host, run, category, made) (${saidIfSynthetic(rate(ofRun('kernel_seconds_total')))})`,
        legend: '{{category}} · {{run}} {{made}}',
      },
    ],
  }),
  curves({
    title: 'Records lost',
    description:
      'Records a second that this recording lost. More than 0: kernel times and what follows from them are too low meanwhile.',
    unit: 'none',
    min: 0,
    queries: [{ expr: rate(ofRun('lost_records_total')), legend: '{{host}} {{run}}' }],
  }),
];

/** What every run has, whatever else it tells; it may be of a host that only shares a directory with one that serves. */
const everyRun = 'warpwatch_lost_records_total';

export const jobsDashboard = dashboard({
  uid: 'warpwatch-jobs',
  title: 'warpwatch / Jobs',
  description: 'Trainings and other recorded programs: their pace, where their steps go, what holds them up.',
  variables: [
    labelVariable('host', 'Host', `${everyRun}{run!=""}`),
    labelVariable('run', 'Run', `${everyRun}{host=~"$host", run!=""}`),
  ],
  rows: [
    { title: 'What runs', height: 7, panels: [runs, findings] },
    { title: 'Pace', height: 8, panels: pace },
    { title: 'Learning', height: 8, panels: learning },
    { title: 'Where the time of steps goes, by rank', height: 8, panels: whereStepsGo },
    { title: 'Input and kernels', height: 8, panels: deviceWork },
  ],
});
