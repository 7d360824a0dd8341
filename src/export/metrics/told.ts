import { clean } from '../../model/clean-text.ts';
import { metricFamilies } from './families.ts';
import type { Labels, MetricFamily, MetricSample } from './family.ts';
import type { MetricsMoment } from './moment.ts';

/** A family has no more series than this, whatever a machine or a recording holds. */
const mostSeries = 512;
const longestLabel = 128;
const digits = 6;

/** A family with the samples that may be sent: with clean labels, each set of them once, and not too many. */
export interface ToldFamily {
  readonly family: MetricFamily;
  readonly samples: readonly MetricSample[];
}

/** What is told at a moment; families without a sample are left out. */
export function toldFamilies(moment: MetricsMoment): readonly ToldFamily[] {
  let omitted = 0;
  const told = metricFamilies.flatMap((family): ToldFamily[] => {
    const all = family.samples(moment);
    const samples = bounded(family, all);
    omitted += all.length - samples.length;
    return samples.length === 0 ? [] : [{ family, samples }];
  });
  const labels = cleanLabels({ host: moment.host });
  return [...told, { family: omittedSeries, samples: [{ labels, value: omitted }] }];
}

const omittedSeries: MetricFamily = {
  name: 'omitted.series',
  type: 'gauge',
  unit: 'count',
  help: 'Series that are left out because there are too many, or others of the same labels',
  labels: ['host'],
  samples: () => [],
};

function bounded(family: MetricFamily, all: readonly MetricSample[]): MetricSample[] {
  const seen = new Set<string>();
  const samples: MetricSample[] = [];
  for (const { labels, value } of all) {
    if (samples.length === mostSeries) break;
    const cleaned = cleanLabels(labels);
    // Clean values hold no newline.
    const key = Object.entries(cleaned).flat().join('\n');
    if (seen.has(key)) continue;
    seen.add(key);
    samples.push({ labels: cleaned, value: shortened(family, value) });
  }
  return samples;
}

/** Prometheus takes an empty value for a label that is not there. */
function cleanLabels(labels: Labels): Labels {
  const cleaned: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) {
    // Again, since the cut may fall within a character of two halves.
    const text = clean(clean(value).slice(0, longestLabel));
    if (text !== '') cleaned[name] = text;
  }
  return cleaned;
}

/** Six digits, and whole from 100,000 on; a counter must grow by what was added, and seconds of one are of nanoseconds. */
function shortened({ type, unit }: MetricFamily, value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value) || unit === 'bytes') return value;
  if (type === 'counter') return Number(value.toFixed(9));
  return Math.abs(value) < 10 ** (digits - 1) ? Number(value.toPrecision(digits)) : Math.round(value);
}
