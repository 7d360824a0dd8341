import uPlot from 'uplot';
import { colourOf, type ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import { axisTicks, tickText } from '../timeline/layout.ts';
import type { Chart } from './chart-model.ts';

const heightPx = 190;
const wideHeightPx = 240;
const printWidth = 680;
/** Charts follow the timeline once it rests, so that panning it stays quick. */
const followAfterMs = 120;
/** Cursors of all charts move together. */
const cursorKey = 'warpwatch';

/** So few values, as evaluations give, are shown as points too: a line of one is none. */
const fewValues = 20;

/** The values of all lines under the cursor; null while it is elsewhere. */
export type CursorListener = (values: readonly (number | null)[] | null) => void;

/** Draws a chart with uPlot into `root`: drag zooms, double click shows the whole run. */
export function drawChart(
  root: HTMLElement,
  chart: Chart,
  view: TimeView,
  theme: ThemeSwitch,
  onCursor: CursorListener,
): void {
  const widthOf = () => (theme.printing ? printWidth : Math.max(160, root.clientWidth));
  const plot = new uPlot(options(chart, view, widthOf(), onCursor), dataOf(chart), root);
  let pending: ReturnType<typeof setTimeout> | undefined;
  const follow = (): void => {
    const min = view.stretch.startNs / 1e9;
    const max = view.stretch.endNs / 1e9;
    if (plot.scales['x']?.min !== min || plot.scales['x']?.max !== max) plot.setScale('x', { min, max });
  };
  follow();
  view.onChange(() => {
    clearTimeout(pending);
    pending = setTimeout(follow, followAfterMs);
  });
  const resize = (): void => {
    const width = widthOf();
    if (width !== plot.width) plot.setSize({ width, height: heightOf(chart) });
  };
  theme.onChange(() => {
    resize();
    plot.redraw(true, true);
  });
  new ResizeObserver(resize).observe(root);
}

function heightOf({ lines }: Chart): number {
  return lines.length > 1 ? wideHeightPx : heightPx;
}

function dataOf({ lines }: Chart): uPlot.AlignedData {
  const tables = lines.map(({ seconds, values }) => [[...seconds], [...values]] as uPlot.AlignedData);
  if (tables.length === 0) return [[]];
  // Lines have moments of their own: joined, a moment that a line lacks is no gap in it, whereas an unknown value is.
  return uPlot.join(
    tables,
    tables.map(() => [1, 2]),
  );
}

function options(chart: Chart, view: TimeView, width: number, onCursor: CursorListener): uPlot.Options {
  const axis = {
    stroke: () => colourOf('--faint'),
    grid: { stroke: () => colourOf('--rule'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const spanSeconds = view.spanNs / 1e9;
  return {
    width,
    height: heightOf(chart),
    legend: { show: false },
    padding: [8, 22, 0, 0],
    cursor: {
      sync: {
        key: cursorKey,
        setSeries: false,
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
      drag: { x: true, y: false, setScale: true },
      points: { size: 6 },
      bind: {
        dblclick: () => () => {
          view.reset();
          return null;
        },
      },
    },
    scales: {
      x: { time: false, range: (_plot, min, max) => (max > min ? [min, max] : [0, spanSeconds]) },
      y: chart.isRatio ? { range: [0, 1] } : { range: (_plot, min, max) => niceRange(min, max) },
    },
    axes: [
      {
        ...axis,
        splits: (plot, _at, min, max) =>
          axisTicks(min * 1e9, max * 1e9, plot.width).ticks.map((at) => at / 1e9),
        values: (_plot, splits) => {
          const apart = ((splits[1] ?? spanSeconds) - (splits[0] ?? 0)) * 1e9;
          const most = (splits.at(-1) ?? 0) * 1e9;
          return splits.map((at) => tickText(at * 1e9, Math.max(1, apart), most));
        },
        size: 30,
        gap: 8,
      },
      {
        ...axis,
        values: (_plot, splits) => splits.map(chart.format),
        size: 58,
        ...(chart.isRatio ? { splits: () => [0, 0.25, 0.5, 0.75, 1] } : {}),
      },
    ],
    series: [
      {},
      ...chart.lines.map(({ word, colour, dash, values }) => ({
        label: word,
        stroke: () => colourOf(colour),
        width: 1.5,
        dash: [...dash],
        points: {
          show: values.length <= fewValues,
          size: 5,
          stroke: () => colourOf(colour),
          fill: () => colourOf(colour),
        },
      })),
    ],
    hooks: {
      setScale: [
        (plot, key) => {
          const { min, max } = plot.scales[key] ?? {};
          if (key === 'x' && typeof min === 'number' && typeof max === 'number' && plot.status === 1)
            view.set({ startNs: min * 1e9, endNs: max * 1e9 });
        },
      ],
      setCursor: [
        (plot) => {
          const at = plot.cursor.idx;
          const values = plot.data.slice(1);
          onCursor(at == null ? null : values.map((line) => nearestValue(line, at)));
        },
      ],
    },
  };
}

function niceRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const pad = (max - min || Math.abs(max) || 1) * 0.08;
  // A scale that begins at 0 does not make small changes look large; one that is far from 0 shows them.
  return [min >= 0 && min < max * 0.7 ? 0 : min - pad, max + pad];
}

/** The value at a moment of the joined lines, or the last one before it. */
function nearestValue(line: ArrayLike<number | null | undefined>, at: number): number | null {
  for (let index = at; index >= Math.max(0, at - 200); index--) {
    const value = line[index];
    if (value !== undefined) return value;
  }
  return null;
}
