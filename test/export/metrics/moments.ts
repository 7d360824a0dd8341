/** Made-up moments that metrics are told of. */
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { metricFamilies } from '../../../src/export/metrics/families.ts';
import type { MetricSample } from '../../../src/export/metrics/family.ts';
import type { MetricsMoment, RunMoment } from '../../../src/export/metrics/moment.ts';
import { known } from '../../../src/model/measured.ts';
import { prometheusName } from '../../../src/model/metric-names.ts';
import { gpus } from '../../dashboards/gpu-snapshots.ts';

export function momentOf(machine: Snapshot = gpus(2), runs: readonly RunMoment[] = []): MetricsMoment {
  const nvml = { id: 'nvml', works: true, why: '', lookSeconds: known(0.0125, 'clock') };
  return { host: 'node17', version: '1.2.3', machine, sources: [nvml], runs };
}

/** What a family tells of a moment, by its name in Prometheus. */
export function samplesOf(name: string, moment: MetricsMoment): readonly MetricSample[] {
  const family = metricFamilies.find((each) => prometheusName(each) === name);
  if (family === undefined) throw new Error(`There is no metric ${name}.`);
  return family.samples(moment);
}
