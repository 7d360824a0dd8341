import type { KernelLaunchRow } from '../../../src/analysis/details.ts';
import type { KernelRow } from '../../../src/analysis/kernels.ts';
import type { Occupancy } from '../../../src/analysis/occupancy/occupancy-of.ts';
import { registersOf, sharedBytesOf } from '../../../src/model/activity.ts';
import { isKnown, known, type Measured } from '../../../src/model/measured.ts';
import { byteSize, count, percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import { limiterOf, wavesText } from '../../model/kernel-rows.ts';
import { figureColumn, type LiveColumn } from './live-table.ts';
import { type Figure, figureOf, shareOf, textOf, unknown } from './told.ts';

const giga = 1e9;

/**
 * The columns of the kernel table: those of arithmetic, or of occupancy, give way where no kernel has them.
 * @param open what pressing a name does
 */
export function kernelColumns(
  rows: readonly KernelRow[],
  open: (row: KernelRow) => void,
): LiveColumn<KernelRow>[] {
  const several = new Set(rows.map(({ device }) => device)).size > 1;
  const filled = rows.some(({ occupancy }) => isKnown(occupancy));
  const counted = rows.some((row) => isKnown(row.flopsPerSecond) || isKnown(row.bytesPerSecond));
  const figure = figureColumn<KernelRow>;
  return [
    {
      ...figure('name', 'kernel', ({ name }) => textOf(name === '' ? '(no name)' : name), { isText: true }),
      press: open,
    },
    ...(several ? [figure('device', 'device', ({ device }) => textOf(device), { isText: true })] : []),
    figure('category', 'kind', ({ category }) => textOf(category), { isText: true, word: 'category' }),
    figure('share', 'share', ({ share }) => shareOf(known(share, ''), percent, 'real'), {
      word: 'share',
      sort: 'share',
    }),
    figure('calls', 'calls', ({ calls }) => textOf(count(calls)), { word: 'calls', sort: 'calls' }),
    figure('mean', 'mean', ({ meanSeconds }) => textOf(shortTime(meanSeconds)), {
      word: 'mean',
      sort: 'mean',
    }),
    figure('total', 'total', ({ totalSeconds }) => textOf(shortTime(totalSeconds)), { word: 'total' }),
    ...(filled ? occupancyColumns<KernelRow>('occupancy') : []),
    ...(counted || !filled ? arithmeticColumns : []),
  ];
}

const arithmeticColumns: readonly LiveColumn<KernelRow>[] = [
  figureColumn('flops', 'GFLOP/s', (row) => figureOf(row.flopsPerSecond, (value) => quantity(value / giga)), {
    word: 'arithmetic',
    sort: 'flops',
  }),
  figureColumn('peak', 'of peak', (row) => figureOf(row.peakShare, percent, 'peak'), {
    word: 'peakShare',
    sort: 'peak',
  }),
  figureColumn('bytes', 'GB/s', (row) => figureOf(row.bytesPerSecond, (value) => quantity(value / giga))),
];

function occupancyColumns<Row extends { readonly occupancy: Measured<Occupancy> }>(
  sort: string | null,
): LiveColumn<Row>[] {
  return [
    figureColumn('occupancy', 'occupancy', ({ occupancy }) => occupancyOf(occupancy), {
      word: 'kernelOccupancy',
      sort,
    }),
    figureColumn('limited', 'limited by', ({ occupancy }) => textOf(limiterOf(occupancy.value?.limitedBy)), {
      isText: true,
      word: 'limitedBy',
    }),
  ];
}

/** Of a launch. */
export function occupancyOf(occupancy: Measured<Occupancy>): Figure {
  return figureOf(occupancy, (value) => percent(value.occupancy), 'occupancy');
}

/** The columns of the shapes in which a kernel was launched. */
export function launchColumns(rows: readonly KernelLaunchRow[]): LiveColumn<KernelLaunchRow>[] {
  const figure = figureColumn<KernelLaunchRow>;
  const layers = rows.some(({ layer }) => layer !== '');
  return [
    figure('grid', 'grid', ({ shape }) => (shape === null ? unknown : textOf(shape.grid.join('×'))), {
      isText: true,
      word: 'grid',
    }),
    figure('block', 'block', ({ shape }) => (shape === null ? unknown : textOf(shape.block.join('×'))), {
      word: 'block',
    }),
    ...(layers ? [figure('layer', 'layer', ({ layer }) => textOf(layer), { isText: true })] : []),
    figure('registers', 'registers', ({ shape }) => numberOf(registersOf(shape), count), {
      word: 'registers',
    }),
    figure('shared', 'shared', ({ shape }) => numberOf(sharedBytesOf(shape), byteSize), { word: 'shared' }),
    figure('share', 'share', ({ share }) => shareOf(known(share, ''), percent, 'real')),
    figure('calls', 'calls', ({ calls }) => textOf(count(calls)), { word: 'calls' }),
    figure('mean', 'mean', ({ meanSeconds }) => textOf(shortTime(meanSeconds)), { word: 'mean' }),
    figure('longest', 'longest', ({ longestSeconds }) => textOf(shortTime(longestSeconds))),
    ...occupancyColumns<KernelLaunchRow>(null),
    figure('waves', 'waves', ({ occupancy }) => figureOf(occupancy, ({ waves }) => wavesText(waves)), {
      word: 'waves',
    }),
  ];
}

function numberOf(value: number | null, format: (value: number) => string): Figure {
  return value === null ? unknown : textOf(format(value));
}
