/** What a metric counts in: its place in a Prometheus name, and OpenTelemetry's word (UCUM). */
export const metricUnits = {
  ratio: { suffix: 'ratio', ucum: '1' },
  bytes: { suffix: 'bytes', ucum: 'By' },
  bytesPerSecond: { suffix: 'bytes_per_second', ucum: 'By/s' },
  flopsPerSecond: { suffix: 'per_second', ucum: '{FLOP}/s' },
  samplesPerSecond: { suffix: 'per_second', ucum: '{sample}/s' },
  watts: { suffix: 'watts', ucum: 'W' },
  joules: { suffix: 'joules', ucum: 'J' },
  hertz: { suffix: 'hertz', ucum: 'Hz' },
  celsius: { suffix: 'celsius', ucum: 'Cel' },
  seconds: { suffix: 'seconds', ucum: 's' },
  // Not `1`, which Prometheus takes for a ratio.
  count: { suffix: '', ucum: '' },
} as const;
export type MetricUnit = keyof typeof metricUnits;

/** What a metric is called by. */
export interface MetricName {
  /** Subject and what of it, such as `gpu.sm_active`; without unit and type. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly unit: MetricUnit;
}

const project = 'warpwatch';

/** Such as `warpwatch_gpu_energy_joules_total`. */
export function prometheusName({ name, unit, type }: MetricName): string {
  const parts = [project, ...name.split('.'), metricUnits[unit].suffix, type === 'counter' ? 'total' : ''];
  return parts.filter((part) => part !== '').join('_');
}

/**
 * Such as `warpwatch.gpu.energy`. With its unit Prometheus turns it into the name above again (its OTLP translation:
 * dots become `_`, the unit and `_total` are added).
 */
export function otlpName({ name }: MetricName): string {
  return `${project}.${name}`;
}

/** In UCUM; '' for what is counted. */
export function otlpUnit({ unit }: MetricName): string {
  return metricUnits[unit].ucum;
}
