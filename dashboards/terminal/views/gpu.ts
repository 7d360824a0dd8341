import type { DeviceView, Snapshot } from '../../../src/analysis/snapshot.ts';
import { byteSize, percent } from '../../../src/model/numbers.ts';
import { identityOf } from '../../model/device-notes.ts';
import { warningsOf } from '../../model/finding-rows.ts';
import { conditionText, gapWords } from '../../model/gap.ts';
import { curvesOf, windowText } from '../../model/share-curves.ts';
import { chosenIndex, hasGpu, shownDevices } from '../../model/shown-devices.ts';
import { figure } from '../text/figure.ts';
import { blank, fitLine, join, type Line, span, toldSpan } from '../text/style.ts';
import { table } from '../text/table.ts';
import type { UiState } from '../ui-state.ts';
import { gapBar } from './devices.ts';
import { groupLines, unknownLines, wrapped } from './figure-lines.ts';
import { labelsBeside, labelsOf, shareChart } from './share-chart.ts';
import type { DrawView } from './view.ts';

/** A column of figures with their sources. */
const leastColumn = 38;
const columnGap = 3;
const mostColumns = 4;
/** The chart takes this share of the page, within bounds. */
const chartShare = 0.36;
const leastChart = 5;
const longestChart = 18;

/** One device with everything that is known of it, and why the rest is not. The cursor scrolls. */
export const gpu: DrawView = ({ snapshot, ui }, width, height) => {
  const views = shownDevices(snapshot);
  const index = chosenIndex(views.length, ui.device);
  const view = views[index];
  if (view === undefined) {
    const nobody: Line = [span('no device has been seen yet', 'dim')];
    return { title: 'gpu', note: [], lines: [...noGpuLines(snapshot, width), nobody] };
  }
  const place = views.length > 1 ? `${index + 1}/${views.length}, d moves on · ` : '';
  const lines = pageLines(snapshot, view, ui, width, height);
  const start = Math.max(0, Math.min(ui.cursor, lines.length - height));
  const below = lines.length - height - start;
  const more = below > 0 ? `${below} lines below, ↓ · ` : '';
  return {
    title: `${view.device.id} · ${view.device.name}`,
    note: [span(`${more}${place}${windowText(ui.windowSeconds)}`, 'dim')],
    lines: lines.slice(start, start + height),
  };
};

/**
 * All lines of the page, for a space of that size; more than `height` where it scrolls.
 * @returns the lines, of which the page shows those from the cursor on
 */
function pageLines(snapshot: Snapshot, view: DeviceView, ui: UiState, width: number, height: number): Line[] {
  const why = hasGpu(shownDevices(snapshot)) ? [] : noGpuLines(snapshot, width);
  const blocks = [
    why,
    headLines(snapshot, view, width),
    chartLines(view, ui, width, height),
    sideBySide(groupLines(view, columnWidth(width)), width),
    processLines(view, width),
    findingLines(snapshot, view, width),
    unknownLines(view, width),
  ].filter((block) => block.length > 0);
  return blocks.flatMap((block, index) => (index < 2 ? block : [[], ...block]));
}

/** Lines that the page has to scroll through in the smallest common screen; the bound of its cursor. */
export function gpuRows(snapshot: Snapshot, ui: UiState): number {
  const views = shownDevices(snapshot);
  const view = views[chosenIndex(views.length, ui.device)];
  return view === undefined ? 0 : pageLines(snapshot, view, ui, 80, 21).length;
}

function noGpuLines(snapshot: Snapshot, width: number): Line[] {
  return snapshot.whyNoGpu.flatMap((why) => wrapped(why, 'no GPU: ', 'plain', width));
}

/** What it is, how it stands, and the gap. */
function headLines(snapshot: Snapshot, view: DeviceView, width: number): Line[] {
  const identity = join(
    identityOf(snapshot, view.device).map((text): Line => [span(text, 'dim')]),
    span(' · ', 'rule'),
  );
  if (view.state.condition !== 'present') return [identity, [span(conditionText(view), 'bad')]];
  const cells = Math.min(40, Math.max(8, Math.floor(width / 4)));
  return [identity, [...gapBar(view, cells), blank(2), ...gapWords(view).map(toldSpan)]];
}

function chartLines(view: DeviceView, ui: UiState, width: number, height: number): Line[] {
  const rows = Math.min(longestChart, Math.floor(height * chartShare));
  if (rows < leastChart) return [];
  const curves = curvesOf(view, true);
  const chart = (cells: number): Line[] =>
    shareChart(curves, view.history.intervalSeconds, ui.windowSeconds, width, cells);
  if (labelsBeside(width, rows)) return chart(rows);
  return [join(labelsOf(curves), blank(2)), ...chart(rows - 1)];
}

function columnsFor(width: number): number {
  return Math.max(1, Math.min(mostColumns, Math.floor((width + columnGap) / (leastColumn + columnGap))));
}

function columnWidth(width: number): number {
  const columns = columnsFor(width);
  return Math.max(1, Math.floor((width - (columns - 1) * columnGap) / columns));
}

/** The groups in columns, each group whole, in the column that is the shortest so far. */
function sideBySide(groups: readonly Line[][], width: number): Line[] {
  const columns: Line[][] = Array.from({ length: columnsFor(width) }, () => []);
  for (const group of groups) {
    const shortest = columns.reduce((least, column) => (column.length < least.length ? column : least));
    if (shortest.length > 0) shortest.push([]);
    shortest.push(...group);
  }
  const rows = Math.max(...columns.map((column) => column.length));
  const cells = columnWidth(width);
  return Array.from({ length: rows }, (_, row) =>
    columns.flatMap(
      (column, index): Line => [
        ...(index === 0 ? [] : [blank(columnGap)]),
        ...fitLine(column[row] ?? [], cells),
      ],
    ),
  );
}

function processLines(view: DeviceView, width: number): Line[] {
  if (view.processes === null) return [];
  if (view.processes.length === 0) return [[span('processes', 'title'), span('  none', 'dim')]];
  const lines = table(
    [
      {
        title: 'processes',
        titleRole: 'title',
        width: 12,
        align: 'left',
        rank: 0,
        cell: ({ command, name }) => [blank(1), span(command === '' ? name : command)],
      },
      { title: 'pid', width: 8, align: 'right', rank: 0, cell: ({ pid }) => [span(String(pid))] },
      { title: 'user', width: 10, align: 'left', rank: 2, cell: ({ user }) => [span(user, 'dim')] },
      {
        title: 'memory',
        width: 9,
        align: 'right',
        rank: 0,
        cell: (process) => [figure(process.memoryBytes, byteSize)],
      },
      { title: 'util', width: 5, align: 'right', rank: 1, cell: ({ util }) => [figure(util, percent)] },
    ],
    view.processes,
    width,
  );
  return lines;
}

function findingLines(snapshot: Snapshot, view: DeviceView, width: number): Line[] {
  const own = warningsOf(snapshot, view);
  if (own.length === 0) return [];
  return [
    [span('findings', 'title')],
    ...own.flatMap(({ title, evidence, remedy }) => [
      ...wrapped(title, ' ▲ ', 'strong', width),
      ...wrapped(evidence, '   ', 'dim', width),
      ...(remedy === '' ? [] : wrapped(remedy, ' → ', 'plain', width)),
    ]),
  ];
}
