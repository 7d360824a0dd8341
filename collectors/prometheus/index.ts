export { type PrometheusAddress, parseAddress, tokenVariable } from './address.ts';
export { type ExporterMetric, exporterMetrics } from './exporter-metrics.ts';
export { parseInstant, parseRange, parseTargets } from './parse-answer.ts';
export { PrometheusClient } from './query.ts';
