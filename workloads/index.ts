import { WarpwatchError } from '../src/model/errors.ts';
import { fusionWorkload } from './training/fusion.ts';
import { resnetWorkload } from './training/resnet.ts';
import { splitWorkload } from './training/split.ts';
import { ssdWorkload } from './training/ssd.ts';
import type { Workload } from './training/workload.ts';

export type { WorkloadOption, WorkloadOptions } from './training/options.ts';
export type { TrainContext, TrainSummary } from './training/train.ts';
export type { Workload } from './training/workload.ts';

/** Every workload. Their rows load no implementation before `start`. */
export const workloads: readonly Workload[] = [resnetWorkload, ssdWorkload, splitWorkload, fusionWorkload];

/**
 * The workload of that name.
 * @throws WarpwatchError `usage` that names the choices
 */
export function findWorkload(name: string): Workload {
  const workload = workloads.find((candidate) => candidate.name === name);
  if (workload !== undefined) return workload;
  const names = workloads.map((candidate) => candidate.name).join(', ');
  throw new WarpwatchError('usage', `There is no workload "${name}"; choose one of ${names}.`);
}
