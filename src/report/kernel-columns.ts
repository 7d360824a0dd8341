import { isKnown } from '../model/measured.ts';
import {
  count,
  measuredText,
  percent,
  quantity,
  shortTime,
  unknownMark,
  withUnit,
} from '../model/numbers.ts';
import type { KernelReport } from './report.ts';

/** A column of the kernel table beside the name. */
export interface KernelColumn {
  readonly head: string;
  /** Left out where no kernel has a value for it. */
  readonly has: (kernel: KernelReport) => boolean;
  readonly cell: (kernel: KernelReport) => string;
}

const always = () => true;

const columns: readonly KernelColumn[] = [
  { head: 'category', has: ({ category }) => category !== 'other', cell: ({ category }) => category },
  { head: 'share', has: always, cell: ({ share }) => percent(share) },
  { head: 'calls', has: always, cell: ({ calls }) => count(calls) },
  { head: 'mean', has: always, cell: ({ meanSeconds }) => shortTime(meanSeconds) },
  { head: 'total', has: always, cell: ({ totalSeconds }) => shortTime(totalSeconds) },
  {
    head: 'FLOP/s',
    has: ({ flopsPerSecond }) => isKnown(flopsPerSecond),
    cell: ({ flopsPerSecond }) => measuredText(flopsPerSecond, (value) => withUnit(value, '').trimEnd()),
  },
  {
    head: 'of peak',
    has: ({ peakShare }) => isKnown(peakShare),
    cell: ({ peakShare }) => measuredText(peakShare, percent),
  },
  {
    head: 'occup.',
    has: ({ occupancy }) => isKnown(occupancy),
    cell: ({ occupancy }) => measuredText(occupancy, percent),
  },
  {
    head: 'limit',
    has: ({ limitedBy }) => limitedBy !== null,
    cell: ({ limitedBy }) => shortLimit(limitedBy),
  },
  {
    head: 'waves',
    has: ({ wavesPerSm }) => wavesPerSm !== null,
    cell: ({ wavesPerSm }) => (wavesPerSm === null ? unknownMark : quantity(wavesPerSm)),
  },
  {
    head: 'tensor',
    has: ({ tensorCores }) => tensorCores !== null,
    cell: ({ tensorCores }) => (tensorCores === null ? '' : tensorCores ? 'yes' : 'no'),
  },
];

/** The columns that say something of these kernels. */
export function kernelColumns(kernels: readonly KernelReport[]): KernelColumn[] {
  return columns.filter(({ has }) => kernels.some(has));
}

function shortLimit(limitedBy: string | null): string {
  if (limitedBy === null) return unknownMark;
  return limitedBy === 'shared memory' ? 'shared' : limitedBy;
}
