import { percent, quantity, shortTime, withUnit } from '../../../src/model/numbers.ts';
import { rankOf } from '../../../src/model/series.ts';
import type { ChartsData, DeviceChart, PageData, SeriesChart } from '../../../src/report/html/page-data.ts';
import type { Report } from '../../../src/report/report.ts';
import { type ChartAxis, overTime } from './chart-axis.ts';
import { lineDashes } from './line-dashes.ts';

/** One line of a chart. */
export interface Line {
  /** A word with a definition, or the name of a sampled figure. */
  readonly word: string;
  /** What is shown in its place; the word itself where it is left out. */
  readonly label?: string;
  readonly from: string;
  /** Where on the axis each value stands, ascending. */
  readonly x: readonly number[];
  readonly values: readonly (number | null)[];
  /** Variable of the style sheet. */
  readonly colour: string;
  /** On and off in pixels, so that lines differ without their colours too; empty for a whole line. */
  readonly dash: readonly number[];
  /** Whether what is below it is filled. */
  readonly isArea?: boolean;
}

/** A chart, before anything is drawn. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly axis: ChartAxis;
  readonly lines: readonly Line[];
  /** Ratios are drawn from 0 to 100 %. */
  readonly isRatio: boolean;
  /** Whether it takes the whole width of the page. */
  readonly isWide: boolean;
  readonly format: (value: number) => string;
  /** Sentences below it: what is missing and why. */
  readonly notes: readonly string[];
  /** From where to where on the axis it shows, whatever the lines have; left out where they say so themselves. */
  readonly stretch?: readonly [from: number, to: number];
}

const lineStyles: Readonly<Record<string, readonly [colour: string, dash: readonly number[]]>> = {
  util: ['--l-util', []],
  kernelBusy: ['--l-kernelBusy', []],
  gpuBusy: ['--l-gpuBusy', [2, 3]],
  smActive: ['--l-smActive', []],
  kernelOccupancy: ['--l-kernelOccupancy', [6, 3]],
};
const bucketed = ['kernelBusy', 'gpuBusy', 'smActive', 'kernelOccupancy'] as const;
const ratioMetrics =
  /^(util|processUtil|cpuUtil|accuracy)$|(Busy|Active|Occupancy|occupancy|Accuracy|Share)$|AveragePrecision/;

/** The charts of a page: one a device, then what was sampled beside. */
export function chartsOf({ charts, report }: PageData): Chart[] {
  const ofDevices = new Set(charts.devices.map(({ device }) => device));
  const own = charts.series.filter(
    ({ device, metric }) => !(metric === 'util' && device !== null && ofDevices.has(device)),
  );
  return [
    ...charts.devices.map((device, at) => deviceChart(device, at, charts, report)),
    ...byFigure(own).map(seriesChart),
  ];
}

function deviceChart(chart: DeviceChart, at: number, charts: ChartsData, report: Report): Chart {
  const device = report.devices.find(({ id }) => id === chart.device);
  const seconds = chart.kernelBusy.map((_, bucket) => (bucket + 0.5) * chart.bucketSeconds);
  const util = charts.series.filter((series) => series.device === chart.device && series.metric === 'util');
  const notes: string[] = [];
  const lines = util.slice(0, 1).map((series) => line('util', series.from, series.seconds, series.values));
  if (lines.length === 0 && device?.util.value === null) notes.push(`util: ${device.util.why}`);
  for (const word of bucketed) {
    const values = chart[word];
    const figure = device?.[word];
    if (values.some((value) => value !== null)) lines.push(line(word, 'launches', seconds, values));
    else if (figure?.value === null) notes.push(`${word}: ${figure.why}`);
  }
  const name = device === undefined || device.name === '' ? '' : ` · ${device.name}`;
  return {
    id: `device-${at}`,
    title: `${chart.device}${name}`,
    axis: overTime,
    lines,
    isRatio: true,
    isWide: lines.length > 1,
    format: percent,
    notes,
  };
}

