import { checkAdvice } from '../analysis/advice/index.ts';
import { busyWithin, launchesOf } from '../analysis/coverage.ts';
import { type KernelRow, kernelTable } from '../analysis/kernels.ts';
import { whyNoCounter, whyNoLaunchShape } from '../analysis/reasons.ts';
import { stepFigures } from '../analysis/steps.ts';
import type { Device } from '../model/device.ts';
import { absent, known, type Measured } from '../model/measured.ts';
import { metrics } from '../model/series.ts';
import { seriesOf, type Timeline } from '../model/timeline.ts';
import { buildDevice } from './build-device.ts';
import {
  type KernelReport,
  type Report,
  reportSchema,
  type StepsReport,
  shapeFields,
  type TrainingReport,
  whyOf,
} from './report.ts';
import { toWindow } from './window.ts';

/** So many kernels are listed unless the caller asks for more. */
export const defaultTopKernels = 20;

/** Draws up the report of a run. */
export function buildReport(timeline: Timeline, topKernels = defaultTopKernels): Report {
  return {
    schema: reportSchema,
    source: timeline.source,
    run: timeline.run,
    window: timeline.extent && toWindow(timeline, timeline.extent),
    devices: timeline.devices.map((device) => buildDevice(timeline, device)),
    ranks: [],
    topKernels: kernelTable(timeline)
      .slice(0, topKernels)
      .map((row) => toKernel(row, deviceOf(timeline, row.device))),
    steps: toSteps(timeline),
    training: toTraining(timeline),
    loss: timeline.losses,
    damage: timeline.damage,
    producers: timeline.producers,
    advice: checkAdvice(timeline),
  };
}

function deviceOf(timeline: Timeline, id: string): Device | undefined {
  return timeline.devices.find((device) => device.id === id);
}

function toKernel(row: KernelRow, device: Device | undefined): KernelReport {
  const { shape, ...figures } = row;
  const why = device ? whyNoLaunchShape(device) : `Nothing is recorded of device ${row.device}.`;
  return {
    ...figures,
    shortName: row.name,
    occupancy: absent(why),
    limitedBy: null,
    ...shapeFields(shape),
    wavesPerSm: null,
    tail: null,
    tensorCores: null,
  };
}

function toSteps(timeline: Timeline): StepsReport {
  const { count, meanSeconds, p50Seconds, p95Seconds, samplesPerSecond } = stepFigures(timeline.steps);
  const device = timeline.devices[0];
  const noCounter = (figure: string) =>
    absent(device ? whyNoCounter(device, figure) : 'No device is recorded.');
  return {
    count,
    meanSeconds: meanSeconds.value,
    p50Seconds: p50Seconds.value,
    p95Seconds: p95Seconds.value,
    samplesPerSecond: samplesPerSecond.value,
    ...whyOf(samplesPerSecond),
    util: utilWithinSteps(timeline, device),
    smActive: noCounter('smActive'),
    kernelOccupancy: absent(device ? whyNoLaunchShape(device) : 'No device is recorded.'),
    hostWork: [],
  };
}

/** Share of the steps in which a kernel runs. Kernels of a CPU backend end within their step. */
function utilWithinSteps(timeline: Timeline, device: Device | undefined): Measured {
  if (device === undefined) return absent('No device is recorded.');
  if (timeline.steps.length === 0) return absent('Nothing reported steps.');
  const stepsNs = timeline.steps.reduce((sum, step) => sum + step.endNs - step.startNs, 0);
  const kernels = launchesOf(timeline, device.id, ['kernel']);
  if (!kernels.includes(1)) return absent(`No kernel of ${device.id} is recorded.`);
  const steps = [...timeline.steps].sort((a, b) => a.startNs - b.startNs);
  return known(busyWithin(timeline, kernels, steps) / stepsNs, 'launches');
}

function toTraining(timeline: Timeline): TrainingReport {
  const values = (metric: string) => seriesOf(timeline, null, metric)?.values ?? [];
  return {
    workload: timeline.workload,
    firstLoss: jsonNumber(values(metrics.loss)[0]),
    lastLoss: jsonNumber(values(metrics.loss).at(-1)),
    accuracy: values(metrics.accuracy).at(-1) ?? null,
    validationAccuracy: values(metrics.validationAccuracy).at(-1) ?? null,
  };
}

/** JSON has no NaN: such a loss stays visible as a text. */
function jsonNumber(value: number | undefined): number | string | null {
  if (value === undefined) return null;
  return Number.isFinite(value) ? value : String(value);
}
