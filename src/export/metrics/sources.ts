import { isKnown } from '../../model/measured.ts';
import type { MetricFamily } from './family.ts';

/** How the sources of figures do. */
export const sourceFamilies: readonly MetricFamily[] = [
  {
    name: 'source.up',
    type: 'gauge',
    unit: 'count',
    help: '1 while the source of figures gives them',
    labels: ['host', 'source'],
    samples: ({ host, sources }) =>
      sources.map(({ id, works }) => ({ labels: { host, source: id }, value: works ? 1 : 0 })),
  },
  {
    name: 'source.scrape_duration',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the last look at the source took',
    labels: ['host', 'source'],
    samples: ({ host, sources }) =>
      sources.flatMap(({ id, lookSeconds }) =>
        isKnown(lookSeconds) ? [{ labels: { host, source: id }, value: lookSeconds.value }] : [],
      ),
  },
];
