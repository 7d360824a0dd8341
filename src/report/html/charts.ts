import type { Interval } from '../../analysis/intervals.ts';
import { overTime } from '../../analysis/over-time.ts';
import { clean } from '../../model/clean-text.ts';
import { parallelMetrics } from '../../model/parallel.ts';
import { fromRank, rankOf } from '../../model/series.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import { toSeconds } from '../../model/units.ts';
import { inChartOrder, isOfLayer } from './chart-order.ts';
import type { ChartsData, DeviceChart, SeriesChart } from './page-data.ts';

/** A chart is some hundred pixels wide; more points would only cost bytes. */
const buckets = 300;
const mostPoints = 2000;
/** A page of more charts is no longer looked at. */
const mostDevices = 16;
const mostSeries = 24;
/** Lines of one chart that can still be told apart. */
const mostRanks = 8;
/** Told once, they have no course. */
const toldAtEnd: readonly string[] = [parallelMetrics.parameterChecksum, parallelMetrics.parameterNorm];

/**
 * What the charts over time show.
 * @param occupancy theoretical, 0..1, by launch; NaN where unknown
 */
export function pageCharts(timeline: Timeline, occupancy: Float64Array): ChartsData {
  const { extent } = timeline;
  if (extent === null || extent.endNs <= extent.startNs) return { devices: [], series: [], omissions: [] };
  const active = new Set(
    timeline.launches
      .filter((_, at) => (timeline.launchTotals[at]?.calls ?? 0) > 0)
      .map(({ device }) => device),
  );
  const devices = timeline.devices.filter(({ id }) => active.has(id));
  const sampled = sampledSeries(timeline, extent);
  const all = byChart([...stepSeries(timeline, extent), ...inChartOrder(sampled)]);
  const ofLayers = all.filter(([{ metric }]) => isOfLayer(metric)).length;
  // Charts of some layers, picked by their order, would tell nothing of the others.
  const series = all.length > mostSeries ? all.slice(0, all.length - ofLayers) : all;
  const ranks = Math.max(0, ...all.map((lines) => lines.length));
  return {
    devices: devices
      .slice(0, mostDevices)
      .map(({ id, smCount }) => deviceChart(timeline, id, extent, smCount.value, occupancy)),
    series: series.slice(0, mostSeries).flatMap((lines) => lines.slice(0, mostRanks)),
    omissions: [
      ...omitted(devices.length, mostDevices, 'devices'),
      ...omitted(series.length, mostSeries, 'sampled figures'),
      ...omitted(ranks, mostRanks, 'ranks', 'line'),
      ...(series.length < all.length
        ? [
            `The ${ofLayers.toLocaleString('en-US')} figures of single layers have no chart; a Perfetto export has them.`,
          ]
        : []),
    ],
  };
}

function omitted(there: number, most: number, what: string, shown = 'chart'): string[] {
  return there > most
    ? [`The first ${most} of ${there.toLocaleString('en-US')} ${what} have a ${shown}.`]
    : [];
}

type Chart = [SeriesChart, ...SeriesChart[]];

/** Series by the chart that they are drawn in: a figure that every rank tells of itself is one, with a line a rank. */
function byChart(series: readonly SeriesChart[]): Chart[] {
  const charts = new Map<string, Chart>();
  for (const line of series) {
    const key = rankOf(line) === null ? `${charts.size}` : `${line.metric} of ranks`;
    const chart = charts.get(key);
    if (chart === undefined) charts.set(key, [line]);
    else chart.push(line);
  }
  return [...charts.values()];
}

function deviceChart(
  timeline: Timeline,
  device: string,
  window: Interval,
  smCount: number | null,
  occupancy: Float64Array,
): DeviceChart {
  const figures = overTime(timeline, device, window, { buckets, smCount, occupancy });
  return {
    device,
    bucketSeconds: toSeconds(figures.bucketNs),
    kernelBusy: rounded(figures.kernelBusy),
    gpuBusy: rounded(figures.gpuBusy),
    smActive: rounded(figures.smActive),
    kernelOccupancy: rounded(figures.kernelOccupancy),
  };
}

function rounded(shares: Float64Array): (number | null)[] {
  return Array.from(shares, (share) => (Number.isFinite(share) ? Math.round(share * 1e4) / 1e4 : null));
}

/** Of each rank, where there are several: one line through the steps of all would tell of none. */
function stepSeries(timeline: Timeline, window: Interval): SeriesChart[] {
  const steps = timeline.steps.filter((step) => step.endNs > step.startNs).sort((a, b) => a.endNs - b.endNs);
  const ranks = [...new Set(steps.map(({ rank }) => rank))].sort((a, b) => (a ?? -1) - (b ?? -1));
  const each = ranks.map((rank) =>
    seriesOfSteps(
      steps.filter((step) => step.rank === rank),
      rank,
      window,
    ),
  );
  return [...each.map(([seconds]) => seconds), ...each.map(([, rates]) => rates)].filter(
    (chart) => chart !== undefined,
  );
}

/** Step times, and rates where the samples are known. */
function seriesOfSteps(steps: readonly Step[], rank: number | undefined, window: Interval): SeriesChart[] {
  if (steps.length < 2) return [];
  const sourced = (from: string) => (rank === undefined ? from : fromRank(from, rank));
  const times = steps.map(({ endNs }) => endNs);
  const seconds = steps.map((step) => toSeconds(step.endNs - step.startNs));
  const charts = [toChart(null, 'stepSeconds', sourced('steps'), times, seconds, window)];
  if (steps.some(({ samples }) => samples !== null)) {
    const rates = steps.map(({ samples }, at) => (samples ?? Number.NaN) / (seconds[at] as number));
    charts.push(toChart(null, 'samplesPerSecond', sourced('workload'), times, rates, window));
  }
  return charts;
}

function sampledSeries(timeline: Timeline, window: Interval): SeriesChart[] {
  return timeline.series
    .filter(({ series, timesNs }) => timesNs.length > 0 && !toldAtEnd.includes(series.metric))
    .map(({ series: { device, metric, from }, timesNs, values }) =>
      toChart(
        device === null ? null : clean(device),
        clean(metric).slice(0, 100),
        clean(from),
        timesNs,
        values,
        window,
      ),
    );
}

function toChart(
  device: string | null,
  metric: string,
  from: string,
  timesNs: readonly number[],
  values: readonly number[],
  window: Interval,
): SeriesChart {
  const kept = keptPoints(timesNs, values);
  return {
    device,
    metric,
    from,
    seconds: kept.map((at) => roundTo(toSeconds((timesNs[at] as number) - window.startNs), 9)),
    values: kept.map((at) => {
      const value = values[at] as number;
      return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
    }),
    notFinite: values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0),
  };
}

/** Indices in order of time; of very many the least and the greatest of each stretch, so that no peak is lost. */
function keptPoints(timesNs: readonly number[], values: readonly number[]): number[] {
  const order = timesNs.map((_, at) => at).sort((a, b) => (timesNs[a] as number) - (timesNs[b] as number));
  if (order.length <= mostPoints) return order;
  const stretch = Math.ceil((order.length * 2) / mostPoints);
  const kept: number[] = [];
  for (let from = 0; from < order.length; from += stretch) {
    const part = order.slice(from, from + stretch);
    const by = (better: (a: number, b: number) => boolean) =>
      part.reduce((best, at) => (better(values[at] as number, values[best] as number) ? at : best));
    const least = by((a, b) => a < b);
    const greatest = by((a, b) => a > b);
    kept.push(Math.min(least, greatest));
    if (least !== greatest) kept.push(Math.max(least, greatest));
  }
  return kept;
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
