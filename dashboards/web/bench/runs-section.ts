import type { BenchResult, BenchRun, Spread } from '../../../src/analysis/bench/result.ts';
import { percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import { element, note, section, term } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { reasons } from '../sections/idle-section.ts';
import { type Entry, entryOf, simpleTable } from '../sections/simple-table.ts';
import { headingOf } from './heading.ts';
import { runStyles } from './run-style.ts';
import { barEntry, reachOf, spreadEntry } from './spread.ts';

/** Throughput of each run with its interval, and what was learned by then. */
export function runsSection(result: BenchResult): HTMLElement {
  const { runs } = result;
  if (runs.length === 0)
    return section('runs', headingOf('Runs', result), null, note('No run came to its end.'));
  const names = runNames(runs);
  const most = reachOf(runs.map(({ samplesPerSecond }) => samplesPerSecond));
  const throughput = runs.map((run, at) => [
    names[at] as Node,
    barEntry(run.samplesPerSecond, most, quantity),
    spreadEntry(run.efficiency, percent),
    spreadEntry(run.stepSeconds, shortTime),
    entryOf(run.staleness.mean, quantity),
  ]);
  const learned = runs.map(({ label, loss, accuracy }): Entry[] => [
    label,
    spreadEntry(loss.final, quantity),
    spreadEntry(accuracy.final, percent),
    spreadEntry(accuracy.atEqualSeconds, percent),
    spreadEntry(accuracy.atEqualSamples, percent),
  ]);
  const learns = runs.some(
    ({ loss, accuracy }) => loss.final.value !== null || accuracy.final.value !== null,
  );
  return section(
    'runs',
    headingOf('Runs', result),
    downloadButton('runs', 'the runs', () => runsSheet(runs)),
    element('p', { class: 'note' }, roundsText(result), term('interval', 'interval'), '.'),
    simpleTable(
      'Throughput of runs',
      ['run', 'samplesPerSecond', 'efficiency', 'stepSeconds', 'staleness'],
      throughput,
    ),
    ...(learns
      ? [
          simpleTable(
            'What runs learned',
            ['run', 'finalLoss', 'finalAccuracy', 'atEqualSeconds', 'atEqualSamples'],
            learned,
          ),
        ]
      : []),
    ...reasons([
      ...runs.flatMap(({ samplesPerSecond, efficiency }) => [samplesPerSecond, efficiency]),
      ...runs.map(({ staleness }) => staleness.mean),
      ...runs.flatMap(({ loss, accuracy }) => [
        loss.final,
        accuracy.final,
        accuracy.atEqualSeconds,
        accuracy.atEqualSamples,
      ]),
    ]),
  );
}

function roundsText({ simulated, settings: { rounds } }: BenchResult): string {
  if (simulated) return 'Simulated figures; small numbers are the ends of their ';
  return rounds === 1
    ? 'Of one round each, which tells nothing of their '
    : `Medians over ${rounds} rounds; small numbers and whiskers are the ends of their `;
}

/** Labels with the mark that their lines have in charts. */
function runNames(runs: readonly BenchRun[]): Node[] {
  return runStyles(runs).map(({ colour }, at) => {
    const mark = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    mark.style.background = `var(${colour})`;
    const run = runs[at];
    const settings = run?.modeSettings ?? '';
    return element(
      'span',
      {},
      mark,
      run?.label ?? '',
      settings === '' ? null : element('small', { class: 'ends' }, ` ${settings}`),
    );
  });
}

const spreads = {
  samplesPerSecond: (run: BenchRun) => run.samplesPerSecond,
  efficiency: (run: BenchRun) => run.efficiency,
  stepSeconds: (run: BenchRun) => run.stepSeconds,
  finalLoss: (run: BenchRun) => run.loss.final,
  finalAccuracy: (run: BenchRun) => run.accuracy.final,
  accuracyAtEqualSeconds: (run: BenchRun) => run.accuracy.atEqualSeconds,
  accuracyAtEqualSamples: (run: BenchRun) => run.accuracy.atEqualSamples,
} as const satisfies Readonly<Record<string, (run: BenchRun) => Spread>>;

function runsSheet(runs: readonly BenchRun[]) {
  const columns = Object.entries(spreads);
  return {
    head: [
      'run',
      'mode',
      'replicas',
      ...columns.flatMap(([name]) => [name, `${name}Low`, `${name}High`]),
      'meanStaleness',
    ],
    rows: runs.map((run) => [
      run.label,
      run.mode,
      run.replicas,
      ...columns.flatMap(([, spreadOf]) => {
        const spread = spreadOf(run);
        return spread.value === null ? [null, null, null] : [spread.value, spread.low, spread.high];
      }),
      run.staleness.mean.value,
    ]),
  };
}
