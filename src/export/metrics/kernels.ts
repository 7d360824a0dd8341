import type { MetricFamily, MetricSample } from './family.ts';
import { gpuNumber, ofRun } from './labels.ts';
import type { MetricsMoment, RunMoment } from './moment.ts';

/**
 * Kernels of what is recorded, by what they do: their names are too many for labels. Without `workload`, which a training tells
 * only after its first kernels: a counter must not go on under another name.
 */
export const kernelFamilies: readonly MetricFamily[] = [
  {
    name: 'kernel',
    type: 'counter',
    unit: 'seconds',
    help: 'Time of the kernels of a run since its start, by what they do, from kernel records',
    labels: ['host', 'gpu', 'uuid', 'run', 'category'],
    samples: (moment) => moment.runs.flatMap((run) => secondsByCategory(moment, run)),
  },
];

function secondsByCategory(moment: MetricsMoment, run: RunMoment): MetricSample[] {
  const { devices, kernels } = run.snapshot;
  const sums = new Map<string, Map<string, number>>();
  for (const { device, category, totalSeconds } of kernels) {
    const ofDevice = sums.get(device) ?? new Map<string, number>();
    sums.set(device, ofDevice);
    ofDevice.set(category, (ofDevice.get(category) ?? 0) + totalSeconds);
  }
  return [...sums].flatMap(([id, categories]) => {
    const uuid = devices.find(({ device }) => device.id === id)?.device.uuid;
    const labels = {
      ...ofRun(moment, run),
      gpu: gpuNumber(id),
      ...(uuid === undefined ? {} : { uuid }),
    };
    return [...categories].map(([category, value]) => ({ labels: { ...labels, category }, value }));
  });
}
