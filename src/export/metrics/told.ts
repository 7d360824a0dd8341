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
  const texts = new CleanTexts();
  let omitted = 0;
  const told = metricFamilies.flatMap((family): ToldFamily[] => {
    const all = family.samples(moment).filter(({ value }) => family.mayBeNaN || Number.isFinite(value));
    const samples = bounded(family, all, texts);
    omitted += all.length - samples.length;
    return samples.length === 0 ? [] : [{ family, samples }];
  });
  const { labels } = cleanLabels({ host: moment.host }, texts);
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

function bounded(family: MetricFamily, all: readonly MetricSample[], texts: CleanTexts): MetricSample[] {
  const seen = new Set<string>();
  const samples: MetricSample[] = [];
  for (const sample of all) {
    if (samples.length === mostSeries) break;
    const { labels, key } = cleanLabels(sample.labels, texts);
    if (seen.has(key)) continue;
    seen.add(key);
    samples.push({ labels, value: shortened(family, sample.value) });
  }
  return samples;
}

/** Prometheus takes an empty value for a label that is not there. The key is another one for other labels: clean values hold no newline. */
function cleanLabels(labels: Labels, texts: CleanTexts): { labels: Labels; key: string } {
  const cleaned: Record<string, string> = {};
  let key = '';
  for (const [name, value] of Object.entries(labels)) {
    const text = texts.of(value);
    if (text === '') continue;
    cleaned[name] = text;
    key += `${name}\n${text}\n`;
  }
  return { labels: cleaned, key };
}

/** Texts as they may be sent. Most labels of a page are a few texts, again and again. */
class CleanTexts {
  readonly #known = new Map<string, string>();

  of(text: string): string {
    let cleaned = this.#known.get(text);
    if (cleaned === undefined) {
      // Again, since the cut may fall within a character of two halves.
      cleaned = clean(clean(text).slice(0, longestLabel));
      this.#known.set(text, cleaned);
    }
    return cleaned;
  }
}

/** Six digits, and whole from 100,000 on; a counter must grow by what was added, and seconds of one are of nanoseconds. */
function shortened({ type, unit }: MetricFamily, value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value) || unit === 'bytes') return value;
  if (type === 'counter') return Number(value.toFixed(9));
  return Math.abs(value) < 10 ** (digits - 1) ? Number(value.toPrecision(digits)) : Math.round(value);
}
