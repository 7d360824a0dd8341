/** How much of the machine's own matrix rate a whole training step reaches, and what the wasm backend gains. */
import { availableParallelism } from 'node:os';
import { silentProbe } from '../src/model/training.ts';
import { type StartedBackend, startBackend } from '../workloads/backends/index.ts';
import { findWorkload } from '../workloads/index.ts';
import { median, type Row } from './row.ts';

const least = 0.6;
const warmUpSteps = 3;
const rounds = 3;
const stepsARound = 12;

interface Speed {
  readonly samplesPerSecond: number;
  readonly flopsPerSecond: number;
}

export async function resnetBenchmarks(): Promise<Row[]> {
  const { speed: single, rows } = await wasmRows(1);
  if (availableParallelism() > 1) rows.push(...(await wasmRows(availableParallelism())).rows);
  const cpu = await startBackend('cpu');
  const reference = await trainingSpeed('2', 1, 0);
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
      value: single.samplesPerSecond / reference.samplesPerSecond,
      unit: 'times',
    },
  );
  return rows;
}

async function wasmRows(threads: number): Promise<{ speed: Speed; rows: Row[] }> {
  const backend = await startBackend('wasm', { threads });
  const shares: number[] = [];
  const speeds: Speed[] = [];
  // Peak and training in alternation: what slows the machine slows both.
  for (let round = 0; round < rounds; round++) {
    const before = await peakOf(backend);
    const speed = await trainingSpeed('32', stepsARound, warmUpSteps);
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
    speed: { samplesPerSecond: rate, flopsPerSecond: 0 },
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

/** Images a second over the median step, after some to warm up. */
async function trainingSpeed(batch: string, steps: number, warmUp: number): Promise<Speed> {
  const durations: number[] = [];
  let modelFlops = Number.NaN;
  let startMs = 0;
  await findWorkload('resnet').start(
    { batch, steps: String(steps + warmUp), evalSamples: '0' },
    {
      backend: 'bench',
      probe: {
        ...silentProbe,
        describe: (info) => {
          modelFlops = info.modelFlopsPerSample ?? Number.NaN;
        },
        beginStep: () => {
          startMs = performance.now();
        },
        endStep: () => durations.push(performance.now() - startMs),
      },
    },
  );
  const samplesPerSecond = (Number(batch) * 1e3) / median(durations.slice(warmUp));
  return { samplesPerSecond, flopsPerSecond: samplesPerSecond * modelFlops };
}
