import { type LayerMetric, layerOfSeries } from '../../../model/health.ts';
import { seriesOf, type Timeline } from '../../../model/timeline.ts';
import type { Nanoseconds } from '../../../model/units.ts';
import { meanOf } from '../../statistics.ts';
import type { Finding } from '../finding.ts';

/** Findings of one piece of advice. */
export interface Words {
  warn(title: string, evidence: string, remedy: string): Finding;
  ok(title: string, evidence: string): Finding;
  recheck(title: string, evidence: string): Finding;
}

export function words(id: string): Words {
  return {
    warn: (title, evidence, remedy) => ({ id, severity: 'warn', title, evidence, remedy }),
    ok: (title, evidence) => ({ id, severity: 'ok', title, evidence, remedy: '' }),
    recheck: (title, evidence) => ({ id, severity: 'recheck', title, evidence, remedy: '' }),
  };
}

/** The values of a figure of the training, oldest first; empty where nobody reports it. */
export function valuesOf(timeline: Timeline, metric: string): readonly number[] {
  return seriesOf(timeline, null, metric)?.values ?? [];
}

export interface LayerFigures {
  readonly layer: string;
  readonly values: readonly number[];
  readonly timesNs: readonly Nanoseconds[];
}

/** A figure of each layer, in the order in which layers were first told of: that of the forward pass. */
export function layersOf({ series }: Timeline, metric: LayerMetric): LayerFigures[] {
  const layers: LayerFigures[] = [];
  for (const { series: about, values, timesNs } of series) {
    if (about.device !== null) continue;
    const layer = layerOfSeries(metric, about.metric);
    if (layer !== null && layer !== '' && values.length > 0) layers.push({ layer, values, timesNs });
  }
  return layers;
}

/** Those that are numbers. */
export function finiteOf(values: readonly number[]): number[] {
  return values.filter(Number.isFinite);
}

/** The newest say in which unit all are. */
const mostLookedAt = 500;

/**
 * The values of a share, 0..1. Empty where one of them is beyond: programs print accuracies in percent too, and 0.9 may
 * then be either.
 */
export function sharesOf(timeline: Timeline, metric: string): readonly number[] {
  const values = valuesOf(timeline, metric);
  for (let at = Math.max(0, values.length - mostLookedAt); at < values.length; at++) {
    const value = values[at] as number;
    if (value > 1 || value < 0) return [];
  }
  return values;
}

/** The newer half, at least one value and at most so many. */
export function laterHalf(values: readonly number[], most = 500): number[] {
  return values.slice(Math.max(Math.floor(values.length / 2), values.length - most));
}

/** A mean of so many is a level; a live view looks often. */
const mostAtBegin = 100;
const mostOfLate = 400;

/** Level of a curve at its begin, a tenth of it, and of late, a fifth of it. Null where there are too few finite values. */
export function levelsOf(
  values: readonly number[],
  leastValues: number,
): { begin: number; now: number } | null {
  if (values.length < leastValues) return null;
  const begin = finiteOf(values.slice(0, Math.min(mostAtBegin, Math.max(3, Math.floor(values.length / 10)))));
  const now = finiteOf(values.slice(-Math.min(mostOfLate, Math.max(5, Math.floor(values.length / 5)))));
  if (begin.length === 0 || now.length === 0) return null;
  return { begin: meanOf(begin), now: meanOf(now) };
}

/** The first few names, and how many more there are. */
export function namesOf(layers: readonly { readonly layer: string }[], most = 3): string {
  const shown = layers.slice(0, most).map(({ layer }) => layer);
  const more = layers.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
