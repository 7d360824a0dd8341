import { shortKernelName } from '../../analysis/kernel-names/short-name.ts';
import { type KernelRow, kernelTable } from '../../analysis/kernels.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import { integer, type RowColumn, rowBatches, type Table, unixNs } from './table.ts';

const kernelColumns: readonly RowColumn<KernelRow>[] = [
  { name: 'device', type: 'text', runs: 'repeat', of: ({ device }) => device },
  { name: 'name', type: 'text', runs: 'vary', of: ({ name }) => name },
  { name: 'shortName', type: 'text', runs: 'vary', of: ({ name }) => shortKernelName(name) },
  { name: 'category', type: 'text', runs: 'repeat', of: ({ category }) => category },
  { name: 'calls', type: 'integer', runs: 'vary', of: ({ calls }) => integer(calls) },
  { name: 'totalSeconds', type: 'real', runs: 'vary', of: ({ totalSeconds }) => totalSeconds },
  { name: 'meanSeconds', type: 'real', runs: 'vary', of: ({ meanSeconds }) => meanSeconds },
  { name: 'share', type: 'real', runs: 'vary', of: ({ share }) => share },
  { name: 'flopsPerSecond', type: 'real', runs: 'vary', of: ({ flopsPerSecond }) => flopsPerSecond.value },
  { name: 'peakShare', type: 'real', runs: 'vary', of: ({ peakShare }) => peakShare.value },
  { name: 'bytesPerSecond', type: 'real', runs: 'vary', of: ({ bytesPerSecond }) => bytesPerSecond.value },
];

/** One row a kernel name and device: sums over the whole run. */
export const kernels: Table = {
  id: 'kernels',
  describes: 'one row a kernel and device: calls, time, share',
  columns: kernelColumns,
  batches: (timeline, mostRows) => rowBatches(kernelTable(timeline), kernelColumns, mostRows),
};

interface Dated<Row> {
  readonly timeline: Timeline;
  readonly row: Row;
}

const stepColumns: readonly RowColumn<Dated<Step>>[] = [
  { name: 'rank', type: 'integer', runs: 'repeat', of: ({ row }) => integer(row.rank) },
  { name: 'number', type: 'integer', runs: 'vary', of: ({ row }) => integer(row.number) },
  {
    name: 'startNs',
    type: 'integer',
    runs: 'ascend',
    of: ({ timeline, row }) => unixNs(timeline, row.startNs),
  },
  { name: 'durationNs', type: 'integer', runs: 'vary', of: ({ row }) => integer(row.endNs - row.startNs) },
  { name: 'samples', type: 'integer', runs: 'repeat', of: ({ row }) => integer(row.samples) },
];

/** One row a step of the training. */
export const steps: Table = {
  id: 'steps',
  describes: 'one row a training step',
  columns: stepColumns,
  batches: (timeline, mostRows) => rowBatches(dated(timeline, timeline.steps), stepColumns, mostRows),
};

interface Sample {
  readonly device: string | null;
  readonly metric: string;
  readonly from: string;
  readonly timeNs: bigint | null;
  readonly value: number;
}

const sampleColumns: readonly RowColumn<Sample>[] = [
  { name: 'device', type: 'text', runs: 'repeat', of: ({ device }) => device },
  { name: 'metric', type: 'text', runs: 'repeat', of: ({ metric }) => metric },
  { name: 'from', type: 'text', runs: 'repeat', of: ({ from }) => from },
  { name: 'timeNs', type: 'integer', runs: 'ascend', of: ({ timeNs }) => timeNs },
  { name: 'value', type: 'real', runs: 'vary', of: ({ value }) => value },
];

/** One row a sample of any series. A value that was measured as NaN, such as a loss, stays NaN. */
export const samples: Table = {
  id: 'samples',
  describes: 'one row a sample of a figure over time',
  columns: sampleColumns,
  batches: (timeline, mostRows) => rowBatches(samplesOf(timeline), sampleColumns, mostRows),
};

function* dated<Row>(timeline: Timeline, rows: Iterable<Row>): Generator<Dated<Row>> {
  for (const row of rows) yield { timeline, row };
}

function* samplesOf(timeline: Timeline): Generator<Sample> {
  for (const { series, timesNs, values } of timeline.series) {
    for (const [at, timeNs] of timesNs.entries())
      yield { ...series, timeNs: unixNs(timeline, timeNs), value: values[at] ?? Number.NaN };
  }
}
