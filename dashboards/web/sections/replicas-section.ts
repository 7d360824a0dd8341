import type { ReplicaFigures, ReplicasView } from '../../../src/analysis/replica-view.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { count, quantity, shortTime } from '../../../src/model/numbers.ts';
import { groupText, stragglersText } from '../../../src/model/parallel-text.ts';
import { element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { reasons } from './idle-section.ts';
import { shareCells, shareHeads, shareLegend } from './shares.ts';
import { entryOf, simpleTable } from './simple-table.ts';
import { anyStale, stalenessTable } from './staleness.ts';

/** The replicas of a data-parallel training: where the time of their steps goes, and who waits for whom. */
export function replicasSection(view: ReplicasView): HTMLElement {
  const { parallel, rows, staleness, verdict, samplesPerSecond, meanStaleness } = view;
  const together = [
    groupText(parallel),
    stragglersText(parallel.stragglers),
    isKnown(samplesPerSecond) ? `${quantity(samplesPerSecond.value)} samples/s together` : '',
    isKnown(meanStaleness) ? `mean staleness ${quantity(meanStaleness.value)}` : '',
  ].filter((part) => part !== '');
  return section(
    'replicas',
    'Replicas',
    downloadButton('replicas', 'the replicas', () => replicasSheet(rows)),
    element('p', {}, together.join(' · ')),
    verdict === '' ? null : element('p', {}, verdict),
    ...rows
      .filter(({ message }) => message !== '')
      .map(({ replica, state, message }) => note(`Replica ${replica} ${state}: ${message}`)),
    shareLegend(rows),
    simpleTable(
      'Replicas',
      ['replica', ...shareHeads, 'samplesPerSecond', 'stepSeconds', 'steps', 'staleness', 'loss', 'devices'],
      rows.map((row) => [
        nameOf(row),
        ...shareCells(row),
        entryOf(row.samplesPerSecond, quantity),
        entryOf(row.stepSeconds, shortTime),
        count(row.steps),
        entryOf(row.meanStaleness, quantity),
        entryOf(row.loss, quantity),
        row.devices.join(', '),
      ]),
    ),
    ...reasons(
      rows.flatMap((row) => [
        row.compute,
        row.samplesPerSecond,
        row.stepSeconds,
        row.meanStaleness,
        row.loss,
      ]),
    ),
    ...(anyStale(staleness)
      ? [element('h3', {}, 'Staleness of updates'), stalenessTable('Staleness of updates', staleness)]
      : []),
  );
}

function nameOf({ replica, state, straggler }: ReplicaFigures): string {
  const marks = [straggler ? 'straggler' : '', state === 'failed' || state === 'lost' ? state : ''].filter(
    (mark) => mark !== '',
  );
  return marks.length === 0 ? `replica ${replica}` : `replica ${replica} (${marks.join(', ')})`;
}

function replicasSheet(rows: readonly ReplicaFigures[]) {
  const figures = [
    'samplesPerSecond',
    'stepSeconds',
    'compute',
    'wait',
    'communicate',
    'slowed',
    'meanStaleness',
    'loss',
  ] as const;
  return {
    head: ['replica', 'devices', 'state', 'message', 'steps', ...figures, 'straggler'],
    rows: rows.map((row) => [
      row.replica,
      row.devices.join(' '),
      row.state,
      row.message,
      row.steps,
      ...figures.map((name) => row[name].value),
      row.straggler,
    ]),
  };
}
