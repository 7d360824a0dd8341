import { silentProbe } from '../src/model/training.ts';
import { findWorkload, type TrainSummary } from '../workloads/index.ts';
import { median } from './row.ts';

export interface TrainingSpeed {
  readonly samplesPerSecond: number;
  /** Of the model's own arithmetic. */
  readonly flopsPerSecond: number;
  /** The last value of each figure. */
  readonly figures: ReadonlyMap<string, number>;
  readonly summary: TrainSummary;
}

export interface TrainingSize {
  readonly batch: number;
  readonly steps: number;
  /** Steps before those that count. */
  readonly warmUp: number;
}

/** Images a second over the median step of a training on the active backend, after some to warm up. */
export async function trainingSpeed(
  workload: string,
  { batch, steps, warmUp }: TrainingSize,
  texts: Readonly<Record<string, string>> = {},
): Promise<TrainingSpeed> {
  const durations: number[] = [];
  const figures = new Map<string, number>();
  let modelFlops = Number.NaN;
  let startMs = 0;
  const summary = await findWorkload(workload).start(
    { batch: String(batch), steps: String(steps + warmUp), evalSamples: '0', ...texts },
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
        metric: (name, value) => void figures.set(name, value),
      },
    },
  );
  const samplesPerSecond = (batch * 1e3) / median(durations.slice(warmUp));
  return { samplesPerSecond, flopsPerSecond: samplesPerSecond * modelFlops, figures, summary };
}
