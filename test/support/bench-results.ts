/** Made-up results of `bench`, the same for the same arguments. */
import type { BenchResult, BenchRun, CurvePoint, Spread } from '../../src/analysis/bench/result.ts';
import { known, type Measured } from '../../src/model/measured.ts';
import type { ModeName } from '../../src/model/parallel.ts';
import { testWorkload } from './timelines.ts';

const from = 'synthetic';

interface Shape {
  readonly mode: ModeName;
  readonly replicas: number;
  readonly rate: number;
  readonly efficiency: number;
  readonly wait: number;
  readonly communicate: number;
  readonly slowed: number;
  /** Updates by staleness, from 0 on. */
  readonly updates: readonly number[];
  /** How fast it learns by samples. */
  readonly learning: number;
}

function spread(value: number, noise = 0.03): Spread {
  return { value, low: value * (1 - noise), high: value * (1 + noise), from };
}

function curve(shape: Shape, valueAt: (samples: number) => number): CurvePoint[] {
  return Array.from({ length: 40 }, (_, at) => {
    const samples = (at + 1) * 96;
    return { samples, seconds: samples / shape.rate, value: valueAt(samples) };
  });
}

function runOf(shape: Shape): BenchRun {
  const { mode, replicas, rate, efficiency, wait, communicate, slowed, updates, learning } = shape;
  const loss = curve(shape, (samples) => 0.4 + 1.9 * Math.exp((-samples * learning) / 1500));
  const accuracy = curve(shape, (samples) => 0.9 - 0.8 * Math.exp((-samples * learning) / 2000)).filter(
    (_, at) => at % 8 === 7,
  );
  const last = (points: readonly CurvePoint[]) => points.at(-1)?.value ?? 0;
  const all = updates.reduce((sum, count) => sum + count, 0);
  const mean = updates.reduce((sum, count, staleness) => sum + count * staleness, 0) / all;
  const told = (value: number): Measured => known(value, from);
  return {
    label: mode === 'single' ? 'single' : `${mode}, ${replicas} replicas`,
    mode,
    replicas,
    modeSettings: mode === 'async' ? 'staleness bound 8' : '',
    samplesPerSecond: spread(rate),
    efficiency: spread(efficiency),
    shares: {
      compute: spread(1 - wait - communicate, 0.01),
      wait: spread(wait),
      communicate: spread(communicate),
      slowed: spread(slowed),
    },
    stepSeconds: spread((32 * replicas) / rate),
    staleness: {
      mean: told(mean),
      p50: told(Math.floor(mean)),
      p95: told(updates.length - 1),
      max: told(updates.length - 1),
      histogram: updates.map((count, staleness) => ({ staleness, updates: count })),
    },
    loss: { final: spread(last(loss), 0.05), curve: loss },
    accuracy: {
      final: spread(last(accuracy)),
      atEqualSeconds: spread(last(accuracy) - 0.02),
      atEqualSamples: spread(last(accuracy) - 0.01),
      curve: accuracy,
    },
    perReplica: Array.from({ length: replicas }, (_, replica) => ({
      replica,
      device: `cpu${replica}`,
      steps: 120,
      samplesPerSecond: told(rate / replicas),
      compute: told(1 - (replica === 1 ? 0.02 : wait) - communicate),
      wait: told(replica === 1 ? 0.02 : wait),
      communicate: told(communicate),
      straggler: mode === 'sync' && replica === 1,
    })),
    rounds: [1, 2, 3].map((round) => ({
      round,
      recording: `${mode}-${replicas}.${round}`,
      outcome: 'ended',
      message: '',
      samplesPerSecond: told(rate * (0.98 + round / 100)),
      efficiency: told(efficiency),
      seconds: told(3840 / rate),
      samples: 3840,
      finalLoss: told(last(loss)),
      accuracy: told(last(accuracy)),
      parameterChecksums: Array.from({ length: replicas }, (_, replica) =>
        mode === 'async' ? 77 + replica : 0xdecade + round,
      ),
      parameterNorms: Array.from({ length: replicas }, () => 41.5),
    })),
  };
}

