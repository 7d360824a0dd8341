import type { Measured } from '../../../src/model/measured.ts';
import {
  byteSize,
  count,
  percent,
  quantity,
  shortTime,
  unknownMark,
  withUnit,
} from '../../../src/model/numbers.ts';
import type { KernelReport } from '../../../src/report/report.ts';

/** A column of the kernel table. */
export interface KernelColumn {
  readonly id: string;
  readonly head: string;
  /** The word that defines it. */
  readonly word: string;
  readonly isText: boolean;
  /** What it is sorted by and what the download holds; null for unknown, which sorts last either way. */
  readonly value: (kernel: KernelReport) => string | number | null;
  readonly text: (kernel: KernelReport) => string;
  /** Why the value is unknown, where the report says. */
  readonly why?: (kernel: KernelReport) => string | null;
}

function number(
  id: string,
  head: string,
  word: string,
  value: (kernel: KernelReport) => number | null,
  format: (value: number) => string,
): KernelColumn {
  return { id, head, word, isText: false, value, text: (kernel) => show(value(kernel), format) };
}

function measured(
  id: string,
  head: string,
  word: string,
  figure: (kernel: KernelReport) => Measured,
  format: (value: number) => string,
): KernelColumn {
  return {
    ...number(id, head, word, (kernel) => figure(kernel).value, format),
    why: (kernel) => {
      const of = figure(kernel);
      return of.value === null ? of.why : null;
    },
  };
}

function show(value: number | null, format: (value: number) => string): string {
  return value === null ? unknownMark : format(value);
}

function extent(id: 'grid' | 'block'): KernelColumn {
  return {
    id,
    head: id,
    word: id,
    isText: false,
    // Sorted by how many there are.
    value: (kernel) => kernel[id]?.reduce((product, size) => product * size, 1) ?? null,
    text: (kernel) => kernel[id]?.join('×') ?? unknownMark,
  };
}

const columns: readonly KernelColumn[] = [
  {
    id: 'device',
    head: 'device',
    word: '',
    isText: true,
    value: ({ device }) => device,
    text: ({ device }) => device,
  },
  {
    id: 'category',
    head: 'category',
    word: 'category',
    isText: true,
    value: ({ category }) => category,
    text: ({ category }) => category,
  },
  number('share', 'share', 'share', ({ share }) => share, percent),
  number('calls', 'calls', 'calls', ({ calls }) => calls, count),
  number('meanSeconds', 'mean', 'mean', ({ meanSeconds }) => meanSeconds, shortTime),
  number('totalSeconds', 'total', 'total', ({ totalSeconds }) => totalSeconds, shortTime),
  measured('occupancy', 'occupancy', 'kernelOccupancy', ({ occupancy }) => occupancy, percent),
  {
    id: 'limitedBy',
    head: 'limited by',
    word: 'limitedBy',
    isText: true,
    value: ({ limitedBy }) => limitedBy,
    text: ({ limitedBy }) => limitedBy ?? unknownMark,
  },
  number('wavesPerSm', 'waves', 'waves', ({ wavesPerSm }) => wavesPerSm, quantity),
  number('tail', 'tail', 'tail', ({ tail }) => tail, percent),
  {
    id: 'tensorCores',
    head: 'tensor',
    word: 'tensorCores',
    isText: true,
    value: ({ tensorCores }) => (tensorCores === null ? null : tensorCores ? 'yes' : 'no'),
    text: ({ tensorCores }) => (tensorCores === null ? unknownMark : tensorCores ? 'yes' : 'no'),
  },
  measured(
    'flopsPerSecond',
    'FLOP/s',
    'arithmetic',
    (kernel) => kernel.flopsPerSecond,
    (value) => withUnit(value, '').trimEnd(),
  ),
  measured('peakShare', 'of peak', 'peakShare', ({ peakShare }) => peakShare, percent),
  measured(
    'bytesPerSecond',
    'B/s',
    '',
    (kernel) => kernel.bytesPerSecond,
    (value) => withUnit(value, '').trimEnd(),
  ),
  extent('grid'),
  extent('block'),
  number('registers', 'registers', 'registers', ({ registers }) => registers, count),
  number('sharedBytes', 'shared', 'shared', ({ sharedBytes }) => sharedBytes, byteSize),
];

/** The columns beside the name that say something of these kernels. */
export function kernelColumns(kernels: readonly KernelReport[]): KernelColumn[] {
  const devices = new Set(kernels.map(({ device }) => device));
  return columns.filter(
    ({ id, value }) =>
      (id !== 'device' || devices.size > 1) && kernels.some((kernel) => value(kernel) !== null),
  );
}

/** Why columns are missing altogether: the reasons that the first kernel gives, each once. */
export function missingColumns(kernels: readonly KernelReport[]): string[] {
  const [first] = kernels;
  if (first === undefined) return [];
  const heads = new Map<string, string[]>();
  for (const { head, value, why } of columns) {
    if (why === undefined || kernels.some((kernel) => value(kernel) !== null)) continue;
    const reason = why(first) ?? '';
    heads.set(reason, [...(heads.get(reason) ?? []), head]);
  }
  return [...heads].map(([reason, of]) => `Not known for any kernel: ${of.join(', ')}. ${reason}`);
}
