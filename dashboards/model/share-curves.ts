import type { DeviceView } from '../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import type { Ratio, Seconds } from '../../src/model/units.ts';
import type { FigureTone } from './tone.ts';

/** How curves are told apart without colour. */
export type Stroke = 'line' | 'dashed' | 'dotted' | 'area';

/** A share of a device over time, with its present value. */
export interface ShareCurve {
  readonly name: string;
  readonly value: Measured<Ratio>;
  readonly values: readonly number[];
  readonly stroke: Stroke;
  readonly tone: FigureTone;
}

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
      { name: 'tensor', value: view.tensorActive, values: history.tensorActive, tone: 'peak' },
      { name: 'of peak', value: view.peakShare, values: history.peakShare, tone: 'peak' },
      { name: 'DRAM', value: view.dramActive, values: history.dramActive, tone: 'dram' },
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
      curves.push({ ...occupancy, stroke: 'dotted', tone: 'occupancy' });
    }
  }
  curves.push({ ...util, stroke: 'line', tone: 'coarse' });
  if (real !== undefined) curves.push({ ...real, stroke: 'dashed', tone: 'real' });
  return curves;
}

/** The most important curve is drawn last and read first. */
export function inReadingOrder(curves: readonly ShareCurve[]): ShareCurve[] {
  const rank = { line: 0, dashed: 1, area: 2, dotted: 3 } as const;
  return [...curves].sort((one, other) => rank[one.stroke] - rank[other.stroke]);
}

/** `last 60 s`, `last 5 min`, `last hour`. */
export function windowText(seconds: Seconds): string {
  if (seconds < 120) return `last ${Math.round(seconds)} s`;
  return seconds === 3600 ? 'last hour' : `last ${Math.round(seconds / 60)} min`;
}
