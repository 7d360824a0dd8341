/** Labels that tell one GPU from another, without the one that says where a figure comes from. */
export const gpuLabels = ['host', 'gpu', 'mig', 'model'] as const;

const ofChosenGpus = '{host=~"$host", gpu=~"$gpu"}';
const ofChosenHosts = '{host=~"$host"}';
const ofChosenRuns = '{host=~"$host", run=~"$run"}';

/** A figure of the chosen GPUs with the source that it comes from, such as `sm_active_ratio`. */
export function ofGpu(figure: string): string {
  return `warpwatch_gpu_${figure}${ofChosenGpus}`;
}

/** A metric of the chosen hosts, such as `host_cpu_util_ratio`. */
export function ofHost(metric: string): string {
  return `warpwatch_${metric}${ofChosenHosts}`;
}

/** A metric of the chosen runs, such as `training_loss`. */
export function ofRun(metric: string): string {
  return `warpwatch_${metric}${ofChosenRuns}`;
}

/**
 * One series a GPU, whichever source its figure comes from, so that figures of several sources can be put together.
 * @param gpu a figure of GPUs, such as `ofGpu` gives
 */
export function perGpu(gpu: string): string {
  return `max by (${gpuLabels.join(', ')}) (${gpu})`;
}

/** How far util is above what the SMs do. */
export function gap(of: (figure: string) => string): string {
  return `${perGpu(of('util_ratio'))} - ${perGpu(of('sm_active_ratio'))}`;
}

/** The same figures of all GPUs of the chosen hosts. */
export function ofHostsGpu(figure: string): string {
  return ofHost(`gpu_${figure}`);
}

/** Over time, for counters. */
export function rate(counter: string): string {
  return `rate(${counter}[$__rate_interval])`;
}

/**
 * A figure of trainings with the label `made`, which says of those on synthetic data that they are; a run that tells
 * nothing of its data keeps its series.
 */
export function saidIfSynthetic(training: string): string {
  const info = `max by (host, run, synthetic) (${ofRun('training_info')})`;
  const joined = `${training} * on (host, run) group_left (synthetic) ${info}`;
  const said = `label_replace(${joined}, "made", "SYNTHETIC DATA", "synthetic", "true")`;
  return `${said} or (${training} unless on (host, run) ${info})`;
}

/** Names of curves. */
export const legends = {
  gpu: '{{host}} gpu {{gpu}} {{mig}}',
  // What only the launches of a recorded program tell has its run.
  gpuAndRun: '{{host}} gpu {{gpu}} {{mig}} {{run}}',
  gpuAndSource: '{{host}} gpu {{gpu}} {{mig}} {{run}} ({{source}})',
  host: '{{host}}',
  run: '{{run}} {{workload}} {{made}}',
  rank: '{{run}} {{workload}} rank {{rank}} {{made}}',
} as const;
