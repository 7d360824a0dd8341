import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { percent } from '../../../src/model/numbers.ts';
import type { Ratio, Seconds } from '../../../src/model/units.ts';
import { brailleChart, dotRow, dotsAcross, dotsDown, type Scale, type Trace } from '../text/braille-chart.ts';
import { figure } from '../text/figure.ts';
import { blank, type Line, type Role, type Span, span } from '../text/style.ts';
import { timeWindow } from '../text/time-window.ts';

/** All shares stand on one scale, so that the gap between the curves is the gap between the figures. */
export const shareScale: Scale = { low: 0, high: 1 };

const axisWidth = 5;
const labelWidth = 18;
const labelsFrom = { width: 50, height: 3 } as const;

/** A share of a device over time, with its present value. */
export interface ShareCurve {
  readonly name: string;
  readonly value: Measured<Ratio>;
  readonly values: readonly number[];
  readonly stroke: Trace['stroke'];
  readonly role: Role;
}

const glyphs: Readonly<Record<Trace['stroke'], string>> = { line: '━', dashed: '╍', dotted: '┈', area: '█' };

/**
 * The curves of a device: util, what really ran, and as an area what was really used of the device.
 * @param all Also occupancy and DRAM; otherwise three curves, which can be told apart in a small chart.
 */
export function curvesOf(view: DeviceView, all = false): ShareCurve[] {
  const { history } = view;
  const has = (value: Measured, values: readonly number[]): boolean =>
    isKnown(value) || values.some(Number.isFinite);
  const util = { name: 'util', value: view.util, values: history.util };
  const smActive = { name: 'SM active', value: view.smActive, values: history.smActive };
  const kernelBusy = { name: 'kernelBusy', value: view.kernelBusy, values: history.kernelBusy };
  // The counters tell the truth where there are any; otherwise the launches do, or nothing.
  const real = [smActive, kernelBusy].find(({ value, values }) => has(value, values));
  const used = (
    [
      { name: 'tensor', value: view.tensorActive, values: history.tensorActive, role: 'peak' },
      { name: 'of peak', value: view.peakShare, values: history.peakShare, role: 'peak' },
      { name: 'DRAM', value: view.dramActive, values: history.dramActive, role: 'dram' },
    ] as const
  ).filter(({ value, values }) => has(value, values));
  const area = used[0];
  const curves: ShareCurve[] = [];
  if (area !== undefined) curves.push({ ...area, stroke: 'area' });
  if (all) {
    const dram = used.find(({ name }) => name === 'DRAM');
    if (dram !== undefined && dram !== area) curves.push({ ...dram, stroke: 'dotted' });
    if (has(view.occupancy, history.occupancy)) {
      const occupancy = { name: 'occupancy', value: view.occupancy, values: history.occupancy };
      curves.push({ ...occupancy, stroke: 'dotted', role: 'occupancy' });
    }
  }
  curves.push({ ...util, stroke: 'line', role: 'coarse' });
  if (real !== undefined) curves.push({ ...real, stroke: 'dashed', role: 'real' });
  return curves;
}

/** `━ util 97%`. */
function labelOf(curve: ShareCurve): Line {
  return [
    span(`${glyphs[curve.stroke]} ${curve.name} `, curve.role),
    figure(curve.value, percent, curve.role),
  ];
}

/** The labels of all curves, util first, for a title line. */
export function labelsOf(curves: readonly ShareCurve[]): Line[] {
  return inReadingOrder(curves).map(labelOf);
}

/** `━97% ╍41% █12%`, where words have no room. */
export function shortLabels(curves: readonly ShareCurve[]): Line {
  return inReadingOrder(curves).flatMap((curve) => [
    blank(1),
    span(glyphs[curve.stroke], curve.role),
    figure(curve.value, percent, curve.role),
  ]);
}

/** The most important curve is drawn last and read first. */
function inReadingOrder(curves: readonly ShareCurve[]): ShareCurve[] {
  const rank = { line: 0, dashed: 1, area: 2, dotted: 3 } as const;
  return [...curves].sort((one, other) => rank[one.stroke] - rank[other.stroke]);
}

/** Whether the labels stand beside the chart, where their curves end. */
export function labelsBeside(width: number, height: number): boolean {
  return width >= labelsFrom.width && height >= labelsFrom.height;
}

/** A chart of shares over the last `windowSeconds`, with its scale at the left and labels at the right. */
export function shareChart(
  curves: readonly ShareCurve[],
  intervalSeconds: Seconds,
  windowSeconds: Seconds,
  width: number,
  height: number,
): Line[] {
  const rows = Math.max(1, height);
  const beside = labelsBeside(width, rows);
  const columns = Math.max(1, width - axisWidth - (beside ? labelWidth : 0));
  const points = windowSeconds / intervalSeconds;
  const traces = curves.map(({ values, stroke, role }): Trace => {
    const placed = timeWindow(values, points, columns * dotsAcross);
    return { low: placed, high: placed, stroke, role };
  });
  const labels = beside ? labelRows(curves, rows) : [];
  return brailleChart(traces, shareScale, columns, rows).map((line, row) => [
    ...axisLabel(row, rows),
    ...line,
    ...(beside ? [blank(1), ...(labels[row] ?? [])] : []),
  ]);
}

/** `100%│` at the top, `  0%│` at the bottom, half way in the middle row where there is one. */
function axisLabel(row: number, rows: number): Span[] {
  const middle = rows % 2 === 1 && row === (rows - 1) / 2 && rows >= 5;
  const text = row === 0 ? '100%' : row === rows - 1 ? '0%' : middle ? '50%' : '';
  return [span(text.padStart(axisWidth - 1), 'dim'), span(text === '' ? '│' : '┤', 'rule')];
}

/** Each label in the row where its curve ends; those that would meet are moved apart, in order of their values. */
function labelRows(curves: readonly ShareCurve[], rows: number): Line[] {
  const wanted = inReadingOrder(curves)
    .slice(0, rows)
    .map((curve) => ({
      line: labelOf(curve),
      row: isKnown(curve.value)
        ? Math.floor(dotRow(curve.value.value, shareScale, rows) / dotsDown)
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

/** `last 60 s`, `last 5 min`, `last hour`. */
export function windowText(seconds: Seconds): string {
  if (seconds < 120) return `last ${Math.round(seconds)} s`;
  return seconds === 3600 ? 'last hour' : `last ${Math.round(seconds / 60)} min`;
}