const shapes: readonly Shape[] = [
  {
    mode: 'single',
    replicas: 1,
    rate: 118,
    efficiency: 1,
    wait: 0,
    communicate: 0,
    slowed: 0,
    updates: [360],
    learning: 1,
  },
  {
    mode: 'sync',
    replicas: 2,
    rate: 121,
    efficiency: 0.51,
    wait: 0.44,
    communicate: 0.05,
    slowed: 0.24,
    updates: [720],
    learning: 0.9,
  },
  {
    mode: 'async',
    replicas: 2,
    rate: 172,
    efficiency: 0.73,
    wait: 0.01,
    communicate: 0.07,
    slowed: 0.22,
    updates: [130, 480, 90, 20],
    learning: 0.8,
  },
];

/** One replica alone, two that keep step and two that do not, of which one is slowed on purpose. */
export function measuredResult(): BenchResult {
  return {
    schema: 'warpwatch.bench/1',
    source: { path: 'runs/bench-1' },
    simulated: false,
    host: { name: 'made-up', platform: 'linux', cpu: 'Synthetic CPU', cores: 2, memoryBytes: 8e9 },
    workload: testWorkload({ name: 'resnet20', data: 'synthetic shapes', synthetic: true }),
    settings: {
      transport: 'shared-memory',
      steps: 120,
      warmUpSteps: 5,
      rounds: 3,
      stragglers: [{ replica: 1, factor: 2 }],
    },
    runs: shapes.map(runOf),
    verdict: {
      sentence:
        'With a straggler async trains 1.42 (1.38..1.46) times as many samples a second as sync, and is as accurate after the same time within the noise.',
      comparisons: [
        {
          replicas: 2,
          figure: 'samplesPerSecond',
          a: 'async, 2 replicas',
          b: 'sync, 2 replicas',
          value: 1.42,
          low: 1.38,
          high: 1.46,
          beyondNoise: true,
          sentence: 'async, 2 replicas over sync, 2 replicas: 1.42 (1.38..1.46) times the samples/s.',
        },
        {
          replicas: 2,
          figure: 'accuracyAtEqualSeconds',
          a: 'async, 2 replicas',
          b: 'sync, 2 replicas',
          value: 0.01,
          low: -0.02,
          high: 0.04,
          beyondNoise: false,
          sentence: 'Accuracy after the same time differs by 0.010 (-0.020..0.040): within the noise.',
        },
      ],
    },
    notes: ['Two replicas on two cores leave none for anything else.'],
  };
}

const unlearned: Spread = { value: null, why: 'A simulation trains nothing.' };

/** Doubling replicas up to 1,024 in two modes, of which nothing was measured. */
export function simulatedResult(): BenchResult {
  const result = measuredResult();
  const replicas = Array.from({ length: 11 }, (_, power) => 2 ** power);
  const runs = (['sync', 'async'] as const).flatMap((mode) =>
    replicas.map((count): BenchRun => {
      const efficiency = mode === 'sync' ? 1 / (1 + Math.log2(count) / 12) : 1 / (1 + count / 900);
      const run = runOf({
        mode,
        replicas: count,
        rate: 118 * count * efficiency,
        efficiency,
        wait: (1 - efficiency) * 0.6,
        communicate: (1 - efficiency) * 0.4,
        slowed: 0,
        updates: mode === 'sync' ? [500] : Array.from({ length: 40 }, (_, at) => 500 - at * 10),
        learning: 1,
      });
      return {
        ...run,
        loss: { final: unlearned, curve: [] },
        accuracy: { final: unlearned, atEqualSeconds: unlearned, atEqualSamples: unlearned, curve: [] },
        rounds: [],
      };
    }),
  );
  return {
    ...result,
    source: null,
    simulated: true,
    host: null,
    workload: null,
    settings: { ...result.settings, steps: 1000, rounds: 1, stragglers: [] },
    runs,
    verdict: { sentence: 'Simulated: sync stops scaling at 256 replicas.', comparisons: [] },
    simulation: {
      assumptions: [
        { name: 'step time', value: '120 ms ± 4 %', from: 'runs/bench-1' },
        { name: 'network', value: '25 GB/s, 10 µs', from: 'default' },
      ],
      answers: [
        'From 256 replicas on, sync spends more time in communication than in computing.',
        'async keeps an efficiency of 0.47 at 1,024 replicas, at a staleness of 512.',
      ],
    },
    notes: [],
  };
}
