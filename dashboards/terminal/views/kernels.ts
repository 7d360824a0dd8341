import type { KernelRow } from '../../../src/analysis/kernels.ts';
import { registersOf, sharedBytesOf } from '../../../src/model/activity.ts';
import { isKnown, known } from '../../../src/model/measured.ts';
import {
  byteSize,
  count,
  measuredText,
  percent,
  quantity,
  shortTime,
  unknownMark,
} from '../../../src/model/numbers.ts';
import type { SortColumn } from '../../model/choices.ts';
import { limiterOf, noKernelsText, sortKernels } from '../../model/kernel-rows.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, type Line, type Role, span } from '../text/style.ts';
import { type Column, table } from '../text/table.ts';
import { wrap } from '../text/width.ts';
import { kernelPage } from './kernel-page.ts';
import { type DrawView, type ViewState, windowStart } from './view.ts';

const metersFrom = 112;
const meterWidth = 12;
const detailFrom = 14;
const giga = 1e9;

/** Where a kernel's time and arithmetic went, by the column of choice; on its own page with a cursor. */
export const kernels: DrawView = (state, width, height) => {
  const { snapshot, ui, bare } = state;
  if (ui.page === 'kernels' && ui.kernel !== null) return kernelPage(state, width, height);
  const rows = sortKernels(snapshot.kernels, ui.sort);
  const onPage = ui.page === 'kernels';
  const chosen = onPage ? rows[ui.cursor] : undefined;
  const detail = chosen !== undefined && height >= detailFrom ? detailLines(chosen, width) : [];
  const room = Math.max(0, height - 1 - detail.length);
  const start = windowStart(ui.cursor, rows.length, room);
  const shown = rows.slice(start, start + room);
  const lines = table(columnsOf(state, chosen, width), shown, width, bare && !onPage);
  if (rows.length === 0 && height > 1) lines.push([span(noKernelsText(snapshot), 'dim')]);
  while (detail.length > 0 && lines.length < room + 1) lines.push([]);
  return {
    title: 'kernels',
    note: [span(placeText(start, shown.length, rows.length), 'dim')],
    lines: [...lines, ...detail],
  };
};

function columnsOf(
  { snapshot, ui, bare }: ViewState,
  chosen: KernelRow | undefined,
  width: number,
): Column<KernelRow>[] {
  const meters = width >= metersFrom;
  const several = new Set(snapshot.kernels.map((row) => row.device)).size > 1;
  const number = (
    title: string,
    cells: number,
    rank: number,
    sort: SortColumn | null,
    cell: (row: KernelRow) => Line,
  ): Column<KernelRow> => {
    const sorted = sort !== null && sort === ui.sort;
    const role: Role = sorted ? 'strong' : 'dim';
    return { title: sorted ? `${title}▼` : title, titleRole: role, width: cells, align: 'right', rank, cell };
  };
  const device: Column<KernelRow>[] = several
    ? [{ title: 'device', width: 8, align: 'left', rank: 4, cell: (row) => [span(row.device, 'dim')] }]
    : [];
  // A source counts arithmetic or tells launch shapes; columns of dashes would take room from the others.
  const filled = snapshot.kernels.some(({ occupancy }) => isKnown(occupancy));
  const counted = snapshot.kernels.some((row) => isKnown(row.flopsPerSecond) || isKnown(row.bytesPerSecond));
  const occupancies = [
    number('occupancy', 9, 3, 'occupancy', ({ occupancy }) => [
      isKnown(occupancy)
        ? figure(known(occupancy.value.occupancy, occupancy.from), percent, 'occupancy')
        : span(unknownMark, 'dim'),
    ]),
    number('limited by', 13, 6, null, ({ occupancy }) => [
      span(limiterOf(occupancy.value?.limitedBy), 'dim'),
    ]),
  ];
  const arithmetic = [
    number('GFLOP/s', 8, 1, 'flops', (row) => [
      figure(row.flopsPerSecond, (value) => quantity(value / giga)),
    ]),
    number('of peak', 8, 1, 'peak', (row) => [figure(row.peakShare, percent, 'peak')]),
    number('GB/s', 7, 6, null, (row) => [figure(row.bytesPerSecond, (value) => quantity(value / giga))]),
  ];
  return [
    {
      title: bare ? 'kernels' : 'kernel',
      width: 18,
      align: 'left',
      rank: 0,
      cell: (row) => (row === chosen ? [span(`▸ ${row.name}`, 'selected')] : [span(row.name)]),
    },
    ...device,
    {
      title: 'kind',
      width: 13,
      align: 'left',
      rank: 7,
      cell: (row) => [span(row.category, 'dim')],
    },
    number('share', meters ? meterWidth + 6 : 6, 0, 'share', (row) => [
      ...(meters ? bar(row.share, meterWidth, 'real') : []),
      span(percent(row.share).padStart(6)),
    ]),
    number('calls', 8, 2, 'calls', (row) => [span(count(row.calls))]),
    number('mean', 8, 1, 'mean', (row) => [span(shortTime(row.meanSeconds))]),
    number('total', 8, 5, null, (row) => [span(shortTime(row.totalSeconds))]),
    ...(filled ? occupancies : []),
    ...(counted || !filled ? arithmetic : []),
  ];
}

function knownText(value: number | null, format: (value: number) => string): string {
  return value === null ? unknownMark : format(value);
}

function detailLines(row: KernelRow, width: number): Line[] {
  const name = wrap(row.name, width).slice(0, 2);
  const item = (label: string, value: string): Line => [span(`${label} `, 'dim'), span(value), blank(3)];
  const { shape } = row;
  const launch: Line =
    shape === null
      ? [span('launch configuration: this platform tells none', 'dim')]
      : [
          ...item('grid', shape.grid.join('×')),
          ...item('block', shape.block.join('×')),
          ...item('registers', knownText(registersOf(shape), count)),
          ...item('shared', knownText(sharedBytesOf(shape), byteSize)),
        ];
  return [
    [span('─'.repeat(width), 'rule')],
    ...name.map((text): Line => [span(text, 'strong')]),
    [
      ...item('device', row.device),
      ...item('calls', count(row.calls)),
      ...item('total', shortTime(row.totalSeconds)),
      ...(isKnown(row.occupancy)
        ? item('occupancy', percent(row.occupancy.value.occupancy))
        : item('of peak', measuredText(row.peakShare, percent))),
      ...item(
        'GB/s',
        measuredText(row.bytesPerSecond, (value) => quantity(value / giga)),
      ),
    ],
    launch,
  ];
}

function placeText(start: number, shown: number, total: number): string {
  if (total === 0) return 'none yet';
  return shown === total ? count(total) : `${start + 1}..${start + shown} of ${count(total)}`;
}
