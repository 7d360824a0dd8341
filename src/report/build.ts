import { checkAdvice } from '../analysis/advice/index.ts';
import { healthFigures } from '../analysis/health-figures.ts';
import { phaseFigures } from '../analysis/phase-figures.ts';
import { namedRanges } from '../analysis/ranges.ts';
import { replicasView, wholeRun } from '../analysis/replicas.ts';
import { meanSample, newestValue } from '../analysis/samples.ts';
import { measureRanks } from '../analysis/utilization/index.ts';
import { lossParts, metrics } from '../model/series.ts';
import { seriesOf, type Timeline } from '../model/timeline.ts';
import { buildDevice } from './build-device.ts';
import { buildKernels } from './build-kernels.ts';
import { buildSteps } from './build-steps.ts';
import { type RankReport, type Report, reportSchema, type TrainingReport } from './report.ts';
import { toWindow } from './window.ts';

/** So many kernels are listed unless the caller asks for more. */
export const defaultTopKernels = 20;

/** A program may name each of its ranges anew. */
const mostRanges = 50;

/** Draws up the report of a run. */
export function buildReport(timeline: Timeline, topKernels = defaultTopKernels): Report {
  const replicas = replicasView(timeline, wholeRun);
  return {
    schema: reportSchema,
    source: timeline.source,
    run: timeline.run,
    window: timeline.extent && toWindow(timeline, timeline.extent),
    devices: timeline.devices.map((device) => buildDevice(timeline, device)),
    ranks: toRanks(timeline),
    replicas,
    topKernels: buildKernels(timeline, topKernels),
    ranges: namedRanges(timeline).slice(0, mostRanges),
    steps: buildSteps(timeline, replicas),
    phases: phaseFigures(timeline),
    training: toTraining(timeline),
    profilerOverhead: meanSample(
      timeline,
      null,
      metrics.profilerOverhead,
      timeline.extent ?? { startNs: 0, endNs: 0 },
    ),
    loss: timeline.losses,
    damage: timeline.damage,
    producers: timeline.producers,
    advice: checkAdvice(timeline),
  };
}

function toRanks(timeline: Timeline): RankReport[] {
  return measureRanks(timeline).map(({ steps: _steps, ...rank }) => rank);
}

function toTraining(timeline: Timeline): TrainingReport {
  const values = (metric: string) => seriesOf(timeline, null, metric)?.values ?? [];
  return {
    workload: timeline.workload,
    firstLoss: jsonNumber(values(metrics.loss)[0]),
    lastLoss: jsonNumber(values(metrics.loss).at(-1)),
    accuracy: values(metrics.accuracy).at(-1) ?? null,
    validationAccuracy: newestValue(timeline, metrics.validationAccuracy),
    validationMeanAveragePrecision: newestValue(timeline, metrics.validationMeanAveragePrecision),
    validationMeanAveragePrecision50: newestValue(timeline, metrics.validationMeanAveragePrecision50),
    lossParts: lossParts
      .filter((name) => values(name).length > 0)
      .map((name) => ({ name, first: jsonNumber(values(name)[0]), last: jsonNumber(values(name).at(-1)) })),
    health: healthFigures(timeline),
    intermediateBytes: values(metrics.intermediateBytes).at(-1) ?? null,
    intermediateGradientBytes: values(metrics.intermediateGradientBytes).at(-1) ?? null,
  };
}

/** JSON has no NaN: such a loss stays visible as a text. */
function jsonNumber(value: number | undefined): number | string | null {
  if (value === undefined) return null;
  return Number.isFinite(value) ? value : String(value);
}
