import { metrics } from '../../src/model/series.ts';
import { aValue, noValue, type Reading } from './reading.ts';
import { returnCodes, whyOf } from './return-codes.ts';

type Unit = 'percent' | 'mebibytesPerSecond';

/** Ids of nvmlGpmMetricId_t. Transmit is what leaves the GPU. */
export const gpmMetrics: readonly { readonly id: number; readonly metric: string; readonly unit: Unit }[] = [
  { id: 1, metric: metrics.graphicsActive, unit: 'percent' },
  { id: 2, metric: metrics.smActive, unit: 'percent' },
  { id: 3, metric: metrics.occupancy, unit: 'percent' },
  { id: 4, metric: metrics.integerActive, unit: 'percent' },
  { id: 5, metric: metrics.tensorActive, unit: 'percent' },
  { id: 10, metric: metrics.dramActive, unit: 'percent' },
  { id: 11, metric: metrics.fp64Active, unit: 'percent' },
  { id: 12, metric: metrics.fp32Active, unit: 'percent' },
  { id: 13, metric: metrics.fp16Active, unit: 'percent' },
  { id: 20, metric: metrics.pcieTransmitBytesPerSecond, unit: 'mebibytesPerSecond' },
  { id: 21, metric: metrics.pcieReceiveBytesPerSecond, unit: 'mebibytesPerSecond' },
  { id: 60, metric: metrics.nvlinkReceiveBytesPerSecond, unit: 'mebibytesPerSecond' },
  { id: 61, metric: metrics.nvlinkTransmitBytesPerSecond, unit: 'mebibytesPerSecond' },
];

/**
 * nvmlGpmMetricsGet_t: version and count, two samples, then 40 bytes a metric. Its array grew from 98 over 210 to 333
 * without a new version, so the room is for the longest.
 */
const layout = { count: 4, older: 8, newer: 16, metrics: 24, metricBytes: 40, code: 4, value: 8 } as const;
export const gpmQuestionBytes = layout.metrics + 333 * layout.metricBytes;
const questionVersion = 1;

/** Percent may be off by so much through rounding; more is not a measurement. */
const roundingPercent = 0.5;
/** No link moves 10 TB/s. */
const mostMebibytesPerSecond = 1e7;
const bytesPerMebibyte = 2 ** 20;

/** Writes the question for all metrics between two samples into a buffer of `gpmQuestionBytes`. */
export function writeGpmQuestion(view: DataView, older: bigint, newer: bigint): void {
  view.setUint32(0, questionVersion, true);
  view.setUint32(layout.count, gpmMetrics.length, true);
  view.setBigUint64(layout.older, older, true);
  view.setBigUint64(layout.newer, newer, true);
  for (const [index, { id }] of gpmMetrics.entries()) {
    const at = layout.metrics + index * layout.metricBytes;
    view.setUint32(at, id, true);
    // What stands here from the last time must not pass for an answer.
    view.setInt32(at + layout.code, returnCodes.notFound, true);
    view.setFloat64(at + layout.value, Number.NaN, true);
  }
}

/** The answers: each metric has a code of its own, and the counters give NaN and worse now and then. */
export function readGpmAnswer(view: DataView): readonly Reading[] {
  return gpmMetrics.map(({ metric, unit }, index) => {
    const at = layout.metrics + index * layout.metricBytes;
    const code = view.getInt32(at + layout.code, true);
    if (code !== returnCodes.success) return noValue(metric, whyOf(code, 'nvmlGpmMetricsGet'), 'nvml.gpm');
    const raw = view.getFloat64(at + layout.value, true);
    return unit === 'percent' ? ratio(metric, raw) : rate(metric, raw);
  });
}

function ratio(metric: string, percent: number): Reading {
  if (percent >= -roundingPercent && percent <= 100 + roundingPercent) {
    return aValue(metric, Math.min(Math.max(percent, 0), 100) / 100, 'nvml.gpm');
  }
  return noCounter(metric, percent);
}

function rate(metric: string, mebibytesPerSecond: number): Reading {
  if (mebibytesPerSecond >= 0 && mebibytesPerSecond <= mostMebibytesPerSecond) {
    return aValue(metric, mebibytesPerSecond * bytesPerMebibyte, 'nvml.gpm');
  }
  return noCounter(metric, mebibytesPerSecond);
}

function noCounter(metric: string, raw: number): Reading {
  const why = `The GPU's counter for ${metric} gave ${raw}, which is no measurement; it is read again.`;
  return noValue(metric, why, 'nvml.gpm');
}
