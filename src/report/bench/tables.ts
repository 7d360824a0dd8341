import type { BenchResult, BenchRun, Spread } from '../../analysis/bench/result.ts';
import { clean } from '../../model/clean-text.ts';
import type { Measured } from '../../model/measured.ts';
import { count, percent, quantity, shortTime, unknownMark } from '../../model/numbers.ts';

/** A table of a benchmark, as text and Markdown show it. The first column holds names, the others figures. */
export interface BenchTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where figures are from that the head does not say, and why some are not there: sentences. */
  readonly notes: readonly string[];
}

type Figure = Spread | Measured;

interface Column {
  readonly head: string;
  readonly figure: (run: BenchRun) => Figure;
  readonly format: (value: number) => string;
  /** Whether the interval stands beside it. */
  readonly interval?: true;
  /** Whether a note says where it is from. */
  readonly tellsFrom?: true;
  /** Whether it is left out where it is 0 everywhere. */
  readonly onlyAboveZero?: true;
}

const points = (value: number) => `${quantity(value * 100)}%`;

const throughput: readonly Column[] = [
  { head: 'samples/s', figure: (run) => run.samplesPerSecond, format: quantity, interval: true },
  { head: 'efficiency', figure: (run) => run.efficiency, format: percent },
  { head: 'step', figure: (run) => run.stepSeconds, format: shortTime },
  { head: 'compute', figure: (run) => run.shares.compute, format: percent },
  { head: 'of it slowed', figure: (run) => run.shares.slowed, format: percent, onlyAboveZero: true },
  { head: 'wait', figure: (run) => run.shares.wait, format: percent },
  { head: 'communicate', figure: (run) => run.shares.communicate, format: percent },
];

const learning: readonly Column[] = [
  { head: 'staleness', figure: (run) => run.staleness.mean, format: quantity },
  { head: 'its p95', figure: (run) => run.staleness.p95, format: count },
  { head: 'loss', figure: (run) => run.loss.final, format: quantity },
  { head: 'accuracy', figure: (run) => run.accuracy.final, format: points },
  { head: 'at equal time', figure: (run) => run.accuracy.atEqualSeconds, format: points, tellsFrom: true },
  { head: 'at equal samples', figure: (run) => run.accuracy.atEqualSamples, format: points, tellsFrom: true },
];

const unknown: Measured = { value: null, why: 'It is not told of a training of warpwatch’s own.' };

const program: readonly Column[] = [
  { head: 'time', figure: ({ program }) => program?.seconds ?? unknown, format: shortTime, interval: true },
  {
    head: 'steps/s',
    figure: ({ program }) => program?.stepsPerSecond ?? unknown,
    format: quantity,
    interval: true,
  },
  { head: 'util', figure: ({ program }) => program?.util ?? unknown, format: percent },
  { head: 'smActive', figure: ({ program }) => program?.smActive ?? unknown, format: percent },
];

/** Tables by what they tell: programs, throughput, learning, and the replicas of runs with a straggler. */
export function benchTables({ runs, simulated }: BenchResult): BenchTable[] {
  const titled = (title: string) => (simulated ? `${title} (simulated)` : title);
  return [
    runTable(
      titled('program'),
      program,
      runs.filter((run) => run.program !== undefined),
    ),
    runTable(titled('throughput'), throughput, runs),
    runTable(titled('learning'), learning, runs),
    ...runs
      .filter(({ perReplica }) => perReplica.some(({ straggler }) => straggler))
      .map((run) => replicaTable(titled(clean(run.label)), run)),
  ].filter(({ rows }) => rows.length > 0);
}

/** Columns that no run knows are left out, with the reason as a note. */
function runTable(title: string, columns: readonly Column[], runs: readonly BenchRun[]): BenchTable {
  const isTold = ({ figure, onlyAboveZero }: Column) =>
    runs.some((run) => figure(run).value !== null && !(onlyAboveZero && figure(run).value === 0));
  const told = columns.filter(isTold);
  const heads = told.flatMap(({ head, interval }) => (interval ? [head, '95 % interval'] : [head]));
  const rows = runs.map((run) => [
    clean(run.label),
    ...told.flatMap(({ figure, format, interval }) => cellsOf(figure(run), format, interval)),
  ]);
  const notes = new Map<string, string>();
  for (const { about, text } of columns.flatMap((column) => notesOf(column, runs))) {
    // What holds for a column and the next one is said once.
    if (!notes.has(text)) notes.set(text, `${about}: ${text}`);
  }
  return { heads: [title, ...heads], rows: told.length === 0 ? [] : rows, notes: [...notes.values()] };
}

function cellsOf(figure: Figure, format: (value: number) => string, interval: true | undefined): string[] {
  if (figure.value === null) return interval ? [unknownMark, ''] : [unknownMark];
  if (!interval) return [format(figure.value)];
  const { low = null, high = null } = 'low' in figure ? figure : {};
  return [format(figure.value), low === null || high === null ? '' : `${format(low)} to ${format(high)}`];
}

interface Note {
  readonly about: string;
  readonly text: string;
}

function notesOf({ head, figure, tellsFrom }: Column, runs: readonly BenchRun[]): Note[] {
  const whys = new Map<string, BenchRun[]>();
  let from = '';
  for (const run of runs) {
    const told = figure(run);
    if (told.value === null) whys.set(told.why, [...(whys.get(told.why) ?? []), run]);
    else from ||= told.from.split(';')[0] ?? '';
  }
  const missing = [...whys].map(([why, ofRuns]) => {
    const whose = ofRuns.length === runs.length ? '' : ` of ${namesOf(ofRuns, runs)}`;
    return { about: `${head}${whose}`, text: clean(why) };
  });
  return [...(tellsFrom && from !== '' ? [{ about: head, text: from }] : []), ...missing];
}

/** The mode alone where all of its runs are meant, and there are several. */
function namesOf(some: readonly BenchRun[], all: readonly BenchRun[]): string {
  const [first] = some;
  const ofMode = all.filter(({ mode }) => mode === first?.mode);
  const isMode =
    some.length > 1 && some.length === ofMode.length && some.every((run) => ofMode.includes(run));
  return isMode ? clean(first?.mode ?? '') : some.map(({ label }) => clean(label)).join(' and ');
}

function replicaTable(title: string, { perReplica }: BenchRun): BenchTable {
  const share = (figure: Measured) => cellsOf(figure, percent, undefined);
  return {
    heads: [title, 'device', 'steps', 'samples/s', 'compute', 'wait', 'communicate', ''],
    rows: perReplica.map((row) => [
      `replica ${row.replica}`,
      clean(row.device),
      String(row.steps),
      ...cellsOf(row.samplesPerSecond, quantity, undefined),
      ...[row.compute, row.wait, row.communicate].flatMap(share),
      row.straggler ? 'the others wait for it' : '',
    ]),
    notes: [],
  };
}
