import { type MetricFamily, metricUnits } from './family.ts';

const project = 'warpwatch';

/** Such as `warpwatch_gpu_energy_joules_total`. */
export function prometheusName({ name, unit, type }: MetricFamily): string {
  const parts = [project, ...name.split('.'), metricUnits[unit].suffix, type === 'counter' ? 'total' : ''];
  return parts.filter((part) => part !== '').join('_');
}

/**
 * Such as `warpwatch.gpu.energy`. With its unit Prometheus turns it into the name above again (its OTLP translation:
 * dots become `_`, the unit and `_total` are added).
 */
export function otlpName({ name }: MetricFamily): string {
  return `${project}.${name}`;
}

/** In UCUM; '' for what is counted. */
export function otlpUnit({ unit }: MetricFamily): string {
  return metricUnits[unit].ucum;
}