function line(word: string, from: string, x: readonly number[], values: readonly (number | null)[]): Line {
  const [colour, dash] = lineStyles[word] ?? ['--l-kernelBusy', []];
  return { word, from, x, values, colour, dash };
}

/** Series that ranks tell of themselves are one chart, with a line a rank. */
function byFigure(series: readonly SeriesChart[]): SeriesChart[][] {
  const charts: SeriesChart[][] = [];
  for (const line of series) {
    const last = charts.at(-1);
    const [first] = last ?? [];
    if (first?.metric === line.metric && rankOf(first) !== null && rankOf(line) !== null) last?.push(line);
    else charts.push([line]);
  }
  return charts;
}

function seriesChart(series: readonly SeriesChart[], at: number): Chart {
  const { device = null, metric = '' } = series[0] ?? {};
  const notFinite = series.reduce((sum, one) => sum + one.notFinite, 0);
  const isRatio =
    ratioMetrics.test(metric) &&
    series.every(({ values }) => values.every((value) => value === null || value <= 1.0001));
  return {
    id: `series-${at}`,
    title: device === null ? metric : `${device} · ${metric}`,
    axis: overTime,
    lines: series.map((one) => ({ ...line(metric, one.from, one.seconds, one.values), ...rankLook(one) })),
    isRatio,
    isWide: false,
    format: isRatio ? percent : formatOf(metric),
    notes:
      notFinite > 0
        ? [`${notFinite.toLocaleString('en-US')} of its values are NaN or infinite; the line has gaps there.`]
        : [],
  };
}

const rankColours = [
  '--l-kernelBusy',
  '--l-util',
  '--l-smActive',
  '--l-kernelOccupancy',
  '--i-host',
  '--faint',
] as const;

/** How the line of a rank is told from the others; nothing where the series is of no rank. */
function rankLook(series: SeriesChart): Partial<Pick<Line, 'word' | 'colour' | 'dash'>> {
  const rank = rankOf(series);
  if (rank === null) return {};
  return {
    word: `rank ${rank}`,
    colour: rankColours[rank % rankColours.length] ?? '--faint',
    dash: lineDashes[rank % lineDashes.length] ?? [],
  };
}

/** Units stand in names. */
function formatOf(metric: string): (value: number) => string {
  if (metric.endsWith('Seconds')) return shortTime;
  if (metric.endsWith('Bytes')) return (value) => withUnit(value, 'B');
  if (metric.endsWith('Watts')) return (value) => withUnit(value, 'W');
  if (metric.endsWith('Celsius')) return (value) => `${quantity(value)} °C`;
  return quantity;
}

/** The data of a chart as rows: one a place on the axis, in order; empty where a line has no value. */
export function chartRows({ axis, lines }: Chart): { head: string[]; rows: (number | null)[][] } {
  const rows = new Map<number, (number | null)[]>();
  for (const [at, { x, values }] of lines.entries())
    for (const [index, place] of x.entries()) {
      let row = rows.get(place);
      if (row === undefined) {
        row = [place, ...lines.map(() => null)];
        rows.set(place, row);
      }
      row[at + 1] = values[index] ?? null;
    }
  return {
    head: [axis.name, ...lines.map(({ word }) => word)],
    rows: [...rows.values()].sort((a, b) => (a[0] as number) - (b[0] as number)),
  };
}

/** What a chart shows, for those who do not see it: the span of each line. */
export function chartSummary({ title, axis, lines, format }: Chart): string {
  const spans = lines.map(({ word, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${word} unknown`;
    const least = known.reduce((a, b) => Math.min(a, b));
    const greatest = known.reduce((a, b) => Math.max(a, b));
    return `${word} from ${format(least)} to ${format(greatest)}`;
  });
  return `${title} ${axis.words}: ${spans.join(', ')}`;
}
