import type { BenchResult, BenchRun } from '../../../src/analysis/bench/result.ts';
import { count, quantity } from '../../../src/model/numbers.ts';
import { element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { reasons } from '../sections/idle-section.ts';
import { shareCells, shareHeads, shareLegend } from '../sections/shares.ts';
import { entryOf, simpleTable } from '../sections/simple-table.ts';
import { headingOf } from './heading.ts';

/** More rows are no longer read; the download has all of them. */
const mostReplicas = 64;

/** Where the time of steps goes, by run and by replica. */
export function sharesSection(result: BenchResult): HTMLElement | null {
  const { runs } = result;
  const heading = headingOf('Where the time goes', result);
  const told = runs.filter(({ shares }) => shares.compute.value !== null);
  if (told.length === 0) {
    const why = runs.flatMap(({ shares }) => reasons([shares.compute]));
    return runs.length === 0 ? null : section('shares', heading, null, why[0] ?? null);
  }
  const replicas = runs.flatMap((run) => run.perReplica.map((replica) => ({ run, replica })));
  const listed = replicas.slice(0, mostReplicas);
  return section(
    'shares',
    heading,
    downloadButton('replicas', 'the figures of all replicas', () => replicasSheet(runs)),
    shareLegend(told.map(({ shares }) => shares)),
    simpleTable(
      'Time of steps by run',
      ['run', ...shareHeads],
      runs.map(({ label, shares }) => [label, ...shareCells(shares)]),
    ),
    ...(listed.length === 0
      ? []
      : [
          element('h3', {}, 'By replica'),
          simpleTable(
            'Time of steps by replica',
            ['replica', ...shareHeads, 'samplesPerSecond', 'steps', 'device'],
            listed.map(({ run, replica }) => [
              `${run.label} · replica ${replica.replica}${replica.straggler ? ' (straggler)' : ''}`,
              ...shareCells(replica),
              entryOf(replica.samplesPerSecond, quantity),
              count(replica.steps),
              replica.device,
            ]),
          ),
        ]),
    replicas.length > mostReplicas
      ? note(
          `The first ${mostReplicas} of ${count(replicas.length)} replicas are listed; the download has all of them.`,
        )
      : null,
  );
}

function replicasSheet(runs: readonly BenchRun[]) {
  return {
    head: [
      'run',
      'replica',
      'device',
      'steps',
      'samplesPerSecond',
      'compute',
      'wait',
      'communicate',
      'straggler',
    ],
    rows: runs.flatMap(({ label, perReplica }) =>
      perReplica.map((row) => [
        label,
        row.replica,
        row.device,
        row.steps,
        row.samplesPerSecond.value,
        row.compute.value,
        row.wait.value,
        row.communicate.value,
        row.straggler,
      ]),
    ),
  };
}
