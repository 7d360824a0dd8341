import type { BenchResult, RoundRow } from '../../../src/analysis/bench/result.ts';
import { count, percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import { note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { type Entry, entryOf, simpleTable } from '../sections/simple-table.ts';

/** Every single run as it was recorded; null where nothing was. */
export function roundsSection({ runs }: BenchResult): HTMLElement | null {
  const rounds = runs.flatMap(({ label, rounds: own }) => own.map((round) => ({ label, round })));
  if (rounds.length === 0) return null;
  const rows = rounds.map(({ label, round }): Entry[] => [
    `${label} · round ${round.round}`,
    round.outcome,
    entryOf(round.samplesPerSecond, quantity),
    entryOf(round.efficiency, percent),
    entryOf(round.seconds, shortTime),
    round.samples === null ? { why: 'The program does not tell its samples.' } : count(round.samples),
    entryOf(round.finalLoss, quantity),
    entryOf(round.accuracy, percent),
    checksums(round),
    round.recording,
  ]);
  const sheet = () => ({
    head: [
      'run',
      'round',
      'recording',
      'outcome',
      'message',
      'samplesPerSecond',
      'efficiency',
      'seconds',
      'samples',
      'finalLoss',
      'accuracy',
    ],
    rows: rounds.map(({ label, round }) => [
      label,
      round.round,
      round.recording,
      round.outcome,
      round.message,
      round.samplesPerSecond.value,
      round.efficiency.value,
      round.seconds.value,
      round.samples,
      round.finalLoss.value,
      round.accuracy.value,
    ]),
  });
  return section(
    'rounds',
    'Rounds',
    downloadButton('rounds', 'the rounds', sheet),
    simpleTable(
      'Rounds',
      [
        'round',
        'outcome',
        'samplesPerSecond',
        'efficiency',
        'time',
        'samples',
        'finalLoss',
        'accuracy',
        'parameters',
        'recording',
      ],
      rows,
    ),
    ...rounds
      .filter(({ round }) => round.message !== '')
      .map(({ label, round }) => note(`${label}, round ${round.round}: ${round.message}`)),
  );
}

/** The checksum of the parameters that all replicas ended with, or that they differ. */
function checksums({ parameterChecksums }: RoundRow): Entry {
  const told = new Set(parameterChecksums.filter((checksum) => checksum !== null));
  const [first] = told;
  if (first === undefined) return { why: 'The replicas did not tell the checksum of their parameters.' };
  return told.size === 1 ? first.toString(16).padStart(8, '0') : `${told.size} that differ`;
}
