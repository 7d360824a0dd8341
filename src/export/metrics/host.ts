import { isKnown, type Measured } from '../../model/measured.ts';
import type { MetricFamily, MetricSample } from './family.ts';
import { isRunItself, ofRun } from './labels.ts';
import type { MetricsMoment } from './moment.ts';

/** The machine, and warpwatch itself. */
export const hostFamilies: readonly MetricFamily[] = [
  {
    name: 'host.cpu_util',
    type: 'gauge',
    unit: 'ratio',
    help: 'Share of the time in which the cores of the host were busy',
    labels: ['host'],
    samples: (moment) => ofHost(moment, moment.machine.host.cpuUtil),
  },
  {
    name: 'host.memory_used',
    type: 'gauge',
    unit: 'bytes',
    help: 'Memory of the host in use',
    labels: ['host'],
    samples: (moment) => ofHost(moment, moment.machine.host.memoryUsedBytes),
  },
  {
    name: 'host.memory_total',
    type: 'gauge',
    unit: 'bytes',
    help: 'Memory of the host',
    labels: ['host'],
    samples: ({ host, machine: { host: view } }) =>
      view.memoryTotalBytes === null ? [] : [{ labels: { host }, value: view.memoryTotalBytes }],
  },
  {
    name: 'build.info',
    type: 'gauge',
    unit: 'count',
    help: 'Version of warpwatch',
    labels: ['host', 'version'],
    samples: ({ host, version }) => [{ labels: { host, version }, value: 1 }],
  },
  {
    name: 'lost.records',
    type: 'counter',
    unit: 'count',
    help: 'Records that are missing: dropped, unfinished or out of range',
    labels: ['host', 'run'],
    samples: (moment) => [
      ...(isRunItself(moment) ? [] : [{ labels: { host: moment.host }, value: moment.machine.lostRecords }]),
      ...moment.runs.map((run) => ({ labels: ofRun(moment, run), value: run.snapshot.lostRecords })),
    ],
  },
];

function ofHost({ host }: MetricsMoment, measured: Measured): MetricSample[] {
  return isKnown(measured) ? [{ labels: { host }, value: measured.value }] : [];
}
