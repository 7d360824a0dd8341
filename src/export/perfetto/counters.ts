import { activeWindow, launchesOf } from '../../analysis/coverage.ts';
import { launchOccupancies } from '../../analysis/occupancy/kernel-occupancy.ts';
import { overTime } from '../../analysis/over-time.ts';
import type { Trace } from './trace.ts';
import type { Group } from './tracks.ts';

/** Points of a curve that is worked out from executions. */
const curvePoints = 1000;

/**
 * Writes sampled figures as curves, and those that follow from the executions. The format cannot say that a value is
 * unknown: a curve keeps its last one until the next sample.
 */
export async function writeCounters(trace: Trace): Promise<void> {
  await writeSeries(trace);
  const occupancy = Float64Array.from(
    launchOccupancies(trace.timeline),
    ({ value }) => value?.occupancy ?? Number.NaN,
  );
  for (const [device, group] of trace.devices) await writeCurves(trace, device, group, occupancy);
}

async function writeSeries({ timeline, packets, tracks, devices, run, at }: Trace): Promise<void> {
  for (const { series, timesNs, values } of timeline.series) {
    const group = (series.device === null ? undefined : devices.get(series.device)) ?? run;
    const track = tracks.counter(group, series.metric, unitOf(series.metric));
    for (const [index, timeNs] of timesNs.entries()) {
      const value = values[index] ?? Number.NaN;
      if (Number.isFinite(value) && Number.isFinite(timeNs)) packets.count(track, at(timeNs), value);
      if (packets.full) await packets.flush();
    }
  }
}

/** Units stand in names. */
function unitOf(metric: string): 'bytes' | 'ratio' | null {
  if (metric.endsWith('Bytes')) return 'bytes';
  return /(?:util|active|busy|occupancy)$/i.test(metric) ? 'ratio' : null;
}

async function writeCurves(
  trace: Trace,
  device: string,
  group: Group,
  occupancy: Float64Array,
): Promise<void> {
  const { timeline, packets, tracks, at } = trace;
  const window = activeWindow(timeline, launchesOf(timeline, device, ['kernel', 'memcpy', 'memset']));
  if (window === null) return;
  const smCount = timeline.devices.find(({ id }) => id === device)?.smCount.value ?? null;
  const buckets = Math.min(curvePoints, Math.ceil(window.endNs - window.startNs));
  const { bucketNs, ...curves } = overTime(timeline, device, window, { buckets, smCount, occupancy });
  for (const metric of ['kernelBusy', 'gpuBusy', 'smActive', 'kernelOccupancy'] as const) {
    const values = curves[metric];
    if (values.every(Number.isNaN)) continue;
    const track = tracks.counter(group, `${metric}, from launches`, 'ratio');
    for (const [index, value] of values.entries()) {
      if (Number.isNaN(value) || value === values[index - 1]) continue;
      packets.count(track, at(window.startNs + index * bucketNs), value);
    }
    // Nothing runs after the last execution; what its occupancy would be is no question.
    if (metric !== 'kernelOccupancy') packets.count(track, at(window.endNs), 0);
    if (packets.full) await packets.flush();
  }
}
