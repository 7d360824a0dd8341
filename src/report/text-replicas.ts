import { clean } from '../model/clean-text.ts';
import { count, measuredText, percent, plural, quantity, shortTime, unknownMark } from '../model/numbers.ts';
import { groupText, stragglersText } from '../model/parallel-text.ts';
import type { Report } from './report.ts';
import { textTable } from './text-table.ts';

type Replicas = NonNullable<Report['replicas']>;
type Row = Replicas['rows'][number];

export const replicaHeads = [
  'replica',
  'devices',
  'steps',
  'samples/s',
  'step',
  'compute',
  'of it slowed',
  'wait',
  'communicate',
  'staleness',
  'loss',
  '',
] as const;

/** The cells of a replica's row, in the order of the heads. */
export function replicaCells(row: Row): string[] {
  return [
    String(row.replica),
    row.devices.length === 0 ? unknownMark : row.devices.map(clean).join(' '),
    count(row.steps),
    measuredText(row.samplesPerSecond, quantity),
    measuredText(row.stepSeconds, shortTime),
    ...[row.compute, row.slowed, row.wait, row.communicate].map((share) => measuredText(share, percent)),
    measuredText(row.meanStaleness, quantity),
    measuredText(row.loss, quantity),
    standing(row),
  ];
}

/** What stands out about a replica. */
function standing({ state, message, straggler }: Row): string {
  const said = message === '' ? '' : `: ${clean(message)}`;
  if (state === 'failed' || state === 'lost') return `${state}${said}`;
  return straggler ? 'the others wait for it' : '';
}

/** The group, its throughput and its verdict, a sentence each. */
export function replicaSentences(replicas: Replicas): string[] {
  const { parallel, samplesPerSecond, staleness, meanStaleness, verdict } = replicas;
  const group = [groupText(parallel), stragglersText(parallel.stragglers)].filter((part) => part !== '');
  const updates = staleness.reduce((sum, row) => sum + row.updates, 0);
  const most = staleness.at(-1)?.staleness ?? 0;
  const late =
    meanStaleness.value === null
      ? meanStaleness.why
      : `${plural(updates, 'update')}, ${quantity(meanStaleness.value)} others late on average, ${count(most)} at most.`;
  return [
    `${clean(group.join(' · '))}: ${samplesPerSecond.value === null ? samplesPerSecond.why : `${quantity(samplesPerSecond.value)} samples/s`}`,
    ...(parallel.mode === 'async' || most > 0 || meanStaleness.value === null ? [late] : []),
    ...(verdict === '' ? [] : [clean(verdict)]),
  ];
}

/** The replicas of a training as a table; '' where it has none. */
export function replicasText({ replicas }: Report): string {
  if (replicas === null) return '';
  const [group = '', ...sentences] = replicaSentences(replicas);
  return [
    group,
    textTable([replicaHeads, ...replicas.rows.map(replicaCells)], [1, replicaHeads.length - 1]),
    ...sentences.map((sentence) => `  ${sentence}`),
  ].join('\n');
}
