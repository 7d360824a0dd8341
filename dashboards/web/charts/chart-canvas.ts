import uPlot from 'uplot';
import { colourOf, type ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import type { Chart } from './chart-model.ts';

const heightPx = 190;
const wideHeightPx = 240;
const printWidth = 680;
/** Charts follow the timeline once it rests, so that panning it stays quick. */
const followAfterMs = 120;
/** Cursors of all charts over the same axis move together. */
const cursorKey = 'warpwatch';

/** So few values, as evaluations give, are shown as points too: a line of one is none. */
const fewValues = 20;

/** Of an area below its line, behind the digits of the colour. */
const areaAlpha = '40';

/** The values of all lines under the cursor; null while it is elsewhere. */
export type CursorListener = (values: readonly (number | null)[] | null) => void;

/** A chart that is drawn. */
export interface DrawnChart {
  /** Draws other values of the same lines. */
  show(chart: Chart): void;
  /** Takes it off the page. */
  end(): void;
}

/**
 * Draws a chart with uPlot into `root`: drag zooms, double click shows the whole run.
 * @param view the stretch that it shares with others; null for one of its own
 */
export function drawChart(
  root: HTMLElement,
  chart: Chart,
  theme: ThemeSwitch,
  onCursor: CursorListener,
  view: TimeView | null,
): DrawnChart {
  const widthOf = () => (theme.printing ? printWidth : Math.max(160, root.clientWidth));
  let shown = chart;
  const plot = new uPlot(
    options(chart, () => shown, widthOf(), onCursor, view),
    dataOf(chart),
    root,
  );
  if (view !== null) followView(plot, view);
  const resize = (): void => {
    const width = widthOf();
    if (width !== plot.width) plot.setSize({ width, height: heightOf(chart) });
  };
  const endTheme = theme.onChange(() => {
    resize();
    plot.redraw(true, true);
  });
  const observer = new ResizeObserver(resize);
  observer.observe(root);
  return {
    show(next) {
      shown = next;
      plot.setData(dataOf(next));
    },
    end() {
      endTheme();
      observer.disconnect();
      plot.destroy();
    },
  };
}

function followView(plot: uPlot, view: TimeView): void {
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
}

function heightOf({ lines }: Chart): number {
  return lines.length > 1 ? wideHeightPx : heightPx;
}

function dataOf({ lines }: Chart): uPlot.AlignedData {
  const [first] = lines;
  if (first === undefined) return [[]];
  if (lines.every(({ x }) => x === first.x))
    return [[...first.x], ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
  const tables = lines.map(({ x, values }) => [[...x], [...values]] as uPlot.AlignedData);
  // Lines have moments of their own: joined, a moment that a line lacks is no gap in it, whereas an unknown value is.
  return uPlot.join(
    tables,
    tables.map(() => [1, 2]),
  );
}

function options(
  chart: Chart,
  shown: () => Chart,
  width: number,
  onCursor: CursorListener,
  view: TimeView | null,
): uPlot.Options {
  const { axis: over } = chart;
  const axis = {
    stroke: () => colourOf('--faint'),
    grid: { stroke: () => colourOf('--rule'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width,
    height: heightOf(chart),
    legend: { show: false },
    padding: [8, 22, 0, 0],
    cursor: {
      sync: {
        key: `${cursorKey} ${over.words}`,
        setSeries: false,
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
      drag: { x: chart.stretch === undefined, y: false, setScale: true },
      points: { size: 6 },
      ...(view === null ? {} : { bind: { dblclick: () => () => resetView(view) } }),
    },
    scales: {
      x: {
        time: false,
        ...(over.isLog ? { distr: 3, log: 2 } : {}),
        range: (_plot, min, max) => xRange(shown(), view, min, max),
      },
      y: chart.isRatio ? { range: [0, 1] } : { range: (_plot, min, max) => niceRange(min, max) },
    },
    axes: [
      {
        ...axis,
        splits: (plot, _at, min, max) => shown().axis.ticks(min, max, plot.width),
        values: (_plot, splits) => splits.map((at) => shown().axis.text(at, splits)),
        // uPlot thins what is logarithmic by rules of its own.
        filter: (_plot, splits) => splits,
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
      ...chart.lines.map(({ word, colour, dash, values, isArea }) => ({
        label: word,
        stroke: () => colourOf(colour),
        ...(isArea ? { fill: () => `${colourOf(colour)}${areaAlpha}` } : {}),
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
          if (
            view !== null &&
            key === 'x' &&
            typeof min === 'number' &&
            typeof max === 'number' &&
            plot.status === 1
          )
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

function resetView(view: TimeView): null {
  view.reset();
  return null;
}

/** A chart with a stretch of its own shows all of it from 0 on, where the axis has a 0. */
function xRange(
  { axis, lines, stretch }: Chart,
  view: TimeView | null,
  min: number,
  max: number,
): [number, number] {
  if (stretch !== undefined) return [...stretch];
  if (view !== null) return max > min ? [min, max] : [0, view.spanNs / 1e9];
  const first = lines.reduce((least, { x }) => Math.min(least, x[0] ?? least), Number.POSITIVE_INFINITY);
  const from = min <= first && !axis.isLog ? Math.min(0, min) : min;
  return max > from ? [from, max] : [from, from + 1];
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
