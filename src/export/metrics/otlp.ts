import { DiagLogLevel, diag, type HrTime, ValueType } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { messageOf } from '../../model/errors.ts';
import { otlpName, otlpUnit } from '../../model/metric-names.ts';
import type { MetricsMoment } from './moment.ts';
import { type ToldFamily, toldFamilies } from './told.ts';

export interface OtlpOptions {
  /** Where metrics are sent, with its path. */
  readonly url: string;
  readonly intervalMs: number;
  readonly host: string;
  readonly version: string;
  moment(): MetricsMoment;
  /** Takes what went wrong with a sending, in the words of whoever noticed it; '' for one that went well. */
  onSent(trouble: string): void;
  /** Takes why there is no moment to send. */
  onNothing(why: string): void;
}

/** A sending ends within this, retries and all. */
const deadlineMs = 5000;
/** The last sending, at the end, is given up after this. */
const closeMs = 2000;
const scope = { name: 'warpwatch' } as const;

/** Sends all metrics of the moment to an OpenTelemetry collector, once an interval. */
export function sendByOtlp(options: OtlpOptions): { close(): Promise<void> } {
  const { url, intervalMs, host, version } = options;
  const resource = resourceFromAttributes({
    'service.name': 'warpwatch',
    'service.version': version,
    'host.name': host,
  });
  let trouble = '';
  // All that the library notices goes through its one logger: otherwise it says nothing of an answer that is no OTLP.
  const note = (message: string): void => {
    trouble ||= message;
  };
  const silent = (): void => undefined;
  diag.setLogger(
    { error: note, warn: note, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const timeoutMillis = Math.min(deadlineMs, intervalMs);
  const exporter = new OTLPMetricExporter({ url, timeoutMillis });
  const startTime = hrTimeOf(Date.now());
  const scopes = (): ScopeMetrics[] => {
    const endTime = hrTimeOf(Date.now());
    try {
      const told = toldFamilies(options.moment());
      return [{ scope, metrics: told.map((family) => metricData(family, startTime, endTime)) }];
    } catch (error) {
      options.onNothing(messageOf(error));
      return [];
    }
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: {
      export: (metrics, done) =>
        exporter.export(metrics, (result) => {
          options.onSent(result.error?.message ?? trouble);
          trouble = '';
          done(result);
        }),
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    },
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMillis,
    // Not instruments: the SDK goes on to send the last value of one that is not observed any more.
    metricProducers: [
      { collect: async () => ({ resourceMetrics: { resource, scopeMetrics: scopes() }, errors: [] }) },
    ],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { close: () => provider.shutdown({ timeoutMillis: closeMs }).catch(() => undefined) };
}

function metricData({ family, samples }: ToldFamily, startTime: HrTime, endTime: HrTime): MetricData {
  const shared = {
    descriptor: {
      name: otlpName(family),
      description: family.help,
      unit: otlpUnit(family),
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: samples.map(({ labels, value }) => ({ startTime, endTime, attributes: labels, value })),
  };
  return family.type === 'counter'
    ? { ...shared, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...shared, dataPointType: DataPointType.GAUGE };
}

/** Seconds and nanoseconds, as OpenTelemetry has times. */
function hrTimeOf(unixMs: number): HrTime {
  return [Math.floor(unixMs / 1e3), (unixMs % 1e3) * 1e6];
}
