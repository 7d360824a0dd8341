import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import type { Measured } from '../../../src/model/measured.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { clockTime, percent } from '../../../src/model/numbers.ts';
import type { Ratio } from '../../../src/model/units.ts';
import {
  brailleChart,
  dotRow,
  dotsAcross,
  dotsDown,
  newestAtRight,
  type Scale,
} from '../text/braille-chart.ts';
import { figure } from '../text/figure.ts';
import { blank, fitLine, join, type Line, type Role, type Span, span } from '../text/style.ts';
import type { DrawView } from './view.ts';

/** All shares stand on one scale, so that the gap between the curves is the gap between the figures. */
export const shareScale: Scale = { low: 0, high: 1 };

const axisWidth = 5;
const labelWidth = 18;
const labelsFrom = { width: 50, height: 3 } as const;
const leastChart = { width: 44, height: 6 } as const;

/** Charts of util, kernelBusy and the share of peak: of as many devices as fit, from the chosen one on. */
export const history: DrawView = ({ snapshot, ui }, width, height) => {
  const views = snapshot.devices;
  const first = views[Math.min(ui.device, views.length - 1)];
  if (first === undefined) return { title: 'history', note: [], lines: [[span('nothing yet', 'dim')]] };
  const down = Math.max(1, Math.min(views.length, Math.floor(height / (leastChart.height + 1))));
  const across = Math.max(1, Math.min(Math.ceil(views.length / down), Math.floor(width / leastChart.width)));
  const several = down * across > 1;
  const cellWidth = Math.floor((width - (across - 1) * 2) / across);
  const cellHeight = Math.floor(height / down);
  const lines: Line[] = [];
  for (let row = 0; row < down; row += 1) {
    const blocks = Array.from({ length: across }, (_, column) => {
      const index = row * across + column;
      const view = index < views.length ? views[(ui.device + index) % views.length] : undefined;
      return view === undefined ? [] : chartOf(view, cellWidth, cellHeight, several);
    });
    for (let line = 0; line < cellHeight; line += 1) {
      lines.push(
        join(
          blocks.map((block) => fitLine(block[line] ?? [], cellWidth)),
          blank(2),
        ),
      );
    }
  }
  const beside = cellWidth >= labelsFrom.width && cellHeight >= labelsFrom.height;
  const place = views.length > 1 && !several ? ` · ${ui.device + 1}/${views.length}, d moves on` : '';
  return {
    title: several ? 'history' : `history · ${first.device.id}${place}`,
    note: beside
      ? [span(spanText(first, cellWidth), 'dim')]
      : join(
          labelsOf(first).map((label) => label.line),
          blank(2),
        ),
    lines,
  };
};

interface Label {
  readonly value: Measured<Ratio>;
  readonly line: Line;
}

function labelsOf(view: DeviceView): Label[] {
  const label = (glyph: string, name: string, value: Measured<Ratio>, role: Role): Label => ({
    value,
    line: [span(`${glyph} ${name} `, role), figure(value, percent, role)],
  });
  return [
    label('━', 'util', view.util, 'coarse'),
    label('╍', 'kernelBusy', view.kernelBusy, 'real'),
    label('█', 'of peak', view.peakShare, 'peak'),
  ];
}

function chartOf(view: DeviceView, width: number, height: number, titled: boolean): Line[] {
  const beside = width >= labelsFrom.width && height >= labelsFrom.height;
  const titles: Line[] = titled
    ? [[span(view.device.id, 'strong'), span(` ${view.device.name}`, 'dim')]]
    : [];
  const rows = Math.max(1, height - titles.length);
  const columns = Math.max(1, width - axisWidth - (beside ? labelWidth : 0));
  const { util, kernelBusy, peakShare } = view.history;
  const trace = (values: readonly number[]): { low: Float64Array; high: Float64Array } => {
    const placed = newestAtRight(values, columns * dotsAcross);
    return { low: placed, high: placed };
  };
  const chart = brailleChart(
    [
      { ...trace(peakShare), stroke: 'area', role: 'peak' },
      { ...trace(util), stroke: 'line', role: 'coarse' },
      { ...trace(kernelBusy), stroke: 'dashed', role: 'real' },
    ],
    shareScale,
    columns,
    rows,
  );
  const labels = beside ? labelRows(labelsOf(view), rows) : [];
  return [
    ...titles,
    ...chart.map((line, row): Line => [...axisLabel(row, rows), ...line, blank(1), ...(labels[row] ?? [])]),
  ];
}

/** `100%│` at the top, `  0%│` at the bottom, half way in the middle row where there is one. */
function axisLabel(row: number, rows: number): Span[] {
  const middle = rows % 2 === 1 && row === (rows - 1) / 2 && rows >= 5;
  const text = row === 0 ? '100%' : row === rows - 1 ? '0%' : middle ? '50%' : '';
  return [span(text.padStart(axisWidth - 1), 'dim'), span(text === '' ? '│' : '┤', 'rule')];
}

/** Each label in the row where its curve ends; those that would meet are moved apart, in order of their values. */
function labelRows(labels: readonly Label[], rows: number): Line[] {
  const wanted = labels
    .map((label) => ({
      line: label.line,
      row: isKnown(label.value)
        ? Math.floor(dotRow(label.value.value, shareScale, rows) / dotsDown)
        : rows - 1,
    }))
    .sort((one, other) => one.row - other.row);
  const placed = Array.from({ length: rows }, (): Line => []);
  let free = 0;
  for (const [index, { line, row }] of wanted.entries()) {
    const last = rows - (wanted.length - index);
    const at = Math.max(free, Math.min(Number.isFinite(row) ? row : last, last));
    placed[at] = line;
    free = at + 1;
  }
  return placed;
}

function spanText(view: DeviceView, width: number): string {
  const dots = Math.max(1, width - axisWidth - labelWidth) * dotsAcross;
  const shown = dots * view.history.intervalSeconds;
  return shown < 120 ? `last ${Math.round(shown)} s` : `last ${clockTime(shown)}`;
}
