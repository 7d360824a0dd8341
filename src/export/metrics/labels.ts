import type { Snapshot } from '../../analysis/snapshot.ts';
import type { Device } from '../../model/device.ts';
import type { Labels } from './family.ts';
import type { MetricsMoment, RunMoment } from './moment.ts';

/** Findings and losses of a recording that is looked at as a machine are told once, of the run. */
export function isRunItself({ machine, runs }: MetricsMoment): boolean {
  return runs.some(({ snapshot }) => snapshot === machine);
}

const workloadLength = 64;

/** Number of a GPU: `0` of `gpu0`; the id of a device that is called otherwise. */
export function gpuNumber(id: string): string {
  return /^gpu(\d+)$/.exec(id)?.[1] ?? id;
}

/** A MIG device is told by its GPU's number and its own id. */
export function deviceLabels({ host }: MetricsMoment, { id, uuid, name, parent }: Device): Labels {
  return {
    gpu: gpuNumber(parent ?? id),
    ...(uuid === undefined ? {} : { uuid }),
    model: name,
    host,
    ...(parent === undefined ? {} : { mig: id }),
  };
}

/** Of a run, whatever it does. */
export function ofRun(moment: MetricsMoment, { name, host = moment.host }: RunMoment): Labels {
  return { host, run: name };
}

/** Of what is trained in a run. */
export function workloadLabels(moment: MetricsMoment, run: RunMoment): Labels {
  return { ...ofRun(moment, run), workload: workloadName(run.snapshot) };
}

function workloadName({ training, title }: Snapshot): string {
  return (training?.workload?.name ?? title).slice(0, workloadLength);
}
