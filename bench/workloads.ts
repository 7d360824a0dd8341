/** The trainings beside ResNet-20: how fast the detector and ResNet-50 for ImageNet train here, and what the detector learns. */
import { availableParallelism } from 'node:os';
import { metrics } from '../src/model/series.ts';
import { startBackend } from '../workloads/backends/index.ts';
import type { Row } from './row.ts';
import { trainingSpeed } from './training-speed.ts';

/** Steps of 8 synthetic scenes that the detector learns from, and what it reaches with them at least. */
const learningSteps = 600;
const learningSamples = 160;
const leastPrecision = 0.5;

export async function workloadBenchmarks(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const backend = await startBackend('wasm', { threads });
    const { samplesPerSecond } = await trainingSpeed('ssd', { batch: 8, steps: 10, warmUp: 3 });
    rows.push({
      name: `SSD-MobileNetV2, 160 px, batch 8, ${backend.label}`,
      value: samplesPerSecond,
      unit: 'images/s',
    });
    if (threads === availableParallelism())
      rows.push(await imageNetRow(backend.label), ...(await learningRows()));
    await backend.stop();
  }
  return rows;
}

async function imageNetRow(label: string): Promise<Row> {
  const { samplesPerSecond, flopsPerSecond } = await trainingSpeed(
    'resnet',
    { batch: 4, steps: 2, warmUp: 1 },
    { depth: '50', image: '224' },
  );
  return {
    name: `ResNet-50, 224 px, batch 4, ${label}`,
    value: samplesPerSecond,
    unit: 'images/s',
    note: `${(flopsPerSecond / 1e9).toFixed(1)} model GFLOP/s`,
  };
}

/** Takes about four minutes. */
async function learningRows(): Promise<Row[]> {
  const { figures } = await trainingSpeed(
    'ssd',
    { batch: 8, steps: learningSteps, warmUp: 0 },
    { evalSamples: String(learningSamples) },
  );
  const precision = figures.get(metrics.validationMeanAveragePrecision) ?? Number.NaN;
  const atHalf = figures.get(metrics.validationMeanAveragePrecision50) ?? Number.NaN;
  return [
    {
      name: `detector after ${learningSteps} steps of 8 synthetic scenes`,
      value: precision,
      unit: 'mAP (COCO)',
      target: `≥ ${leastPrecision}`,
      holds: precision >= leastPrecision,
      note: `${atHalf.toFixed(3)} at an overlap of 0.5, over ${learningSamples} scenes that it has not seen`,
    },
  ];
}
