import { isCurve } from '../snapshot.ts';
import type { TargetKey } from './drafts.ts';
import type { MetricReader } from './readers.ts';
import { trainingMetrics } from './training-metrics.ts';

/** A loss is drawn over its steps. */
const trainingCurves = [trainingMetrics.steps, trainingMetrics.loss, trainingMetrics.accuracy];

/** One metric of each exporter that is there wherever the exporter is, for what is asked of exporters and not of GPUs. */
const signs = ['warpwatch_build_info', 'DCGM_FI_DEV_GPU_TEMP', 'nvidia_smi_gpu_info'];
/** A host whose exporter fell silent within it is still a host of the fleet. */
const rememberedFor = '1h';
const keyLabels = 'cluster, job, instance, host, Hostname, node';
/** A longer list would be a query of its own size. */
const mostJobs = 100;

/** Marks the values of `healthQuery` that are times of samples. */
export const timeMark = 'warpwatch_fleet';

/**
 * The present of all hosts.
 * @param match further matchers, such as `cluster="a"`; '' for none
 */
export function overviewQuery(readers: ReadonlyMap<string, MetricReader>, match: string): string {
  const names = [...readers.values()].filter(({ overview }) => overview).map(({ name }) => name);
  return selector(names, match);
}

/** The addresses that told of a GPU within the last hour: those that do not any more are missed. */
export function rememberedQuery(match: string): string {
  return `group by (${keyLabels}) (last_over_time(${selector(signs, match)}[${rememberedFor}]))`;
}

/**
 * Whether addresses answer, and when their samples were taken: two answers in one, told apart by `timeMark`. The time of an
 * instant query's values is that of the query.
 * @param jobs those that have ever told of a GPU
 */
export function healthQuery(jobs: readonly string[], match: string): string {
  const ofJobs =
    jobs.length === 0 || jobs.length > mostJobs
      ? ''
      : `{job=~${quoted(jobs.map(escapeExpression).join('|'))}}`;
  const times = `max by (${keyLabels}) (timestamp(${selector(signs, match)}))`;
  return `up${ofJobs} or label_replace(${times}, "${timeMark}", "time", "", "")`;
}

/** Everything that is told of one host. */
export function hostQuery(
  readers: ReadonlyMap<string, MetricReader>,
  targets: readonly TargetKey[],
  match: string,
): string {
  const names = [...readers.keys()];
  return targets.map((target) => selector(names, matchers(target, match))).join(' or ');
}

/** What curves are drawn of, of one host; for a query over a stretch of time. */
export function curvesQuery(
  readers: ReadonlyMap<string, MetricReader>,
  targets: readonly TargetKey[],
  match: string,
): string {
  const drawn = [...readers.values()].filter(({ figure }) => figure !== undefined && isCurve(figure.figure));
  const names = [...drawn.map(({ name }) => name), ...trainingCurves];
  return targets.map((target) => selector(names, matchers(target, match))).join(' or ');
}

function matchers(target: TargetKey, match: string): string {
  const { cluster, job, instance, host, hostname, node } = target;
  const own = Object.entries({ cluster, job, instance, host, Hostname: hostname, node }).map(
    ([label, value]) => `${label}=${quoted(value)}`,
  );
  return match === '' ? own.join() : `${own.join()},${match}`;
}

function selector(names: readonly string[], match: string): string {
  return `{__name__=~"${names.join('|')}"${match === '' ? '' : `,${match}`}}`;
}

/** A string of PromQL. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
