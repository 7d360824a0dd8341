import type { KernelDetail, KernelLaunchRow } from '../../../src/analysis/details.ts';
import { registersOf, sharedBytesOf } from '../../../src/model/activity.ts';
import { isKnown, known } from '../../../src/model/measured.ts';
import { byteSize, count, percent, plural, shortTime, unknownMark } from '../../../src/model/numbers.ts';
import { limiterOf, wavesText } from '../../model/kernel-rows.ts';
import { type ShareCurve, windowText } from '../../model/share-curves.ts';
import { figure } from '../text/figure.ts';
import { blank, join, type Line, span } from '../text/style.ts';
import { type Column, table } from '../text/table.ts';
import { wrap } from '../text/width.ts';
import { labelsBeside, shareChart } from './share-chart.ts';
import { type DrawView, notYet, windowStart } from './view.ts';

const leastChart = 5;
const chartShare = 0.35;
const longestName = 3;

/** One kernel: its figures, how it went over time, and every shape in which it was launched. The cursor scrolls. */
export const kernelPage: DrawView = ({ snapshot, ui }, width, height) => {
  const detail = snapshot.details.kernel;
  if (detail === null || ui.kernel === null) return notYet('kernel', ui);
  const above = [...nameLines(detail, width), ...figureLines(detail, width), []];
  const chart = chartLines(detail, ui.windowSeconds, width, height);
  const room = Math.max(0, height - above.length - chart.length - 1);
  const start = windowStart(ui.cursor, detail.launches.length, room);
  const shown = detail.launches.slice(start, start + room);
  const place = shown.length < detail.launches.length ? `${start + 1}..${start + shown.length} of ` : '';
  return {
    title: `kernel on ${detail.row.device}`,
    note: [span(`${place}${plural(detail.launches.length, 'launch shape')} · Esc goes back`, 'dim')],
    lines: [...above, ...chart, ...table(columnsOf(detail), shown, width)].slice(0, height),
  };
};

function nameLines({ row }: KernelDetail, width: number): Line[] {
  return wrap(row.name, width)
    .slice(0, longestName)
    .map((text): Line => [span(text, 'strong')]);
}

function figureLines({ row }: KernelDetail, width: number): Line[] {
  const item = (label: string, value: string): Line => [span(`${label} `, 'dim'), span(value)];
  const { occupancy } = row;
  const filled: Line[] = isKnown(occupancy)
    ? [
        [span('occupancy ', 'dim'), figure(known(occupancy.value.occupancy, ''), percent, 'occupancy')],
        item('limited by', limiterOf(row.occupancy.value?.limitedBy)),
        item('waves', wavesText(occupancy.value.waves)),
      ]
    : [[span(`occupancy: ${occupancy.why}`, 'dim')]];
  const items = [
    item('kind', row.category),
    item('share', percent(row.share)),
    item('calls', count(row.calls)),
    item('total', shortTime(row.totalSeconds)),
    item('mean', shortTime(row.meanSeconds)),
    ...filled,
  ];
  const lines: Line[] = [];
  for (const entry of items) {
    const joined = join([lines.at(-1) ?? [], entry], blank(3));
    const cells = joined.reduce((sum, part) => sum + part.text.length, 0);
    if (lines.length > 0 && cells <= width) lines[lines.length - 1] = joined;
    else lines.push(entry);
  }
  return lines;
}

/** The kernel's share of the time that passed, and its mean duration as the chart's label. */
function chartLines({ history }: KernelDetail, windowSeconds: number, width: number, height: number): Line[] {
  const rows = Math.floor(height * chartShare);
  if (rows < leastChart) return [];
  if (history === null) {
    return [[span('no curve: curves are kept of the heaviest kernels only', 'dim')], []];
  }
  const newest = history.timeShare.at(-1);
  const mean = history.meanSeconds.findLast(Number.isFinite);
  const curve: ShareCurve = {
    name: 'of time',
    value:
      newest === undefined || Number.isNaN(newest)
        ? { value: null, why: 'Nothing yet.' }
        : known(newest, 'launches'),
    values: history.timeShare,
    stroke: 'area',
    tone: 'real',
  };
  const title: Line = [
    span(`share of the ${windowText(windowSeconds)}`, 'title'),
    span(mean === undefined ? '' : `   mean duration now ${shortTime(mean)}`, 'dim'),
  ];
  const chart = shareChart([curve], history.intervalSeconds, windowSeconds, width, rows - 2);
  const beside = labelsBeside(width, rows - 2);
  return [beside ? title : [...title, blank(3), figure(curve.value, percent, 'real')], ...chart, []];
}

const layerColumn: Column<KernelLaunchRow> = {
  title: 'layer',
  width: 18,
  align: 'left',
  rank: 5,
  cell: ({ layer }) => [span(layer)],
};

function columnsOf(detail: KernelDetail): Column<KernelLaunchRow>[] {
  const layers = detail.launches.some(({ layer }) => layer !== '');
  const right = (
    title: string,
    width: number,
    rank: number,
    cell: (row: KernelLaunchRow) => Line,
  ): Column<KernelLaunchRow> => ({ title, width, align: 'right', rank, cell });
  const text = (value: string): Line => [span(value)];
  return [
    {
      title: 'grid',
      width: 14,
      align: 'left',
      rank: 0,
      cell: ({ shape }) => text(shape?.grid.join('×') ?? unknownMark),
    },
    right('block', 12, 0, ({ shape }) => text(shape?.block.join('×') ?? unknownMark)),
    ...(layers ? [layerColumn] : []),
    right('regs', 5, 3, ({ shape }) => text(orUnknown(registersOf(shape), count))),
    right('shared', 8, 4, ({ shape }) => text(orUnknown(sharedBytesOf(shape), byteSize))),
    right('share', 6, 1, ({ share }) => text(percent(share))),
    right('calls', 8, 2, ({ calls }) => text(count(calls))),
    right('mean', 8, 1, ({ meanSeconds }) => text(shortTime(meanSeconds))),
    right('longest', 8, 3, ({ longestSeconds }) => text(shortTime(longestSeconds))),
    right('occupancy', 9, 1, ({ occupancy }) => [
      isKnown(occupancy)
        ? figure(known(occupancy.value.occupancy, ''), percent, 'occupancy')
        : span(unknownMark, 'dim'),
    ]),
    right('limited by', 13, 3, ({ occupancy }) => [span(limiterOf(occupancy.value?.limitedBy), 'dim')]),
    right('waves', 6, 4, ({ occupancy }) =>
      text(isKnown(occupancy) ? wavesText(occupancy.value.waves) : unknownMark),
    ),
  ];
}

function orUnknown(value: number | null, format: (value: number) => string): string {
  return value === null ? unknownMark : format(value);
}
