import { Counter, Gauge, type Metric, Registry, type RegistryContentType } from 'prom-client';
import { prometheusName } from '../../model/metric-names.ts';
import type { MetricsMoment } from './moment.ts';
import { type ToldFamily, toldFamilies } from './told.ts';

/** How Prometheus can be answered, by the media type of each. */
export const metricFormats = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const;
export type MetricFormat = keyof typeof metricFormats;

const kinds = { gauge: Gauge, counter: Counter } as const;

/** All metrics of a moment as Prometheus reads them. */
export function printMetrics(moment: MetricsMoment, format: MetricFormat): Promise<string> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(metricFormats[format]);
  for (const told of toldFamilies(moment)) registry.registerMetric(metricOf(told));
  return registry.metrics();
}

/**
 * The samples are handed over as they are: what prom-client would count up itself is counted elsewhere, and it tells series
 * apart by a text in which other people's labels may look alike.
 */
function metricOf({ family, samples }: ToldFamily): Metric {
  const Kind = kinds[family.type];
  const metric = new Kind({ name: prometheusName(family), help: family.help, registers: [] });
  const described = metric.get.bind(metric);
  metric.get = async () => ({ ...(await described()), values: [...samples] });
  return metric;
}
