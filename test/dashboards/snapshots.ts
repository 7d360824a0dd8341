/** Moments of made-up runs, the same for the same arguments, for the tests of the dashboard and its demo. */
import type { Finding } from '../../src/analysis/advice/finding.ts';
import { categoryOf } from '../../src/analysis/categories.ts';
import type { Details } from '../../src/analysis/details.ts';
import type { KernelRow } from '../../src/analysis/kernels.ts';
import type { DeviceView, History, Snapshot, TrainingView } from '../../src/analysis/snapshot.ts';
import { absent, known } from '../../src/model/measured.ts';
import { figuresWith, historyWith, hopper, present, wave } from './device-views.ts';

const noCounters = 'A CPU has no multiprocessors; run on a GPU for this figure.';

const historyAt = {
  util: (time: number) => 0.97 - 0.02 * wave(time, 7) - (time % 61 < 5 ? 0.35 : 0),
  kernelBusy: (time: number) => 0.78 - 0.05 * wave(time, 11) - (time % 61 < 5 ? 0.4 : 0),
  peakShare: (time: number) => 0.2 + 0.06 * wave(time, 23) - (time % 61 < 5 ? 0.1 : 0),
};

const findings: readonly Finding[] = [
  {
    id: 'small-kernels',
    severity: 'warn',
    title: 'Small kernels: the device waits for launches',
    evidence:
      '61% of the kernels run for less than 100 µs and take 9% of the time; 22% of a step is outside kernels.',
    remedy: 'Raise the batch size, or fuse elementwise operations.',
  },
  {
    id: 'low-arithmetic',
    severity: 'warn',
    title: 'Busy, but with a fifth of its arithmetic',
    evidence: 'kernelBusy is 78% while the kernels reach 21% of the peak of 96 GFLOP/s.',
    remedy: 'Look at Conv2DBackpropFilter first: it takes 34% of the time at 33% of the peak.',
  },
  { id: 'input', severity: 'ok', title: 'Input keeps up', evidence: 'Input takes 2% of a step.', remedy: '' },
  {
    id: 'scaling',
    severity: 'recheck',
    title: 'Trend of the step time',
    evidence: '360 steps are too few; 1000 are needed.',
    remedy: '',
  },
];

/** Nobody looks at a page that asks for more. */
export const noDetails: Details = { timeline: null, ranks: null, replicas: null, kernel: null, fleet: null };

/** The first moment of a run: nothing has been said yet. */
export const starting: Snapshot = {
  title: 'resnet20 on wasm, 2 threads',
  state: 'starting',
  message: '',
  elapsedSeconds: 0.4,
  devices: [],
  kernels: [],
  training: null,
  host: {
    cpuUtil: absent('Two samples are needed; wait for a second.'),
    processUtil: absent('Two samples are needed; wait for a second.'),
    memoryUsedBytes: absent('Not sampled yet.'),
    memoryTotalBytes: 0,
    processMemoryBytes: absent('Not sampled yet.'),
  },
  details: noDetails,
  whyNoGpu: [],
  sourceTroubles: [],
  findings: [],
  lostRecords: 0,
  damage: [],
};

/** A training on a CPU, `tick` half seconds after its start: a high util with little of the arithmetic in use. */
export function running(tick = 240): Snapshot {
  return {
    ...starting,
    state: 'running',
    elapsedSeconds: tick / 2,
    devices: [cpu(tick)],
    kernels: kernelRows(tick),
    training: trainingView(tick),
    host: {
      cpuUtil: known(0.71, 'host'),
      processUtil: known(1.62, 'host'),
      memoryUsedBytes: known(3.1 * 2 ** 30, 'host'),
      memoryTotalBytes: 16 * 2 ** 30,
      processMemoryBytes: known(412 * 2 ** 20, 'host'),
    },
    findings,
  };
}

/** Two GPUs under a program whose kernels are recorded; one of them tells little. */
export function absentFigures(tick = 240): Snapshot {
  const whole = running(tick);
  const why = 'GPM needs Hopper or newer; run under `warpwatch run` for kernel-level figures.';
  const gpu = recordedGpu(tick);
  return {
    ...whole,
    title: 'finetune.py',
    devices: [
      gpu,
      {
        ...gpu,
        ...figuresWith({ util: known(0.97, 'nvml'), memoryUsedBytes: known(31.4 * 2 ** 30, 'nvml') }, why),
        temperatureCelsius: absent('The driver does not tell it.'),
        device: { ...gpu.device, id: 'gpu1', name: 'NVIDIA A10G', smCount: known(80, 'nvml') },
        gap: 'busy by util; how busy is not known',
        history: historyWith(tick, { util: historyAt.util }),
      },
    ],
    kernels: [],
    training: null,
  };
}

/** A loss that was fine and then was not a number. */
export function nanLoss(tick = 240): Snapshot {
  const whole = running(tick);
  const training = trainingView(tick);
  const y = training.loss.y.map((value, index) =>
    index > training.loss.y.length * 0.8 ? Number.NaN : value,
  );
  return { ...whole, training: { ...training, loss: { x: training.loss.x, y } } };
}

/** A recording that lost records and whose tail is cut. */
export function damaged(tick = 240): Snapshot {
  return {
    ...running(tick),
    lostRecords: 1234,
    damage: ['training.stream ends in the middle of a record: the last 17 bytes are left out.'],
  };
}

