/** How much of the machine's own matrix rate a whole training step reaches, and what the wasm backend gains. */
import { availableParallelism } from 'node:os';
import { type StartedBackend, startBackend } from '../workloads/backends/index.ts';
import { median, type Row } from './row.ts';
import { type TrainingSpeed, trainingSpeed } from './training-speed.ts';

const least = 0.6;
const warmUpSteps = 3;
const rounds = 3;
const stepsARound = 12;

export async function resnetBenchmarks(): Promise<Row[]> {
  const { samplesPerSecond: single, rows } = await wasmRows(1);
  if (availableParallelism() > 1) rows.push(...(await wasmRows(availableParallelism())).rows);
  const cpu = await startBackend('cpu');
  const reference = await trainingSpeed('resnet', { batch: 2, steps: 1, warmUp: 0 });
  await cpu.stop();
  rows.push(
    {
      name: 'ResNet-20 on the cpu backend',
      value: reference.samplesPerSecond,
      unit: 'images/s',
      note: 'batch 2, one step',
    },
    {
      name: 'wasm, 1 thread, over the cpu backend',
      value: single / reference.samplesPerSecond,
      unit: 'times',
    },
  );
  return rows;
}

async function wasmRows(threads: number): Promise<{ samplesPerSecond: number; rows: Row[] }> {
  const backend = await startBackend('wasm', { threads });
  const shares: number[] = [];
  const speeds: TrainingSpeed[] = [];
  // Peak and training in alternation: what slows the machine slows both.
  for (let round = 0; round < rounds; round++) {
    const before = await peakOf(backend);
    const speed = await trainingSpeed('resnet', { batch: 32, steps: stepsARound, warmUp: warmUpSteps });
    const peak = Math.max(before, await peakOf(backend));
    speeds.push(speed);
    shares.push(speed.flopsPerSecond / peak);
  }
  await backend.stop();
  const name = `ResNet-20, batch 32, ${backend.label}`;
  const share = median(shares);
  const rate = median(speeds.map(({ samplesPerSecond }) => samplesPerSecond));
  const held = threads === 1 ? { target: `≥ ${least * 100}`, holds: share >= least } : {};
  return {
    samplesPerSecond: rate,
    rows: [
      { name, value: rate, unit: 'images/s' },
      {
        name: `${name}: model FLOP/s over matrix rate`,
        value: share * 100,
        unit: '%',
        ...held,
        note: `median of ${rounds} rounds, ${shares.map((value) => (value * 100).toFixed(1)).join(', ')}`,
      },
    ],
  };
}

async function peakOf(backend: StartedBackend): Promise<number> {
  return (await backend.measurePeakFlops()).value;
}