/** A training that waits for its batches, as it was told to. */
export function fedSlowly(tick = 240): Snapshot {
  const snapshot = running(tick);
  const training = snapshot.training as TrainingView;
  const workload = training.workload && { ...training.workload, fault: 'slow-input' };
  const input = { waitShare: 0.43, queueDepth: 0, queueCapacity: 4 };
  return { ...snapshot, training: { ...training, workload, input } };
}

export const failed: Snapshot = {
  ...running(90),
  state: 'failed',
  message: 'The training ended with code 1: Error: out of memory.',
};

export const ended: Snapshot = { ...running(400), state: 'ended' };

function cpu(tick: number): DeviceView {
  const history = historyOf(tick);
  return {
    device: {
      id: 'cpu',
      kind: 'cpu',
      name: 'AMD EPYC 7B13',
      vendor: 'AMD',
      smCount: absent('A CPU core is no multiprocessor.'),
      computeCapability: absent('A CPU has none.'),
      memoryBytes: known(16 * 2 ** 30, 'host'),
      peakFlops: known(96e9, 'measured'),
    },
    ...figuresWith(
      {
        util: known(history.util.at(-1) ?? 0, 'host'),
        kernelBusy: known(history.kernelBusy.at(-1) ?? 0, 'launches'),
        peakShare: known(history.peakShare.at(-1) ?? 0, 'launches'),
        flopsPerSecond: known((history.peakShare.at(-1) ?? 0) * 96e9, 'launches'),
        memoryUsedBytes: known(412 * 2 ** 20, 'host'),
      },
      noCounters,
    ),
    temperatureCelsius: absent('No sensor answers.'),
    state: present,
    processes: null,
    gap: 'busy, but with a fifth of its arithmetic',
    history,
  };
}

function recordedGpu(tick: number): DeviceView {
  const gap = 'a kernel runs nearly always, on a third of the SMs';
  const work = { util: 0.97, smActive: 0.41, occupancy: 0.18, tensor: 0.061, dram: 0.22, gap };
  return {
    ...hopper(0, work, tick),
    kernelBusy: known(0.948, 'launches'),
    kernelOccupancy: known(0.44, 'launches'),
    peakShare: known(0.061, 'launches'),
    flopsPerSecond: known(60.3e12, 'launches'),
  };
}

function historyOf(tick: number): History {
  return historyWith(tick, historyAt);
}

function kernelRows(tick: number): KernelRow[] {
  const row = (
    name: string,
    share: number,
    calls: number,
    mean: number,
    flops: number | null,
  ): KernelRow => ({
    device: 'cpu',
    name,
    category: categoryOf(name),
    calls: calls * tick,
    totalSeconds: share * tick * 0.4,
    meanSeconds: mean,
    share,
    flopsPerSecond: flops === null ? absent('This kernel does no arithmetic.') : known(flops, 'tfjs'),
    peakShare: flops === null ? absent('This kernel does no arithmetic.') : known(flops / 96e9, 'tfjs'),
    bytesPerSecond: known(1e9 + share * 7e9, 'tfjs'),
    shape: null,
    occupancy: absent('Kernels of a CPU backend have no grid, blocks or registers.'),
  });
  return [
    row('Conv2DBackpropFilter', 0.342, 21, 4.1e-3, 31.2e9),
    row('Conv2DBackpropInput', 0.281, 20, 3.5e-3, 36.8e9),
    row('FusedConv2D', 0.173, 21, 2.1e-3, 44.1e9),
    row('FusedBatchNorm', 0.061, 19, 810e-6, 2.4e9),
    row('Multiply', 0.043, 160, 68e-6, 1.1e9),
    row('AddN', 0.031, 44, 171e-6, 0.9e9),
    row('Relu', 0.027, 19, 350e-6, 1.2e9),
    row('Transpose', 0.018, 12, 391e-6, null),
    row('Softmax', 0.009, 1, 2.1e-3, 0.4e9),
    row('Sub', 0.008, 62, 33e-6, 1.3e9),
    row('Mean', 0.004, 2, 510e-6, 0.7e9),
    row('ArgMax', 0.003, 1, 700e-6, null),
  ];
}

function trainingView(tick: number): TrainingView {
  const steps = Math.max(1, Math.floor(tick * 1.5));
  const x = Array.from({ length: steps }, (_, index) => index + 1);
  const noise = (step: number): number => 0.12 * Math.sin(step * 12.9898) * Math.cos(step * 78.233);
  return {
    workload: {
      name: 'resnet20',
      backend: 'wasm, 2 threads',
      data: 'synthetic shapes, 100 classes',
      synthetic: true,
      batchSize: 32,
      parameters: 278_324,
      modelFlopsPerSample: 246e6,
      plannedSteps: 600,
      plannedSeconds: null,
    },
    step: steps,
    progress: Math.min(1, steps / 600),
    secondsLeft: Math.max(0, 600 - steps) / 3,
    stepSeconds: known(0.331, 'workload'),
    samplesPerSecond: known(96.7, 'workload'),
    loss: { x, y: x.map((step) => 0.7 + 3.9 * Math.exp(-step / 120) + noise(step)) },
    accuracy: { x, y: x.map((step) => 0.82 * (1 - Math.exp(-step / 150)) + noise(step) / 8 + 0.02) },
    validationAccuracy: known(0.641, 'workload'),
    precision: null,
    lossParts: [],
    learningRate: known(0.1, 'workload'),
    input: null,
    phases: [
      { phase: 'input', share: 0.02 },
      { phase: 'forward', share: 0.26 },
      { phase: 'backward', share: 0.46 },
      { phase: 'optimizer', share: 0.04 },
      { phase: 'outside kernels', share: 0.22 },
    ],
  };
}
